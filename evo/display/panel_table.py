"""The Pareto front as a table that fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from evo.display.frame import Frame
from evo.display.front_table import thin
from evo.display.layout import Glyphs, shorten
from evo.kinds.kind import SizeColumn
from evo.monitor import FrontRow
from evo.text.measures import Measure
from evo.text.numbers import percent
from genomes.text.printable import printable

MIN_ROWS = 3
_ID_WIDTH = 16


@dataclass(frozen=True, slots=True)
class _Column:
    long: str
    short: str
    cell: Callable[[FrontRow], str]


_SCORES = (
    _Column("train %", "train%", lambda row: percent(row.train_accuracy, 2)),
    _Column("valid %", "valid%", lambda row: percent(row.valid_accuracy, 2)),
)
_SPARSITY = _Column("sparsity %", "spars%", lambda row: percent(row.sparsity))


def table_lines(
    frame: Frame, width: int, height: int, glyphs: Glyphs, steady: bool, metric: str = "accuracy"
) -> list[Text]:
    """A header and as many members of the front as fit; nothing where fewer than three would fit.

    The pick is marked where there is one already.

    `steady` pads the table to the longest front seen, so that the panel does not jump with every generation.
    """
    front = frame.snapshot.front
    room = height - 1
    if room < min(MIN_ROWS, len(front)):
        return []
    pick_id = "" if frame.pick is None else frame.pick.id
    rows = thin(front, pick_id, room)
    marked = "" if frame.snapshot.later else pick_id
    lines = _table(rows, marked, width, glyphs, _columns(rows, frame.snapshot.sizes, Measure(metric)))
    blanks = min(room, frame.most_rows) - len(rows) if steady else 0
    return lines + [Text() for _ in range(blanks)]


def _columns(rows: Sequence[FrontRow], sizes: Sequence[SizeColumn], measure: Measure) -> list[_Column]:
    """The metric where it is not accuracy, accuracies, the first two sizes, and the sparsity."""
    name, own = printable(measure.name.removesuffix(" accuracy")), []
    if measure.beside_accuracy:
        own = [_Column(f"{name} train", name, lambda row: f"{1 - row.error:.4f}")]
        held_out = any(row.valid_score is not None for row in rows)
        own += [_Column("valid", "valid", lambda row: _score(row.valid_score))] if held_out else []
    return [*own, *_SCORES, *(_size(column) for column in sizes[:2]), _SPARSITY]


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _size(column: SizeColumn) -> _Column:
    return _Column(column.plural, column.short, lambda row: f"{row.sizes[column.name]:,}")


def _table(
    rows: tuple[FrontRow, ...], pick_id: str, width: int, glyphs: Glyphs, columns: Sequence[_Column]
) -> list[Text]:
    headers = [column.long for column in columns]
    gap = 3
    ids = [shorten(printable(row.id), _ID_WIDTH, glyphs.ellipsis) for row in rows]
    id_width = max(map(cell_len, ["id", *ids]))
    cells = [[column.cell(row) for column in columns] for row in rows]
    widths = _widths(headers, cells)
    if 2 + id_width + sum(w + gap for w in widths) > width:
        headers, gap = [column.short for column in columns], 1
        widths = _widths(headers, cells)
        others = [column for column in columns if column not in _SCORES]
        if len(others) < len(columns) and columns[0] not in _SCORES and 4 + sum(w + gap for w in widths) > width:
            return _table(rows, pick_id, width, glyphs, others)  # what comes second gives way
        id_width = max(2, min(id_width, width - 2 - sum(w + gap for w in widths)))
    lines = [Text(_line("  ", "id", id_width, headers, widths, gap), style="dim")]
    for row, name, texts in zip(rows, ids, cells, strict=True):
        picked = row.id == pick_id
        mark = f"{glyphs.star} " if picked else "  "
        text = _line(mark, shorten(name, id_width, glyphs.ellipsis), id_width, texts, widths, gap)
        lines.append(Text(text, style="bold green" if picked else ""))
    return lines


def _widths(headers: list[str], cells: list[list[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(headers, *cells, strict=True)]


def _line(mark: str, name: str, id_width: int, texts: list[str], widths: list[int], gap: int) -> str:
    figures = "".join(" " * gap + text.rjust(w) for text, w in zip(texts, widths, strict=True))
    return mark + set_cell_size(name, id_width) + figures
