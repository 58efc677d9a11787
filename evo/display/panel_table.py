"""The Pareto front as a table that fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from evo.display.frame import Frame
from evo.display.front_table import thin
from evo.display.layout import Glyphs, shorten
from evo.monitor import FrontRow
from evo.text.numbers import percent
from genomes.text.printable import printable

MIN_ROWS = 3
_ID_WIDTH = 16


@dataclass(frozen=True, slots=True)
class _Column:
    long: str
    short: str
    cell: Callable[[FrontRow], str]


_COLUMNS = (
    _Column("train %", "train%", lambda row: percent(row.train_accuracy, 2)),
    _Column("valid %", "valid%", lambda row: percent(row.valid_accuracy, 2)),
    _Column("literals", "lits", lambda row: f"{row.literals:,}"),
    _Column("terms", "terms", lambda row: f"{row.terms:,}"),
    _Column("sparsity %", "spars%", lambda row: percent(row.sparsity)),
)


def table_lines(frame: Frame, width: int, height: int, glyphs: Glyphs, steady: bool) -> list[Text]:
    """A header and as many members of the front as fit, the pick marked; nothing where fewer than three would fit.

    `steady` pads the table to the longest front seen, so that the panel does not jump with every generation.
    """
    front = frame.snapshot.front
    room = height - 1
    if room < min(MIN_ROWS, len(front)):
        return []
    pick_id = "" if frame.pick is None else frame.pick.id
    rows = thin(front, pick_id, room)
    lines = _table(rows, pick_id, width, glyphs, frame.snapshot.genome)
    blanks = min(room, frame.most_rows) - len(rows) if steady else 0
    return lines + [Text() for _ in range(blanks)]


def _table(rows: tuple[FrontRow, ...], pick_id: str, width: int, glyphs: Glyphs, genome: str) -> list[Text]:
    headers = [_named(column.long, genome) for column in _COLUMNS]
    gap = 3
    ids = [shorten(printable(row.id), _ID_WIDTH, glyphs.ellipsis) for row in rows]
    id_width = max(map(cell_len, ["id", *ids]))
    cells = [[column.cell(row) for column in _COLUMNS] for row in rows]
    widths = _widths(headers, cells)
    if 2 + id_width + sum(w + gap for w in widths) > width:
        headers, gap = [_named(column.short, genome) for column in _COLUMNS], 1
        widths = _widths(headers, cells)
        id_width = max(2, min(id_width, width - 2 - sum(w + gap for w in widths)))
    lines = [Text(_line("  ", "id", id_width, headers, widths, gap), style="dim")]
    for row, name, texts in zip(rows, ids, cells, strict=True):
        picked = row.id == pick_id
        mark = f"{glyphs.star} " if picked else "  "
        text = _line(mark, shorten(name, id_width, glyphs.ellipsis), id_width, texts, widths, gap)
        lines.append(Text(text, style="bold green" if picked else ""))
    return lines


def _named(header: str, genome: str) -> str:
    """The header as the kind of genome calls it."""
    return (
        {"literals": "weights", "lits": "kept", "terms": "neurons"}.get(header, header) if genome == "mask" else header
    )


def _widths(headers: list[str], cells: list[list[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(headers, *cells, strict=True)]


def _line(mark: str, name: str, id_width: int, texts: list[str], widths: list[int], gap: int) -> str:
    figures = "".join(" " * gap + text.rjust(w) for text, w in zip(texts, widths, strict=True))
    return mark + set_cell_size(name, id_width) + figures
