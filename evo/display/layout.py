"""Fitting styled text into a width: pure functions on rich's Text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from evo.display.sparkline import ASCII_BLOCKS, BLOCKS

_GAP = 2
_TAB = 6
"""Chunks of a flowing line start at multiples of this, so a figure that gains a digit seldom moves its neighbours."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of the panel; `corners` are top left, top right, bottom left, bottom right."""

    blocks: str
    done: str
    left: str
    star: str
    arrow: str
    dot: str
    ellipsis: str
    corners: tuple[str, str, str, str]
    across: str
    down: str


UNICODE = Glyphs(BLOCKS, "━", "─", "★", "→", "·", "…", ("╭", "╮", "╰", "╯"), "─", "│")
ASCII = Glyphs(ASCII_BLOCKS, "=", "-", "*", "->", "|", "...", ("+", "+", "+", "+"), "-", "|")
UNICODE_SAMPLE = BLOCKS + "━─★→·…╭╮╰╯│"
"""What an encoding must hold for `UNICODE`."""


def shorten(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` in at most `width` cells, cut at its end."""
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    return set_cell_size(text, room) + ellipsis if room > 0 else set_cell_size(text, max(0, width))


def shorten_middle(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` in at most `width` cells, cut in its middle; more of the end stays, where a path says which run it is."""
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    if room < 2:
        return shorten(text, width, ellipsis)
    head = room // 3
    tail = set_cell_size(text[::-1], room - head)[::-1]
    return set_cell_size(text, head) + ellipsis + tail


def bar(fraction: float, width: int, glyphs: Glyphs, style: str) -> Text:
    """A progress bar of exactly `width` cells; full only when `fraction` is 1."""
    width = max(0, width)
    done = min(width, max(0, int(fraction * width)))
    return Text.assemble((glyphs.done * done, style), (glyphs.left * (width - done), "dim"))


def pair(label: str, value: str, style: str = "bold") -> Text:
    """A quiet label and its figure."""
    return Text.assemble((f"{label} ", "dim"), (value, style))


def flow(chunks: Iterable[Text], width: int) -> list[Text]:
    """`chunks` set one after the other, in as many lines of at most `width` cells as they need."""
    lines: list[Text] = []
    for chunk in chunks:
        if lines:
            end = lines[-1].cell_len
            start = -(-(end + _GAP) // _TAB) * _TAB
            if start + chunk.cell_len <= width:
                lines[-1].append(" " * (start - end)).append_text(chunk)
                continue
        lines.append(chunk.copy())
    return lines


def boxed(lines: Iterable[Text], width: int, title: Text, footer: Text, glyphs: Glyphs) -> list[Text]:
    """`lines` in a thin frame of `width` cells that carries `title` above and `footer` below."""
    inner = width - 4
    edge = "dim"
    top_left, top_right, bottom_left, bottom_right = glyphs.corners
    body = [Text.assemble((f"{glyphs.down} ", edge), fitted(line, inner), (f" {glyphs.down}", edge)) for line in lines]
    return [
        _edge(title, width, top_left, top_right, glyphs.across),
        *body,
        _edge(footer, width, bottom_left, bottom_right, glyphs.across),
    ]


def fitted(line: Text, width: int) -> Text:
    """`line` cut or padded to exactly `width` cells."""
    copy = line.copy()
    copy.truncate(max(0, width), overflow="crop", pad=True)
    return copy


def cropped(line: Text, width: int) -> Text:
    """`line` cut to at most `width` cells; it will not wrap."""
    copy = line.copy()
    copy.truncate(max(0, width), overflow="crop")
    copy.no_wrap, copy.overflow = True, "crop"
    return copy


def _edge(label: Text, width: int, left: str, right: str, across: str) -> Text:
    label = cropped(label, width - 6)
    rest = across * (width - 5 - label.cell_len)
    return Text.assemble((left + across + " ", "dim"), label, (f" {rest}{right}", "dim"))
