"""What templates show: sections, tables and figures as values without markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from evo.report.html.svg import Drawing


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: id of its anchor, title, the template of its body and what that shows."""

    anchor: str
    title: str
    template: str
    show: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, what its colours mean (class and name of a curve), and a sentence that says what it shows."""

    picture: Drawing
    key: Sequence[tuple[str, str]]
    caption: str


@dataclass(frozen=True, slots=True)
class Track:
    """A cell: a value and its interval on a line; places and width in percent of the line."""

    shape: ClassVar[str] = "track"

    title: str
    left: str
    width: str
    at: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A cell: a bar; its width in percent of the cell."""

    shape: ClassVar[str] = "bar"

    width: str


@dataclass(frozen=True, slots=True)
class Named:
    """A cell: a name and what it stands for."""

    shape: ClassVar[str] = "named"

    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A cell: the beginning of a text, and the whole where a reader opens it."""

    shape: ClassVar[str] = "unfolded"

    head: str
    lines: Sequence[str]


Cell = str | Track | Bar | Named | Unfolded


@dataclass(frozen=True, slots=True)
class Row:
    """Cells, the first of which is the row's heading; kind: a class of the style sheet; mark: of the model to try."""

    cells: Sequence[Cell]
    kind: str | None = None
    mark: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; label: says to who cannot see it what it holds.

    Attributes:
        kind: a class of the style sheet.
        full: whether the table takes the whole width of the page.
        wide: the column that takes the room that is left.
    """

    header: Sequence[str]
    rows: Sequence[Row]
    label: str
    kind: str | None = None
    full: bool = False
    wide: int | None = None


@dataclass(frozen=True, slots=True)
class Shade:
    """A count or a share in a matrix; depth: opacity of its colour."""

    text: str
    depth: str
    diagonal: bool = False
