"""Markup as text, escaped where it is made: whatever a name holds, it can only ever be shown."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from genomes.text.printable import printable

#: Markup that is safe to put into a page.
Markup = str


def shown(text: object) -> Markup:
    """Any text as it is to be read: one line, escaped, no break before a percent sign."""
    return html.escape(re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", printable(str(text))), quote=True)


def element(tag: str, attributes: Mapping[str, object] | None = None, *inside: Markup) -> Markup:
    """An element; attributes are escaped here, what is inside is markup already. None leaves an attribute out."""
    given = "".join(f' {name}="{shown(value)}"' for name, value in (attributes or {}).items() if value is not None)
    if tag in _EMPTY and not inside:
        return f"<{tag}{given}>" if tag in ("meta", "br", "hr") else f"<{tag}{given}/>"
    return f"<{tag}{given}>{''.join(inside)}</{tag}>"


_EMPTY = ("meta", "br", "hr", "line", "circle", "rect", "path", "polyline")


def paragraph(*texts: object, kind: str | None = None) -> Markup:
    """Plain texts as one paragraph."""
    return element("p", {"class": kind}, *(shown(text) for text in texts))


def table(header: Sequence[object], rows: Sequence[Sequence[Markup]], label: str, kind: str | None = None) -> Markup:
    """A table that scrolls inside its box; header cells are texts, the others markup (see `cells`).

    The first cell of a row is its heading.
    """
    head = element("tr", None, *(element("th", {"scope": "col"}, shown(cell)) for cell in header))
    body = "".join(
        element("tr", None, element("th", {"scope": "row"}, row[0]), *(element("td", None, cell) for cell in row[1:]))
        for row in rows
    )
    inside = element("table", {"class": kind}, element("thead", None, head), element("tbody", None, body))
    return scroll(inside, label)


def cells(*texts: object) -> list[Markup]:
    """A row of plain cells."""
    return [shown(text) for text in texts]


def scroll(inside: Markup, label: str) -> Markup:
    """A box that scrolls sideways when its content is too wide, reachable by keyboard."""
    return element("div", {"class": "scroll", "role": "region", "aria-label": label, "tabindex": "0"}, inside)


def details(summary: str, inside: Markup) -> Markup:
    """Something to unfold."""
    return element("details", None, element("summary", None, shown(summary)), inside)


def listing(text: str) -> Markup:
    """Lines of text as they are."""
    return element("pre", {"tabindex": "0"}, "\n".join(shown(line) for line in text.splitlines()))
