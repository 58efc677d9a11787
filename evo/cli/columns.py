"""The table of columns of `evo check`, as lines that begin with ``#``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evo.report.tables import aligned, cut
from evo.text.columns import left_out, remarks
from evo.text.numbers import counted
from fitness.data.tables.profile import Columns, Profile
from genomes.text.printable import printable

#: Columns of a table that is shown whole, and of those of one kind that stand for the others of a longer one.
WHOLE, OF_A_KIND = 40, 5
#: Characters of a cell.
NAME, EXAMPLE, REASON = 30, 20, 60


@dataclass(frozen=True, slots=True)
class Line:
    """One column of the table: its cells, and what is odd about it; cells are empty for "and 12 more"."""

    cells: tuple[str, ...]
    odd: tuple[str, ...] = ()


def column_lines(columns: Columns, unit: str, *, full: bool) -> list[str]:
    """The table as lines that begin with ``#``; nothing where there is no table.

    unit: what models read, in the plural; full: show every column.
    """
    if not columns.profiles:
        return file_lines(columns)
    lines = table_lines(columns, full=full)
    shown = aligned(header(unit), [line.cells for line in lines if len(line.cells) > 1], EXAMPLE + REASON)
    rows, table = iter(shown[1:]), [f"#   {shown[0]}"]
    for line in lines:
        table.append(f"#   {next(rows) if len(line.cells) > 1 else line.cells[0]}")
        table += [f"#       {printable(text)}" for text in line.odd]
    return [f"# columns   {summary(columns)}", *file_lines(columns), *table]


def header(unit: str) -> tuple[str, ...]:
    """Names of the cells of a `Line`."""
    return ("column", "kind", unit, "missing", "distinct", "example", "why")


def file_lines(columns: Columns) -> list[str]:
    """What there is to say of the file as a whole."""
    return [f"# file      {printable(note)}" for note in columns.notes]


def summary(columns: Columns) -> str:
    """All columns in a line."""
    gone = left_out(columns)
    used = sum(1 for profile in columns.profiles if columns.inputs.get(profile.name))
    text = f"{used:,} of {len(columns.profiles) - 1:,} used"
    odd = sum(1 for profile in columns.profiles if remarks(columns, profile))
    more = [f"{counted(len(gone), 'column')} left out"] if gone else []
    more += [f"{counted(odd, 'column')} with something to know, first below"] if odd else []
    return "; ".join([text, *more])


def table_lines(columns: Columns, *, full: bool) -> list[Line]:
    """Columns with oddities, then the others, each in the order of the file."""
    odd: list[Profile] = []
    plain: list[Profile] = []
    for profile in columns.profiles:
        (odd if remarks(columns, profile) else plain).append(profile)
    if full or len(columns.profiles) <= WHOLE:
        return [_line(columns, profile) for profile in (*odd, *plain)]
    return [*_some(columns, odd, " with oddities"), *_some(columns, plain, " like these")]


def _some(columns: Columns, profiles: Sequence[Profile], which: str) -> list[Line]:
    """A few columns of every kind, each time with the number of others."""
    by_kind: dict[str, list[Profile]] = {}
    for profile in profiles:
        by_kind.setdefault(profile.kind, []).append(profile)
    lines = []
    for kind, of_kind in by_kind.items():
        lines += [_line(columns, profile) for profile in of_kind[:OF_A_KIND]]
        rest = len(of_kind) - OF_A_KIND
        if rest > 0:
            lines.append(Line((f"and {rest:,} {kind} column{'s' * (rest > 1)}{which} (--full shows all)",)))
    return lines


def _line(columns: Columns, profile: Profile) -> Line:
    target = profile.kind == "target"
    n_inputs = "-" if target else f"{columns.inputs.get(profile.name, 0):,}"
    why = "the config says so" if profile.kind == "ignored" else "" if profile.left_out else profile.reason
    cells = (cut(printable(profile.name), NAME), profile.kind, n_inputs, f"{profile.missing:,}")
    example = cut(printable(profile.example), EXAMPLE)
    return Line((*cells, f"{profile.distinct:,}", example, cut(why, REASON)), remarks(columns, profile))
