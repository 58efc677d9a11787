"""A model as a notebook shows it: a line of figures, then a card per rule; HTML of its own, light and dark, no scripts.

Colours are the notebook's own ones, made fainter, so that cards fit every theme. Every text is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from genomes.text.printable import printable

#: Cards that are shown at once; the rest is folded away.
MOST = 12
_STYLE = (
    "<style>.evo-cards{font:14px/1.5 system-ui,sans-serif;max-width:76em;overflow-wrap:anywhere}"
    ".evo-cards p{margin:.3em 0}.evo-cards small{opacity:.75}"
    ".evo-cards .evo-card{border:1px solid rgb(128 128 128/.4);border-left:4px solid #0068a8;border-radius:8px;"
    "padding:.45em .9em;margin:.45em 0;background:rgb(128 128 128/.07)}"
    ".evo-cards .evo-other{border-left-color:rgb(128 128 128/.7)}"
    ".evo-cards code{font:inherit;font-family:ui-monospace,monospace;background:none}</style>"
)


@dataclass(frozen=True, slots=True)
class Card:
    """One rule: what it says, and a smaller line on it; other: what holds where no rule does."""

    text: str
    detail: str = ""
    other: bool = False

    def html(self) -> str:
        """A box."""
        detail = f"<br><small>{_shown(self.detail)}</small>" if self.detail else ""
        kind = "evo-card evo-other" if self.other else "evo-card"
        return f'<div class="{kind}"><code>{_shown(self.text)}</code>{detail}</div>'


def cards_html(title: str, figures: Sequence[str], cards: Sequence[Card]) -> str:
    """A title, figures in one line, and the cards."""
    rest = "".join(card.html() for card in cards[MOST:])
    folded = f"<details><summary>{len(cards) - MOST} more</summary>{rest}</details>" if rest else ""
    head = f"<p><b>{_shown(title)}</b><br><small>{_shown(' · '.join(figures))}</small></p>"
    return f'{_STYLE}<div class="evo-cards">{head}{"".join(card.html() for card in cards[:MOST])}{folded}</div>'


def cards_of_lines(lines: Sequence[str]) -> list[Card]:
    """A card per line of a formula; those that are not set in are headings."""
    return [Card(line.strip(), other=not line.startswith(" ")) for line in lines if line.strip()]


def _shown(text: str) -> str:
    return escape(printable(text))
