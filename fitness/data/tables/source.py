"""`data.source: table`: files, standard input and queries as tables whose columns have kinds."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray

from fitness.data.checks import require_columns
from fitness.data.schema import Schema
from fitness.data.spec import DataSpec
from fitness.data.table import Table
from fitness.data.tables.dialect import no_header
from fitness.data.tables.kinds import Wish, understand_all
from fitness.data.tables.labels import labels_of, later_labels, several_outputs
from fitness.data.tables.later import conforming, stored_names
from fitness.data.tables.opened import OpenTable, open_file, open_query
from fitness.data.tables.raw import RawColumn, Texts
from fitness.errors import DataError

PARTS = {"train": 0, "valid": 1, "test": 2}


def read(spec: DataSpec, seed: int) -> Table:
    """The training rows; kinds are decided here. `seed` is not used.

    Raises:
        DataError: whatever is wrong with the file; unknown columns in the config; no feature left; no labels.
    """
    with _opened(spec) as opened:
        return _table(opened, spec)


def reread(path: str, schema: Schema, limit: int | None = None) -> Table:
    """A later file: the wanted columns in their training kinds, further columns ignored.

    Raises:
        DataError: whatever is wrong with the file; a wanted column is missing; cells that do not fit their kind.
    """
    names = stored_names(schema.fields)
    with open_file(path, limit, schema.options.encoding, schema.options.header, (*names, *schema.target)) as opened:
        require_columns((*names, *schema.target), opened.names, opened.header_place)
        raws = dict(zip(names, opened.read(names), strict=True))
        columns, notes = conforming(schema.fields, raws.__getitem__, opened.place)
        target = None
        if schema.several and schema.target:
            target = several_outputs(schema.target, list(opened.read(schema.target)), opened.place)
        elif schema.target:
            (raw,) = opened.read(schema.target)
            target = later_labels(schema.target[0], raw, opened.place, schema.options.above)
        return Table(columns, target, opened.origin, notes=notes)


def _opened(spec: DataSpec) -> AbstractContextManager[OpenTable]:
    if spec.query is not None:
        return open_query(spec.query, spec.folder or "")
    columns = (*spec.ignore, *spec.categorical, *(spec.columns or {}))
    known = [name for name in (spec.target, spec.split.column, *columns) if name]
    return open_file(spec.path or "", spec.unpack_limit, spec.encoding, spec.header, known)


def _table(opened: OpenTable, spec: DataSpec) -> Table:
    names = opened.names
    special = [name for name in (spec.split.column, spec.target) if name is not None]
    ignored = {name for name in spec.ignore if name}  # "" is the nameless column of an index, which has a name by now
    require_columns((*special, *ignored, *spec.categorical, *(spec.columns or {})), names, opened.header_place)
    wishes: dict[str, Wish] = {
        **dict.fromkeys(spec.categorical, "category"),
        **(spec.columns or {}),
        **dict.fromkeys(ignored, "ignore"),
    }
    used = [name for name in names if name != spec.split.column and wishes.get(name) != "ignore"]
    named = [name for name in used if opened.dialect is None or name not in opened.dialect.nameless]
    target = spec.target if spec.target is not None else (named or used or names)[-1]
    if target not in used:
        raise DataError(f"the target column {target!r} cannot also be ignored or hold the split", where=opened.origin)
    features = [name for name in names if name not in (target, spec.split.column)]
    if not features:
        raise DataError(
            f"no column left beside the target {target!r}; is it comma-separated?", where=opened.header_place
        )
    (raw_target,) = opened.read([target])
    labels, about_target = labels_of(target, raw_target, opened.place, opened.origin, spec.target_above)
    comma = opened.dialect is not None and opened.dialect.delimiter == ";"
    raws = dict(zip(features, opened.read(features), strict=True))
    advice = "; data.columns can say what they are"
    columns, profiles = understand_all(raws, wishes, opened.origin, comma=comma, advice=advice)
    _require_header(opened, spec, {target: raw_target, **raws})
    parts = None if spec.split.column is None else _parts(opened, spec.split.column)
    return Table(columns, labels, opened.origin, parts, (*profiles, about_target), opened.notes)


def _require_header(opened: OpenTable, spec: DataSpec, raws: Mapping[str, RawColumn]) -> None:
    """Raise DataError where most names are values of their own columns: the first line is a row, then."""
    if opened.dialect is None or not opened.dialect.header or spec.header is not None:
        return
    values = [name for name, raw in raws.items() if isinstance(raw, Texts) and name in raw.levels]
    if len(values) >= 2 and 2 * len(values) > len(raws):
        raise DataError(no_header(values), where=opened.header_place)


def _parts(opened: OpenTable, name: str) -> NDArray[np.int8]:
    (raw,) = opened.read([name])
    levels = raw.levels if isinstance(raw, Texts) else ()
    codes = raw.codes if isinstance(raw, Texts) else np.full(opened.n_rows, -1)
    wrong = np.isin(codes, [-1, *(code for code, level in enumerate(levels) if level not in PARTS)])
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        got = levels[codes[row]] if codes[row] >= 0 else "another cell"
        raise DataError(f"split column {name!r} must hold train, valid or test, got {got!r}", where=opened.place(row))
    return np.array([PARTS[level] for level in levels], dtype=np.int8)[codes]
