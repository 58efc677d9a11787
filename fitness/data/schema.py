"""The schema of later files: the columns and labels that training fixed.

A training file decides which columns there are and of which kind. Files read afterwards (own validation and test
files, rows to predict) are read against that decision, whatever their format: columns are found by name, in any
order, further ones are ignored.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from fitness.data.checks import categories_of, check_binary, quoted, require_columns
from fitness.data.spec import DataSpec
from fitness.data.table import Column, Kind, Table, Target
from fitness.data.tables.raw import is_missing
from fitness.errors import DataError


@dataclass(frozen=True, slots=True)
class Field:
    """A column without values.

    form and part: as in `Column`; fill: what a missing cell is read as, None where missing cells are a case of their
    own (the training rows had some).
    """

    name: str
    kind: Kind
    form: str = ""
    part: tuple[str, str] | None = None
    fill: float | str | None = None

    @classmethod
    def of(cls, column: Column) -> Field:
        """The field of a training column."""
        return cls(column.name, column.kind, column.form, column.part, usual_value(column))


@dataclass(frozen=True, slots=True)
class Options:
    """How later files are read. encoding, header: of CSV, as in `DataSpec`; above: the bound of a target of numbers."""

    encoding: str | None = None
    header: bool | None = None
    above: float | None = None

    @classmethod
    def like(cls, spec: DataSpec) -> Options:
        """As the config says."""
        return cls(spec.encoding, spec.header, spec.target_above)


@dataclass(frozen=True, slots=True)
class Schema:
    """Columns to read and, where labels are wanted, the names of the target columns (else empty)."""

    fields: tuple[Field, ...]
    target: tuple[str, ...] = ()
    several: bool = False
    options: Options = Options()

    @classmethod
    def like(cls, table: Table, options: Options) -> Schema:
        """Everything that `table` has."""
        fields = tuple(map(Field.of, table.columns))
        if table.target is None:
            return cls(fields, options=options)
        return cls(fields, table.target.names, table.target.several, options)


def usual_value(column: Column) -> float | str | None:
    """What a missing cell is read as, where no training row had one: the (lower) median, or the most frequent category.

    Trees of scikit-learn send missing values to the side with most samples, which is this for one comparison.
    """
    if column.kind == "bit" or not len(column.values) or is_missing(column.values).any():
        return None
    if column.kind == "category":
        counts = Counter(column.values.tolist())
        return str(min(counts, key=lambda level: (-counts[level], level)))
    middle = (len(column.values) - 1) // 2
    value = np.partition(column.values, middle)[middle]
    return int(value) if column.values.dtype == np.int64 else float(value) + 0.0  # never -0.0


def coerce(table: Table, schema: Schema) -> Table:
    """The wanted part of a table read from a typed file (not csv), converted to the wanted kinds.

    Raises:
        DataError: a column is missing, its kind cannot be converted, or the targets do not match.
    """
    by_name = {column.name: column for column in table.columns}
    require_columns((f.name for f in schema.fields), list(by_name), table.origin)
    columns = tuple(_converted(by_name[f.name], f.kind, table.origin) for f in schema.fields)
    return Table(columns, _target(table, schema), table.origin, table.parts, notes=table.notes)


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
