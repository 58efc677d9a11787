"""Missing cells of later rows in columns that training never missed: where they are, and what they are read as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from fitness.data.checks import QUOTED, number_text
from fitness.data.schema import Field
from fitness.data.table import Table
from fitness.data.tables.dates import date_text
from fitness.data.tables.raw import is_missing

Split = TypeVar("Split")


@dataclass(frozen=True, slots=True)
class Blank:
    """cells: how many cells of `column` are missing; reads: what they are read as, in words."""

    column: str
    cells: int
    reads: str


@dataclass(frozen=True, slots=True)
class Rows(Generic[Split]):
    """Rows of a later file. split: encoded; blanks: missing cells of columns that training never missed; notes: cells
    that cannot be read, and what else there is to say of the file.
    """

    split: Split
    blanks: tuple[Blank, ...]
    notes: tuple[str, ...]


def blanks_of(table: Table, fields: Sequence[Field]) -> tuple[Blank, ...]:
    """Columns of `fields` with missing cells that training never missed; parts of a date count as the date."""
    columns = {column.name: column for column in table.columns}
    found: dict[str, Blank] = {}
    for field in fields:
        cells = int(is_missing(columns[field.name].values).sum()) if field.fill is not None else 0
        if cells:
            stored = field.name if field.part is None else field.part[0]
            found.setdefault(stored, Blank(stored, cells, fill_text(field)))
    return tuple(found.values())


def fill_text(field: Field) -> str:
    """What a missing cell of the column is read as, in words."""
    if isinstance(field.fill, str):
        return repr(field.fill)
    assert field.fill is not None
    if field.kind == "date":
        return date_text(field.fill)
    text = number_text(field.fill)
    return {"1": "true", "0": "false"}.get(text, text) if field.form == "boolean" and field.part is None else text


def blanks_text(blanks: Sequence[Blank]) -> str:
    """``12 cells are missing in columns 'age' (9), 'job' (3), which training never missed: read as 38 and 'clerk'``."""
    total, some = sum(blank.cells for blank in blanks), blanks[:QUOTED]
    more = len(blanks) - len(some)
    cells = f"{total:,} cells are" if total > 1 else "1 cell is"
    where = ", ".join(f"{blank.column!r} ({blank.cells:,})" for blank in some) + (f" and {more} more" if more else "")
    reads = [blank.reads for blank in some] + ([f"{more} more"] if more else [])
    read = f"{', '.join(reads[:-1])} and {reads[-1]}" if len(reads) > 1 else reads[0]
    return f"{cells} missing in column{'s' * (len(blanks) > 1)} {where}, which training never missed: read as {read}"
