"""What the panel shows below its figures: the front as a table, and the pick in words, beside it where there is room.

The table comes first; words get what is left, and half of the room at least where both are long.
"""

from __future__ import annotations

from itertools import zip_longest

from rich.text import Text

from evo.display.frame import Frame
from evo.display.layout import Glyphs, fitted
from evo.display.panel_table import MIN_ROWS, table_lines
from evo.text.formula import wrapped
from evo.text.numbers import counted
from genomes.text.printable import printable

#: Cells of the table where words stand beside it, those between the two, and the least that words need.
TABLE_WIDTH, GAP, WORDS_WIDTH = 78, 4, 50
#: Lines of words below which there are none.
MIN_WORDS = 2
#: A header and the fewest rows of a table, and the blank line before words.
TABLE_LINES = MIN_ROWS + 2


def body_lines(frame: Frame, width: int, height: int, glyphs: Glyphs, *, steady: bool, metric: str) -> list[Text]:
    """At most `height` lines of at most `width` cells; `steady` keeps them as many from generation to generation."""
    words = wrapped([printable(line) for line in frame.snapshot.formula], _words_width(width))
    if width >= TABLE_WIDTH + GAP + WORDS_WIDTH and words:
        return _beside(table_lines(frame, TABLE_WIDTH, height, glyphs, steady, metric), _cut(words, height, glyphs))
    least = max(height // 2, height - TABLE_LINES - len(frame.snapshot.front))
    room = min(max(len(words), frame.most_words if steady else 0), least)
    if room < MIN_WORDS or not words:
        return table_lines(frame, width, height, glyphs, steady, metric)
    table = table_lines(frame, width, height - room - 1, glyphs, steady, metric)
    shown = _cut(words, room, glyphs)
    blanks = [Text() for _ in range(room - len(shown))] if steady else []
    return [*table, *([Text()] if table else []), *shown, *blanks]


def _words_width(width: int) -> int:
    """Cells of a line of words."""
    beside = width - TABLE_WIDTH - GAP
    return beside if beside >= WORDS_WIDTH else width


def _beside(table: list[Text], words: list[Text]) -> list[Text]:
    lines = zip_longest(table, words, fillvalue=Text())
    return [fitted(row, TABLE_WIDTH + GAP).append_text(line) for row, line in lines]


def _cut(words: list[str], height: int, glyphs: Glyphs) -> list[Text]:
    """As many lines as fit, and how many do not."""
    if len(words) <= height:
        return [Text(line, style="green") for line in words]
    rest = f"  {glyphs.ellipsis} {counted(len(words) - height + 1, 'more line')}"
    return [*(Text(line, style="green") for line in words[: height - 1]), Text(rest, style="dim")]
