"""A config's `data` section to packed splits: read -> split -> noise -> fit on the training rows -> pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

from fitness.data.binarize import Binarizer
from fitness.data.cuts import Numbers, numbers_of
from fitness.data.dataset import Dataset
from fitness.data.encoder import Encoder
from fitness.data.functions.noise import flip_labels
from fitness.data.schema import Options, Schema
from fitness.data.sources import read_later, read_source
from fitness.data.spec import DataSpec
from fitness.data.split import SPLITS, assign
from fitness.data.table import Table
from fitness.data.tables.profile import Columns, Profile
from fitness.data.task import make_task
from fitness.errors import DataError
from genomes.progress import tell

Encoded = TypeVar("Encoded")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The packed data of a run, and what is needed to read further rows for it.

    numbers: by split the raw columns that can be cut anywhere, in the order of its rows; empty where cuts stay.
    """

    dataset: Dataset
    encoder: Encoder
    profiles: tuple[Profile, ...] = ()
    notes: tuple[str, ...] = ()
    numbers: Mapping[str, Numbers] = field(default_factory=dict)

    @property
    def columns(self) -> Columns:
        """What was understood of the table."""
        return Columns(self.profiles, self.notes, self.encoder.binarizer.inputs())


def load(spec: DataSpec, seed: int) -> Loaded:
    """Everything the search needs to know about its data; a pure function of the files, `spec` and `seed`.

    Args:
        spec: the section, its paths absolute (or relative to the current folder).
        seed: the run's seed: it draws generated rows, splits and noise.

    Raises:
        DataError: whatever is wrong with the data, in one line.
    """
    return loaded(spec, split_tables(spec, seed))


def loaded(spec: DataSpec, tables: dict[str, Table]) -> Loaded:
    """The packed data of raw rows by split; `tables` is emptied on the way.

    Raises:
        DataError: as `load`.
    """
    train = tables["train"]
    assert train.target is not None
    profiles, notes = train.profiles, train.notes
    binarizer = Binarizer.fit(train, spec.binarize)
    encoder = Encoder(make_task(train.target, train.origin), binarizer, Options.like(spec))
    bits, n_features = encoder.binarizer.bits, len(train.columns)
    numbers = {name: numbers_of(table, bits) for name, table in tables.items()} if spec.refine else {}
    splits = encoded_splits(tables, encoder.encode)
    dataset = Dataset(encoder.task, bits, n_features, splits["train"], splits.get("valid"), splits.get("test"))
    return Loaded(dataset, encoder, profiles, notes, numbers)


def split_tables(spec: DataSpec, seed: int) -> dict[str, Table]:
    """Raw rows by split; a split without rows is absent, and training rows have labels.

    Raises:
        DataError: whatever is wrong with the data, in one line.
    """
    tell(f"reading {Path(spec.path).name if spec.path else 'the data'}")
    table = read_source(spec, seed)
    own = {name: path for name, path in (("valid", spec.valid_path), ("test", spec.test_path)) if path is not None}
    parts = assign(table, spec.split, frozenset(own), seed)
    if spec.source == "function":
        table = flip_labels(table, np.flatnonzero(parts != SPLITS.index("test")), spec.noise, seed)
    rows = {name: np.flatnonzero(parts == part) for part, name in enumerate(SPLITS)}
    tables = {name: table.take(of_split) for name, of_split in rows.items() if of_split.size}
    if "train" in tables and table.target is None:
        raise DataError("the training rows have no labels", where=table.origin)
    if own:
        schema, limit = Schema.like(table, Options.like(spec)), spec.unpack_limit
        tables |= {name: read_later(path, schema, spec.source, limit) for name, path in own.items()}
    return tables


def encoded_splits(tables: dict[str, Table], encode: Callable[[Table, str], Encoded]) -> dict[str, Encoded]:
    """What `encode` makes of every split's rows and of their place in messages.

    `tables` is emptied on the way: raw rows are dropped as soon as they are packed.
    """
    splits: dict[str, Encoded] = {}
    for name in SPLITS:
        if name in tables:
            table = tables.pop(name)
            splits[name] = encode(table, f"{table.origin} ({name} split)")
    return splits
