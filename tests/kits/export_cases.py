"""Random small tables of every kind of column, and random models on them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from evo.models.two_level import Model
from fitness.data.encoder import Encoder
from fitness.data.load import load
from fitness.data.spec import BinarizeSpec, DataSpec, SplitSpec
from fitness.data.voting import as_votes
from fitness.errors import DataError
from genomes.two_level.spec import Kind
from tests.kits.exporters import ExportCase, write_csv_rows
from tests.kits.readers import MISSING

NUMBERS = ("-1.5", "0", "0.5", "2", "3", "1e3", "7.25", "10")
HOSTILE = (
    'say "hi"', "it's", "a\nb", "back\\slash", '"""', "'''", "*/", "a]b", "a|b", "*bold* _x_ `c`", "[red]", "[/red]",
    "\N{SLIGHTLY SMILING FACE}\N{ZERO WIDTH JOINER}", "x" * 300, "\x1b[31mred", "a\x07b", "# no", "<b>&amp;", "~~$x$~~",
    "coding: latin-1", "{y} %s", "a, b", "\N{RIGHT-TO-LEFT OVERRIDE}gnp", "0x10", "a AND b", "True", "|", "-",
)  # fmt: skip
LABELS = ("lo", "hi", "mid", "top")

#: Kind of column -> cells in training, further cells when predicting.
POOLS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "number": (NUMBERS, ("0.7", " 2.50 ", "-40", "99")),
    "zero_one": (("0", "1"), ("1.0", "0.5", "7")),
    "two": (("no", "yes"), ("perhaps",)),
    "category": (("a", "b", "c", "d"), ("z", "A", " b ")),
    "hostile": (HOSTILE, ("", "x" * 299)),
}


@st.composite
def csv_cases(
    draw: st.DrawFn, folder: Path, *, hostile: bool = False, foreign: bool = True, pairs: bool = True
) -> ExportCase:
    """A table from a csv file with a random model.

    hostile: names, categories and labels that break naive exporters. foreign: cells to predict may be missing, or hold
    values, that training did not have; otherwise only columns that miss values in training do so later. pairs: columns
    of just two values, and intervals, occur; of those the text does not tell which comparison is the opposite.
    """
    rng = random.Random(draw(st.integers(0, 2**32 - 1)))
    choices = ["hostile", "category"] if hostile else ["number", "category", *(["zero_one", "two"] if pairs else [])]
    kinds = [rng.choice(choices) for _ in range(rng.randint(1, 4))]
    names = rng.sample(HOSTILE, len(kinds) + 1) if hostile else [f"x{i}" for i in range(len(kinds))] + ["y"]
    labels = rng.sample(HOSTILE if hostile else LABELS, draw(st.integers(2, 4)))
    absent = [rng.random() < 0.4 for _ in kinds]
    drawn = labels * 2 + rng.choices(labels, k=rng.randint(0, 9))
    rows = [_row(rng, names, kinds, absent) | {names[-1]: label} for label in drawn]
    if not pairs:
        for row, cell in zip(rows, "abcd", strict=False):
            row.update({name: cell for name, kind in zip(names, kinds, strict=False) if kind == "category"})
    absent = [foreign or any(row[name] in MISSING for row in rows) for name in names[:-1]]
    later = [_row(rng, names, kinds, absent, foreign=foreign) for _ in range(12)]
    method = rng.choice(["thermometer", "onehot"]) if pairs else "thermometer"
    path = write_csv_rows(folder / "train.csv", rows)
    spec = DataSpec(source="csv", path=str(path), header=True, split=_ALL, binarize=_bits(method))
    encoder = _encoder(spec, votes=rng.random() < 0.5)
    return ExportCase(random_model(rng, encoder), encoder, later)


@st.composite
def npz_cases(draw: st.DrawFn, folder: Path) -> ExportCase:
    """A table from an npz file, of numbers with NaN or of bits, with one output or several."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng, numbers = random.Random(seed), np.random.default_rng(seed)
    n_rows, n_columns, n_outputs = 8, rng.randint(1, 4), rng.randint(1, 4)
    bits = rng.random() < 0.5
    x = numbers.integers(0, 2, (n_rows, n_columns)).astype(bool) if bits else numbers.normal(size=(n_rows, n_columns))
    if not bits and rng.random() < 0.5:
        x[numbers.random(x.shape) < 0.3] = np.nan
    y = numbers.integers(0, 2 if n_outputs > 1 else 3, (n_rows, n_outputs))
    np.savez(folder / "train.npz", X=x, y=y if n_outputs > 1 else y[:, 0])
    encoder = _encoder(
        DataSpec(source="npz", path=str(folder / "train.npz"), split=_ALL, binarize=_bits("thermometer")),
        votes=n_outputs == 1 and rng.random() < 0.5,
    )
    cells = ("0", "1") if bits else ("", "?", "nan", *map(repr, x[~np.isnan(x)].tolist()))
    rows = [{f"x{i}": rng.choice(cells) for i in range(n_columns)} for _ in range(12)]
    return ExportCase(random_model(rng, encoder), encoder, rows)


def random_model(rng: random.Random, encoder: Encoder, most: int = 4) -> Model:
    """Random signed literals; terms without literals, terms several times and covers without terms occur."""
    kind: Kind = rng.choice(["sop", "pos"])
    n = len(encoder.binarizer.bits)

    def term() -> list[int]:
        return [rng.choice([1, -1]) * i for i in sorted(rng.sample(range(1, n + 1), rng.randint(0, min(n, 6))))]

    def cover() -> list[list[int]]:
        terms = [term() for _ in range(rng.randint(0, most))]
        return terms + [rng.choice(terms) for _ in range(rng.choice([0, 0, 2])) if terms]

    terms = [cover() for _ in range(encoder.task.n_covers)]
    return Model("m1", kind, n, terms, inverted=encoder.task.kind != "multiclass" and rng.random() < 0.5)


_ALL = SplitSpec(valid=0, test=0)


def _bits(method: str) -> BinarizeSpec:
    return BinarizeSpec(method="onehot" if method == "onehot" else "thermometer", bits=4)


def _encoder(spec: DataSpec, *, votes: bool) -> Encoder:
    try:
        loaded = load(spec, seed=0)
        return (as_votes(loaded) if votes else loaded).encoder
    except DataError:  # every column is constant
        assume(False)
        raise


def _row(
    rng: random.Random, names: Sequence[str], kinds: Sequence[str], absent: Sequence[bool], *, foreign: bool = False
) -> dict[str, str]:
    """A cell for every kind; `absent` says where it may be missing."""
    cells = {}
    for name, kind, may_be_absent in zip(names, kinds, absent, strict=False):
        seen, unseen = POOLS[kind]
        pool = (*seen, *unseen) if foreign else seen
        cells[name] = rng.choice(MISSING[:4]) if may_be_absent and rng.random() < 0.3 else rng.choice(pool)
    return cells
