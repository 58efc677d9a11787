"""The data as the search sees it: packed splits, the meaning of every bit, and the task.

Layout. `inputs` is bit-major: row i holds input bit i over all samples, 64 samples to a word, so a term is a few
ANDs of rows. `planes` has one row per target plane: one for a binary task, one per class for a multi-class task,
one per output for a multi-output task. `care` marks the samples that count, per plane for a multi-output task
(don't-cares are off) and in one row otherwise. Padding is zero everywhere, `care` included, so it can never count.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from fitness.data.checks import number_text, shown
from fitness.data.picture import Picture
from fitness.data.row_weights import RowWeights
from fitness.data.tables.dates import date_text
from genomes.bits import Words, n_words, pack, popcount, unpack, valid_words
from genomes.deadline import look

BitOp = Literal["<=", "in", "=", "among", "other", "missing", "is"]
#: What the numbers of a date print as.
Unit = Literal["", "day", "clock"]
TaskKind = Literal["binary", "multiclass", "multioutput"]
Rows = TypeVar("Rows")
#: Bit rows unpacked at a time: bounds the intermediate to 32 bytes per sample.
ROWS_AT_A_TIME = 32


@dataclass(frozen=True, slots=True, repr=False)
class Bit:
    """One input bit: the test on a raw column that sets it, and that test in a person's words.

    op and operand: "<=" number (false for a missing value); "in" (low, high) for low < x <= high; "=" a category
    (str) or a number; "among" one of these categories, "other" a known one that is none of these; "missing" None; "is"
    None for a column that is a bit already.
    label: the column's name in texts, where it is not `shown(feature)`; unit: of a date's numbers, which are seconds
    since 1970: "day" prints days, "clock" the time as well.
    values: what training rows held in the column, in order, where that is few whole numbers or categories without rest,
    then None where some missed it; else empty. Texts read it; it is no part of the test.
    """

    feature: str
    op: BitOp
    operand: float | str | tuple[float, float] | tuple[str, ...] | None
    when_true: str
    when_false: str
    label: str = ""
    unit: Unit = ""
    values: tuple[float | str | None, ...] = field(default=(), compare=False)
    _FIRST: ClassVar = ("feature", "op", "operand", "when_true", "when_false")

    def __repr__(self) -> str:
        """As digests of data hold it: label and unit only where they say something, as they came later."""
        shown = [*self._FIRST, *(name for name in ("label", "unit") if getattr(self, name))]
        return f"Bit({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def text(self, value: bool) -> str:
        """The comparison that holds when the bit has `value`, e.g. ``worst_area <= 880.8``."""
        return self.when_true if value else self.when_false

    @property
    def ends(self) -> tuple[float, float]:
        """Of an interval."""
        assert self.op == "in" and isinstance(self.operand, tuple)
        low, high = self.operand
        assert not isinstance(low, str) and not isinstance(high, str)
        return low, high

    @property
    def name(self) -> str:
        """The column's name in formulas."""
        return self.label or shown(self.feature)

    def number(self, value: float) -> str:
        """A number of the column as text: a date where it is one."""
        return number_text(value) if not self.unit else date_text(value, clock=self.unit == "clock")


@dataclass(frozen=True, slots=True)
class Task:
    """What is predicted.

    binary: `classes` = (negative, positive), one cover predicts the second.
    multiclass: `classes` in sorted order, one cover per class; `prior` ranks class indices, most frequent in
    training first (ties of votes go to the first in this order).
    multioutput: `outputs` names the covers; `classes` = ("0", "1").
    """

    kind: TaskKind
    outputs: tuple[str, ...]
    classes: tuple[str, ...]
    prior: tuple[int, ...]

    @property
    def n_covers(self) -> int:
        """Covers in one genome."""
        return {"binary": 1, "multiclass": len(self.classes), "multioutput": len(self.outputs)}[self.kind]


@dataclass(frozen=True, slots=True)
class Split:
    """Packed rows of one split.

    inputs: uint64[n_bits, words]; planes: uint64[n_planes, words]; care: uint64[n_planes or 1, words]; weights: None
    where every row weighs 1.
    """

    n_rows: int
    inputs: Words
    planes: Words
    care: Words
    weights: RowWeights | None = None

    def take(self, rows: NDArray[np.intp]) -> Split:
        """The split with only `rows`, in that order."""
        inputs, planes, care = (self._taken(array, rows) for array in (self.inputs, self.planes, self.care))
        return Split(len(rows), inputs, planes, care, None if self.weights is None else self.weights.take(rows))

    def first(self, n_rows: int) -> Split:
        """The split with only its first rows."""
        valid = valid_words(n_rows)
        inputs, planes, care = (
            frozen(array[:, : len(valid)] & valid) for array in (self.inputs, self.planes, self.care)
        )
        weights = None if self.weights is None else self.weights.take(np.arange(n_rows))
        return Split(n_rows, inputs, planes, care, weights)

    def _taken(self, words: Words, rows: NDArray[np.intp]) -> Words:
        taken = np.empty((len(words), n_words(len(rows))), dtype=np.uint64)
        for start in range(0, len(words), ROWS_AT_A_TIME):
            look()
            block = unpack(words[start : start + ROWS_AT_A_TIME], self.n_rows)
            taken[start : start + len(block)] = pack(block[:, rows])
        return frozen(taken)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Packed splits with their meaning; `valid` and `test` are None where there is no such split.

    signs: per bit 1 where the outputs may only rise with it, -1 where they may only fall, 0 otherwise; empty: all 0.
    picture: where the bits of rows that are pictures lie; copies: augmented copies of every training row, so training
    row r is, or is a copy of, row r % (rows // (1 + copies)), and the first of these blocks are the rows themselves.
    """

    task: Task
    bits: tuple[Bit, ...]
    n_features: int
    train: Split
    valid: Split | None
    test: Split | None
    signs: tuple[int, ...] = ()
    picture: Picture | None = None
    copies: int = 0

    @property
    def n_originals(self) -> int:
        """Training rows that are no copies; they come first."""
        return self.train.n_rows // (1 + self.copies)

    @property
    def originals(self) -> Split:
        """The training rows that are no copies."""
        return self.train.first(self.n_originals) if self.copies else self.train

    @property
    def n_bits(self) -> int:
        """Input bits after binarization."""
        return len(self.bits)

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """How many rows each training row counts for: float64[training rows]; None where each counts once."""
        return None if self.train.weights is None else self.train.weights.counts()

    def splits(self) -> dict[str, Split]:
        """The splits that exist, by name, in the order train, valid, test."""
        return named_splits(self.train, self.valid, self.test)

    def class_rows(self) -> dict[str, dict[str, int]]:
        """Rows of each class by split, without copies; of several outputs, rows of each value of each output."""
        splits = named_splits(self.originals, self.valid, self.test)
        return {name: _class_rows(self.task, split) for name, split in splits.items()}

    def sha256(self) -> str:
        """Digest of everything a result depends on: packed rows, labels, bit meanings and classes."""
        digest = hashlib.sha256(repr((self.task, self.bits)).encode())
        if any(self.signs):
            digest.update(repr(self.signs).encode())
        if self.picture is not None and self.picture.decides:
            digest.update(self.picture.digest() + repr(self.copies).encode())
        for name, split in self.splits().items():
            digest.update(f"{name}:{split.n_rows}".encode())
            for array in (split.inputs, split.planes, split.care):
                digest.update(np.ascontiguousarray(array, dtype="<u8").tobytes())
            if split.weights is not None:
                digest.update(split.weights.units.astype("<i8").tobytes() + repr(split.weights.one).encode())
        return digest.hexdigest()


def _class_rows(task: Task, split: Split) -> dict[str, int]:
    ones, known = popcount(split.planes & split.care).tolist(), popcount(split.care).tolist()
    if task.kind == "multiclass":
        return dict(zip(task.classes, ones, strict=True))
    if task.kind == "binary":
        return dict(zip(task.classes, (known[0] - ones[0], ones[0]), strict=True))
    pairs = zip(task.outputs, ones, known, strict=True)
    return {f"{name} = {value}": n for name, yes, of in pairs for value, n in (("0", of - yes), ("1", yes))}


def named_splits(train: Rows, valid: Rows | None, test: Rows | None) -> dict[str, Rows]:
    """Those that exist, by name, in the order train, valid, test."""
    named = {"train": train, "valid": valid, "test": test}
    return {name: split for name, split in named.items() if split is not None}


def frozen(words: NDArray[np.uint64]) -> Words:
    """`words` made read-only: shared arrays are never written."""
    words.flags.writeable = False
    return words
