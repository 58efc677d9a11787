"""What migrates: the terms that serve most, members along the front, always what the receiver lacks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from evo.search.migrants import best_covers, migrants_of, unknown, useful_terms
from genomes.two_level.literals import literals_of
from genomes.two_level.term_lists import TermList
from tests.kits.small_search import NOISY, after, small_search


def sets(terms: TermList, n_inputs: int) -> list[frozenset[int]]:
    """The terms as sets of signed literals, in order."""
    return [frozenset(literals_of(cube)) for cube in terms.cubes(n_inputs)]


@pytest.mark.parametrize("inverted", [False, True])
def test_terms_of_the_best_covers_at_most_prices_come_first(inverted: bool) -> None:
    search = small_search("memetic", data=NOISY, population=6)
    context, archive = search.context, after(search, 4).archive
    used: list[frozenset[int]] = []
    for price in sorted(context.prices.tolist()):
        costs = {}
        for row, cover in enumerate(archive.genomes):
            size = sum(len(literals_of(cube)) + 1 for cube in cover.cubes[0])
            if cover.inverted == inverted:
                costs[row] = archive.objectives[row, 0] * context.n_samples + price * size
        best = min(costs, key=lambda row: (costs[row], row))
        used += [frozenset(literals_of(cube)) for cube in archive.genomes[best].cubes[0]]
    counts = Counter(used)
    expected = sorted((term for term in counts if term), key=lambda term: (-counts[term], used.index(term)))
    covers = best_covers(context, archive, inverted=inverted)
    assert sets(useful_terms(context, covers, 0), context.space.n_inputs) == expected
    assert max(counts.values()) > 1


def test_there_are_no_terms_of_a_side_without_members() -> None:
    search = small_search("memetic", data=NOISY, population=6)
    assert best_covers(search.context, search.start().archive, inverted=False) == []
    assert len(useful_terms(search.context, [], 0)) == 0


def test_only_unknown_terms_go_the_first_of_them_first() -> None:
    literals = np.array([[0, -1], [1, -1], [0, 3], [2, -1], [4, -1]], dtype=np.int32)
    terms = TermList.of(literals, np.array([1, 1, 2, 1, 1]))
    known = terms.take([0, 3])
    assert sets(unknown(terms, known, 2), 5) == [frozenset({2}), frozenset({1, 4})]
    assert len(unknown(terms, known, 9)) == 3
    assert len(unknown(terms, known, 0)) == 0


@pytest.mark.parametrize("most", [0, 1, 3, 8])
def test_guests_are_the_best_members_or_some_all_along_the_archive(most: int) -> None:
    search = small_search("memetic", data=NOISY, population=16)
    origin = after(search, 6)
    stranger = small_search("nsga2", data=NOISY, population=16, seed=99)
    receiver = after(stranger, 1)
    known = {cover.key() for cover in receiver.population}
    rows = [row for row, cover in enumerate(origin.archive.genomes) if cover.key() not in known]
    assert len(rows) > 8
    (best,), (spread,) = (migrants_of(receiver, [origin], most, spread=along) for along in (False, True))
    assert best.tolist() == rows[:most]
    assert len(spread) == len(set(spread.tolist())) == most
    assert set(spread.tolist()) <= set(rows)
    if most > 1:
        assert (spread[0], spread[-1]) == (rows[0], rows[-1])


def test_no_genome_comes_twice_from_two_origins_and_none_that_is_there() -> None:
    search = small_search("generational", data=NOISY, population=16)
    origin, receiver = after(search, 6), after(small_search("generational", data=NOISY, seed=99), 1)
    first, second = migrants_of(receiver, [origin, origin], 3, spread=False)
    assert len(first) == len(second) == 3
    assert not set(first.tolist()) & set(second.tolist())
    twin = replace(receiver, population=origin.archive.genomes, objectives=origin.archive.objectives)
    assert [len(group) for group in migrants_of(twin, [origin], 3, spread=False)] == [0]
