from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from evo.search.archive import Archive, non_dominated
from genomes.errors import GenomeError
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace
from tests.kits import oracle

SPACE = CoverSpace("sop", 200, 1, 4)
Vectors = list[list[float]]


def vectors(n_objectives: int, *, finite: bool = True) -> st.SearchStrategy[Vectors]:
    values = [0.0, 0.25, 0.5, 1.0, 3.0] + ([] if finite else [np.inf, -np.inf, np.nan])
    return st.lists(st.lists(st.sampled_from(values), min_size=n_objectives, max_size=n_objectives), max_size=12)


ANY_WIDTH = st.integers(1, 4).flatmap(vectors)


def brute_force(rows: Vectors) -> list[int]:
    """First rows of the non-dominated vectors, in the order of the vectors."""

    def dominated(row: list[float]) -> bool:
        return any(other != row and all(a <= b for a, b in zip(other, row, strict=True)) for other in rows)

    first = [i for i, row in enumerate(rows) if row not in rows[:i] and not dominated(row)]
    return sorted(first, key=lambda i: rows[i])


def matrix(rows: Vectors, width: int) -> NDArray[np.float64]:
    return np.array(rows, dtype=np.float64).reshape(len(rows), width)


def batch(names: list[int]) -> CoverBatch:
    """One genome per name: the cover of that input."""
    return CoverBatch.of([oracle.cover("sop", [[[name]]], 200) for name in names], SPACE)


def names(archive: Archive) -> list[int]:
    return [oracle.terms_of(cover, "sop", 200)[0][0][0] for cover in archive.genomes]


def seen(*generations: Vectors, width: int = 2) -> Archive:
    """The archive after these generations; genome s of generation g is named 1 + 20 g + s."""
    archive = Archive.empty(SPACE, width)
    for g, rows in enumerate(generations):
        covers = batch([1 + 20 * g + s for s in range(len(rows))])
        archive = archive.updated(covers, matrix(rows, width), g, SPACE)
    return archive


@given(ANY_WIDTH)
def test_non_dominated_rows_equal_brute_force(rows: Vectors) -> None:
    width = len(rows[0]) if rows else 2
    assert non_dominated(matrix(rows, width)).tolist() == brute_force(rows)


@given(st.lists(vectors(2), min_size=1, max_size=3))
def test_the_archive_holds_the_first_seen_non_dominated_candidates(generations: list[Vectors]) -> None:
    archive = seen(*generations)
    rows = [row for generation in generations for row in generation]
    places = [(g, s) for g, generation in enumerate(generations) for s in range(len(generation))]
    kept = brute_force(rows)
    assert archive.objectives.tolist() == [rows[i] for i in kept]
    assert archive.born.tolist() == [list(places[i]) for i in kept]
    assert archive.ids() == [f"g{places[i][0]}-s{places[i][1]}" for i in kept]
    assert names(archive) == [1 + 20 * places[i][0] + places[i][1] for i in kept]


@given(vectors(2, finite=False))
def test_candidates_with_non_finite_objectives_never_enter(rows: Vectors) -> None:
    archive = seen(rows)
    finite = [i for i, row in enumerate(rows) if np.isfinite(row).all()]
    kept = [finite[i] for i in brute_force([rows[i] for i in finite])]
    assert archive.objectives.tolist() == [rows[i] for i in kept]
    assert archive.born.tolist() == [[0, i] for i in kept]


@given(st.lists(vectors(3), min_size=1, max_size=3), st.integers(0, 99))
def test_objectives_do_not_depend_on_the_order_of_arrival(generations: list[Vectors], seed: int) -> None:
    rows = [row for generation in generations for row in generation]
    shuffled = random.Random(seed).sample(rows, len(rows))
    whole, piecewise = seen(shuffled, width=3), seen(*generations, width=3)
    assert whole.objectives.tolist() == piecewise.objectives.tolist()


@given(st.lists(vectors(2), min_size=2, max_size=4))
def test_the_best_error_never_gets_worse(generations: list[Vectors]) -> None:
    best = [seen(*generations[: n + 1]).objectives[:1].tolist() for n in range(len(generations))]
    for before, after in itertools.pairwise(best):
        assert not before or after[0] <= before[0]


def test_an_archive_that_was_not_improved_keeps_its_members() -> None:
    before = seen([[0.0, 3.0], [0.5, 1.0]])
    after = before.updated(batch([9, 10]), matrix([[0.5, 1.0], [1.0, 1.0]], 2), 7, SPACE)
    assert after.ids() == before.ids() == ["g0-s0", "g0-s1"]
    assert names(after) == [1, 2]


def test_arrays_give_the_archive_back() -> None:
    archive = seen([[0.0, 3.0], [0.5, 1.0]], [[0.25, 2.0]])
    again = Archive.from_arrays(archive.to_arrays(), SPACE, 2)
    assert again.ids() == archive.ids()
    assert again.objectives.tolist() == archive.objectives.tolist()
    assert names(again) == names(archive)


@pytest.mark.parametrize("name", ["archive.objectives", "archive.born"])
@pytest.mark.parametrize("damage", ["missing", "shorter", "flat"])
def test_damaged_arrays_are_refused(name: str, damage: str) -> None:
    arrays = seen([[0.0, 3.0], [0.5, 1.0]]).to_arrays()
    values = arrays.pop(name)
    if damage != "missing":
        arrays[name] = values[:1] if damage == "shorter" else values[:, 0]
    with pytest.raises(GenomeError):
        Archive.from_arrays(arrays, SPACE, 2)


def test_sides_are_not_compared_and_the_front_is_what_nothing_dominates() -> None:
    space = CoverSpace("sop", 200, 1, 4, phases=(False, True))
    plain = batch([1, 2])
    both = CoverBatch(plain.cubes, plain.offsets, 1, np.array([False, True]))
    archive = Archive.empty(space, 2).updated(both, matrix([[0.25, 3.0], [0.5, 3.0]], 2), 0, space)
    assert archive.genomes.inverted.tolist() == [False, True]
    assert archive.front().tolist() == [0]
    assert archive.undominated(space).ids() == ["g0-s0"]
    again = archive.updated(both, matrix([[1.0, 1.0], [0.5, 3.0]], 2), 1, space)
    assert again.ids() == ["g0-s0", "g0-s1", "g1-s0"]
