"""The schema of later files: the columns and labels that training fixed.

A training file decides which columns there are and of which kind. Files read afterwards (own validation and test
files, rows to predict) are read against that decision, whatever their format: columns are found by name, in any
order, further ones are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitness.data.checks import categories_of, check_binary, quoted, require_columns
from fitness.data.table import Column, Kind, Table, Target
from fitness.errors import DataError


@dataclass(frozen=True, slots=True)
class Field:
    """Name and kind of a column, without values."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Schema:
    """Columns to read and, where labels are wanted, the names of the target columns (else empty)."""

    fields: tuple[Field, ...]
    target: tuple[str, ...] = ()
    several: bool = False

    @classmethod
    def like(cls, table: Table) -> Schema:
        """Everything that `table` has."""
        fields = tuple(Field(c.name, c.kind) for c in table.columns)
        if table.target is None:
            return cls(fields)
        return cls(fields, table.target.names, table.target.several)


def coerce(table: Table, schema: Schema) -> Table:
    """The wanted part of a table read from a typed file (not csv), converted to the wanted kinds.

    Raises:
        DataError: a column is missing, its kind cannot be converted, or the targets do not match.
    """
    by_name = {column.name: column for column in table.columns}
    require_columns((f.name for f in schema.fields), list(by_name), table.origin)
    columns = tuple(_converted(by_name[f.name], f.kind, table.origin) for f in schema.fields)
    return Table(columns, _target(table, schema), table.origin, table.parts)


def _converted(column: Column, kind: Kind, where: str) -> Column:
    if column.kind == kind:
        return column
    if column.kind == "category":
        raise DataError(f"column {column.name!r} must hold numbers, got categories", where=where)
    if kind == "bit":
        return Column(column.name, "bit", check_binary(column.values, column.name, where))
    if kind == "number":
        return Column(column.name, "number", column.values.astype(np.uint8))
    return Column(column.name, "category", categories_of(column.values))


def _target(table: Table, schema: Schema) -> Target | None:
    target = table.target
    if not schema.target:
        return None
    if target is None:
        raise DataError(f"no labels; expected {quoted(schema.target)}", where=table.origin)
    if not schema.several and not target.several:
        return target  # such a file has one target only: its name does not matter
    require_columns(schema.target, target.names, table.origin)
    if not target.several or not schema.several:
        raise DataError(
            f"expected {len(schema.target)} target(s) as in training, got {len(target.names)}", where=table.origin
        )
    order = [target.names.index(name) for name in schema.target]
    return Target(schema.target, np.ascontiguousarray(target.values[:, order]))
