"""The table of columns of `evo check`, laid out for the width of a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evo.cli.columns import Line, file_lines, header, summary, table_lines
from evo.display.rich_display import make_console
from evo.display.streams import TolerantStream
from fitness.data.tables.profile import Columns
from genomes.text.printable import printable

#: Width of a terminal below which the table is shown without examples, and below which as sentences.
NARROW, NARROWEST = 100, 72
#: Cells that are shown, by width; the last one says why and what is odd.
WIDE_CELLS, NARROW_CELLS, REASON = (0, 1, 2, 3, 4, 5), (0, 1, 2, 3), 6


def table_for_terminal(columns: Columns, unit: str, *, full: bool) -> str:
    """The same as `column_lines`; on narrow terminals a sentence per column."""
    console = make_console(TolerantStream(sys.stdout))
    lines = table_lines(columns, full=full) if columns.profiles else []
    with console.capture() as captured:
        for text in [*([f"# columns   {summary(columns)}"] if lines else []), *file_lines(columns)]:
            console.print(Text(text))
        _show(console, lines, unit)
    return captured.get()


def _show(console: Console, lines: Sequence[Line], unit: str) -> None:
    if lines and console.width >= NARROWEST:
        console.print(_table(lines, unit, WIDE_CELLS if console.width >= NARROW else NARROW_CELLS))
        return
    for line in lines:
        name, *about = line.cells
        end = f"; {text}" if (text := _said(line)) else ""
        console.print(Text(f"{name}: {about[0]}, {about[1]} {unit}{end}" if about else name))


def _table(lines: Sequence[Line], unit: str, places: Sequence[int]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place in places:
        table.add_column(header(unit)[place], justify="right" if 2 <= place <= 4 else "left", overflow="fold")
    table.add_column("why, and what to know", ratio=1, overflow="fold")
    for line in lines:
        whole = len(line.cells) > 1
        cells = [line.cells[place] for place in places] if whole else ["...", *[""] * (len(places) - 1)]
        said = Text(_said(line) if whole else line.cells[0], style="yellow" if line.odd else "")
        table.add_row(*map(Text, cells), said)
    return table


def _said(line: Line) -> str:
    return "; ".join(printable(text) for text in (*line.cells[REASON:], *line.odd) if text)
