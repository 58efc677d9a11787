"""Tables as bits: the folds that every learner of `benchmarks.tabular` gets, binarized on their training rows alone.

Each fold has its rows as they stand in the table, too, for learners that read columns themselves.

Numbers become nine comparisons with quantiles; text, and integers of at most five values, become one bit per value (one
bit for two values). Tables below 5,000 rows give five stratified folds, larger ones one 70:30 split, and a column
`split` is taken as it is. All of it with scikit-learn's fixed random_state 0.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.model_selection import StratifiedKFold, train_test_split

LARGE = 5000
#: Which class is predicted, where it is neither 1 of 0 and 1 nor the rarer one.
POSITIVE = {
    "adult": ">50K", "nursery": "spec_prior", "breast_cancer_wisconsin_original": "malignant", "mushroom": "p",
    "chess_kr_vs_kp": "won", "tic_tac_toe": "positive", "heart_cleveland": ">50_1",
}  # fmt: skip
#: A table that is made here, on demand: no table of the folder, and with three classes.
BALANCE = "balance_scale"
#: Tables of more than two classes, on demand; `nursery classes` is nursery with all its classes.
BUNDLED = {"iris": load_iris, "wine": load_wine, "digits": load_digits}
NURSERY = "nursery classes"
CLASSES = (BALANCE, *BUNDLED, NURSERY)
Bits = NDArray[np.uint8]
Columns = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Fold:
    """inputs: uint8[rows, bits] of 0 and 1; labels: uint8[rows]; columns: cells as they are written, by name."""

    inputs: Bits
    labels: Bits
    test_inputs: Bits
    test_labels: Bits
    columns: Columns
    test_columns: Columns


def names(folder: Path) -> list[str]:
    """Tables of the folder, and scikit-learn's breast cancer data."""
    return ["breast_cancer", *sorted(path.name.removesuffix(".csv.gz") for path in folder.glob("*.csv.gz"))]


def folds(folder: Path, name: str) -> Iterator[Fold]:
    """The folds of one table; labels are 1 for the predicted class, or codes of all classes, see `CLASSES`."""
    columns, target, split = _read(folder, name)
    rarer = min(Counter(target).items(), key=lambda item: item[1])[0]
    positive = "1" if set(target) == {"0", "1"} else POSITIVE.get(name, rarer)
    labels = np.array([value == positive for value in target], dtype=np.uint8)
    if name in CLASSES:
        labels = np.unique(target, return_inverse=True)[1].astype(np.uint8)
    for train, test in _parts(labels, split):
        codes = [_bits(column, train) for column in columns.values()]
        inputs = np.concatenate(codes, axis=1).astype(np.uint8)
        cells, others = (_taken(columns, part) for part in (train, test))
        yield Fold(inputs[train], labels[train], inputs[test], labels[test], cells, others)


def _taken(columns: Columns, rows: NDArray[np.intp]) -> Columns:
    return {name: [cells[row] for row in rows] for name, cells in columns.items()}


def _read(folder: Path, name: str) -> tuple[Columns, list[str], list[str] | None]:
    if name == BALANCE:
        return _balance_scale()
    if name == NURSERY:
        columns, target, _ = _read(folder, "nursery")
        most = [row for row, value in enumerate(target) if value != "recommend"]  # two rows are of that class
        return _taken(columns, np.array(most)), [target[row] for row in most], None
    if name in BUNDLED:
        bunch = BUNDLED[name]()
        columns = {f"x{number}": [repr(float(cell)) for cell in cells] for number, cells in enumerate(bunch.data.T)}
        return columns, [str(y) for y in bunch.target], None
    if name == "breast_cancer":
        bunch = load_breast_cancer()
        named = zip(bunch.feature_names.tolist(), bunch.data.T, strict=True)
        columns = {key: [repr(float(cell)) for cell in column] for key, column in named}
        return columns, [str(y) for y in bunch.target], None
    with gzip.open(folder / f"{name}.csv.gz", "rt", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file, skipinitialspace=True)
    columns = dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))
    target, split = columns.pop("target"), columns.pop("split", None)
    return columns, target, split


def _balance_scale() -> tuple[Columns, list[str], None]:
    """Weights and distances 1 to 5 on two sides of a scale, and the side that goes down (Siegler, 1976): 625 rows."""
    rows = np.array(list(product(range(1, 6), repeat=4)))
    down = np.sign(rows[:, 0] * rows[:, 1] - rows[:, 2] * rows[:, 3])
    named = zip(("left_weight", "left_distance", "right_weight", "right_distance"), rows.T.tolist(), strict=True)
    return {name: list(map(str, column)) for name, column in named}, ["BLR"[side] for side in down.tolist()], None


def _parts(labels: Bits, split: list[str] | None) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    if split is not None:
        train = np.array([part == "train" for part in split])
        yield np.flatnonzero(train), np.flatnonzero(~train)
    elif len(labels) >= LARGE:
        first, second = train_test_split(np.arange(len(labels)), test_size=0.3, stratify=labels, random_state=0)
        yield first, second
    else:
        yield from StratifiedKFold(5, shuffle=True, random_state=0).split(labels, labels)


def _bits(cells: list[str], train: NDArray[np.intp]) -> NDArray[np.bool_]:
    numbers = _numbers(cells)
    if numbers is not None:
        known = numbers[train][~np.isnan(numbers[train])]
        if len(np.unique(known)) > 5 or (known != np.round(known)).any():
            cuts = [cut for cut in np.unique(np.quantile(known, np.arange(1, 10) / 10)) if (known > cut).any()]
            return numbers[:, None] > np.array(cuts)[None, :]
    values = sorted({cells[row] for row in train})
    shown = values[1:] if len(values) == 2 else values
    return np.array([[cell == value for value in shown] for cell in cells])


def _numbers(cells: list[str]) -> NDArray[np.float64] | None:
    """The column as numbers; None where a cell is neither a number nor empty (a ? makes a column of categories)."""
    try:
        return np.array([float(cell) if cell not in ("", "NA", "NaN", "nan") else np.nan for cell in cells])
    except ValueError:
        return None
