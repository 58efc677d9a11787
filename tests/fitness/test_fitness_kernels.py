from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.evaluation import numpy_packed
from fitness.evaluation.numpy_packed import count_rows, cube_rows, greater, literal_rows, or_rows
from genomes.bits import Words
from tests.kits import oracle
from tests.kits.tables import randoms

LENGTHS = st.lists(st.integers(0, 9), min_size=1, max_size=12)


def random_rows(rng: random.Random, count: int, n: int = 70) -> list[list[bool]]:
    return [[rng.random() < 0.3 for _ in range(n)] for _ in range(count)]


def packed(rows: list[list[bool]], n: int = 70) -> Words:
    return np.array([oracle.packed(row) for row in rows], dtype=np.uint64).reshape(len(rows), (n + 63) // 64)


def starts_of(lengths: list[int]) -> np.ndarray:
    return np.cumsum([0, *lengths]).astype(np.int64)


def grouped(rows: list[list[bool]], lengths: list[int]) -> list[list[list[bool]]]:
    return [rows[a:b] for a, b in itertools.pairwise(starts_of(lengths))]


def numbers(planes: list[Words], group: int, n: int = 70) -> list[int]:
    """Bit-sliced counters of one group as integers."""
    bits = [oracle.unpacked(plane[group], n) for plane in planes]
    return [sum(plane[i] << j for j, plane in enumerate(bits)) for i in range(n)]


@given(randoms(), LENGTHS)
def test_groups_are_or_ed_and_empty_ones_are_false(rng: random.Random, lengths: list[int]) -> None:
    rows = random_rows(rng, sum(lengths))
    folded = or_rows(packed(rows), starts_of(lengths))
    for words, group in zip(folded, grouped(rows, lengths), strict=True):
        assert oracle.unpacked(words, 70) == [any(row[i] for row in group) for i in range(70)]


@given(randoms(), LENGTHS)
def test_groups_are_counted(rng: random.Random, lengths: list[int]) -> None:
    rows = random_rows(rng, sum(lengths))
    planes = count_rows(packed(rows), starts_of(lengths))
    assert len(planes) == max(lengths).bit_length()
    for index, group in enumerate(grouped(rows, lengths)):
        assert numbers(planes, index) == [sum(row[i] for row in group) for i in range(70)]


@given(randoms(), st.integers(0, 4))
def test_counters_are_compared_as_numbers(rng: random.Random, n_planes: int) -> None:
    first, second = ([packed(random_rows(rng, 1)) for _ in range(n_planes + 1)] for _ in range(2))
    a, b = numbers(first, 0), numbers(second, 0)
    assert oracle.unpacked(greater(first, second)[0], 70) == [x > y for x, y in zip(a, b, strict=True)]


@pytest.mark.parametrize("block", [1, 7, 1 << 14])
def test_the_truth_of_cubes_does_not_depend_on_the_block_size(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(3)
    monkeypatch.setattr(numpy_packed, "BLOCK_WORDS", block)
    columns = random_rows(rng, 66)
    terms = [rng.sample(range(1, 67), rng.randint(0, 3)) for _ in range(50)]
    terms = [[rng.choice([i, -i]) for i in term] for term in terms]
    cubes = np.stack([oracle.cube(term, 66) for term in terms])
    for words, term in zip(cube_rows(cubes, literal_rows(packed(columns))), terms, strict=True):
        rows = [[column[i] for column in columns] for i in range(70)]
        assert oracle.unpacked(words, 70) == [oracle.term_holds(term, row) for row in rows]
