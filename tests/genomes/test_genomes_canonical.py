from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomes.two_level.cover import Cover, CoverSpace, canonical
from tests.kits import oracle
from tests.kits.members import check_cover
from tests.kits.oracle import Covers

#: Up to 4 literals of 4 inputs, contradictory ones included: small enough that equal and absorbed cubes are common.
CUBES = st.lists(st.sampled_from([1, -1, 2, -2, 3, -3, 4, -4]), max_size=4, unique=True)
STACKS = st.lists(st.lists(CUBES, max_size=8), min_size=1, max_size=3)
SPREAD = {1: 1, 2: 64, 3: 65, 4: 130}
"""Where the 4 inputs sit in a wide genome."""


def normal(covers: Covers, *, n_inputs: int = 4, votes: bool = False) -> Covers:
    space = CoverSpace("sop", n_inputs, len(covers), 8, votes=votes)
    form = canonical(oracle.cover("sop", covers, n_inputs), space)
    check_cover(form, space)
    return oracle.terms_of(form, "sop", n_inputs)


def sets(terms: list[list[int]]) -> list[frozenset[int]]:
    return [frozenset(term) for term in terms]


def contradicts(term: list[int]) -> bool:
    return any(-literal in term for literal in term)


@given(STACKS)
def test_the_function_stays(covers: Covers) -> None:
    form = normal(covers)
    for row in oracle.all_rows(4):
        assert [oracle.output_of("sop", t, row) for t in form] == [oracle.output_of("sop", t, row) for t in covers]


@given(STACKS)
def test_votes_stay(covers: Covers) -> None:
    form = normal(covers, votes=True)
    for row in oracle.all_rows(4):
        assert [oracle.votes_of("sop", t, row) for t in form] == [oracle.votes_of("sop", t, row) for t in covers]


@given(STACKS)
def test_only_minimal_cubes_without_contradiction_are_left(covers: Covers) -> None:
    for terms, left in zip(covers, normal(covers), strict=True):
        sound = {term for term in sets(terms) if not any(-literal in term for literal in term)}
        minimal = {term for term in sound if not any(other < term for other in sound)}
        assert len(left) == len(minimal)
        assert set(sets(left)) == minimal


@given(STACKS)
def test_votes_keep_equal_and_absorbed_cubes(covers: Covers) -> None:
    for terms, left in zip(covers, normal(covers, votes=True), strict=True):
        assert Counter(sets(left)) == Counter(sets([term for term in terms if not contradicts(term)]))


@given(STACKS, st.booleans())
def test_cubes_are_sorted_by_literals_then_words(covers: Covers, votes: bool) -> None:
    wide = [[[SPREAD[abs(x)] * (1 if x > 0 else -1) for x in term] for term in terms] for terms in covers]
    space = CoverSpace("sop", 130, len(covers), 8, votes=votes)
    for cubes in canonical(oracle.cover("sop", wide, 130), space).cubes:
        ranks = [(sum(int(w).bit_count() for w in cube.flat), [int(w) for w in cube.flat]) for cube in cubes]
        assert ranks == sorted(ranks)


@given(STACKS, st.booleans(), st.integers(0, 1000))
def test_the_order_of_the_cubes_does_not_matter(covers: Covers, votes: bool, seed: int) -> None:
    shuffled = [random.Random(seed).sample(terms, len(terms)) for terms in covers]
    assert normal(shuffled, votes=votes) == normal(covers, votes=votes)


@given(STACKS, st.booleans())
def test_it_is_its_own_canonical_form(covers: Covers, votes: bool) -> None:
    once = normal(covers, votes=votes)
    assert normal(once, votes=votes) == once


@pytest.mark.parametrize("covers", [[[]], [[[]]], [[[], [], [1]]], [[[1, -1]]]])
def test_degenerate_covers_have_a_form(covers: Covers) -> None:
    assert normal(covers) == [[[]] if [] in covers[0] else []]


def test_the_given_cover_is_not_touched() -> None:
    cover = oracle.cover("sop", [[[1, 2], [1], [1, -1]]], 4)
    for cubes in cover.cubes:
        cubes.flags.writeable = False
    before = cover.key()
    canonical(cover, CoverSpace("sop", 4, 1, 8))
    assert cover.key() == before


@given(STACKS, STACKS)
def test_keys_are_equal_exactly_for_equal_covers(first: Covers, second: Covers) -> None:
    keys = [oracle.cover("sop", covers, 4).key() for covers in (first, second)]
    same = [sets(terms) for terms in first] == [sets(terms) for terms in second]
    assert (keys[0] == keys[1]) == same


def test_keys_tell_apart_which_output_a_cube_belongs_to() -> None:
    covers: list[Covers] = [[[[1]], []], [[], [[1]]], [[[1]]], [[[1]], [[1]]]]
    assert len({oracle.cover("sop", each, 4).key() for each in covers}) == 4
    assert isinstance(oracle.cover("sop", covers[0], 4), Cover)
