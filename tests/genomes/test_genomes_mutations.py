from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given

from genomes.two_level.cover import Cover, CoverSpace
from genomes.two_level.spec import Kind
from genomes.two_level.variation.literal_flips import flip_literal
from genomes.two_level.variation.terms import drop_term, merge_terms, split_term
from tests.kits import oracle
from tests.kits.cover_cases import samples_for
from tests.kits.oracle import Covers
from tests.kits.tables import random_terms, randoms

N = 5
SPACE = CoverSpace("sop", N, 2, 6)
SAMPLES = samples_for(SPACE)
ALONE = CoverSpace("sop", N, 1, 6)


def cover(covers: Covers) -> Cover:
    return oracle.cover("sop", covers, N)


def sets(genome: Cover) -> list[list[frozenset[int]]]:
    return [[frozenset(term) for term in terms] for terms in oracle.terms_of(genome, "sop", N)]


def one_change(before: Cover, after: Cover) -> tuple[list[frozenset[int]], list[frozenset[int]]]:
    """Terms that went and terms that came, over all outputs."""
    gone: Counter[tuple[int, frozenset[int]]] = Counter()
    come: Counter[tuple[int, frozenset[int]]] = Counter()
    for output, (old, new) in enumerate(zip(sets(before), sets(after), strict=True)):
        gone += Counter((output, t) for t in old) - Counter((output, t) for t in new)
        come += Counter((output, t) for t in new) - Counter((output, t) for t in old)
    assert len({output for output, _ in (gone + come)}) <= 1
    return [term for _, term in gone.elements()], [term for _, term in come.elements()]


@given(randoms())
def test_a_flip_removes_at_most_one_literal_of_one_cube_and_sets_at_most_one(rng: random.Random) -> None:
    before = cover(random_terms(rng, N, 2, 6))
    gone, come = one_change(before, flip_literal(np.random.default_rng(rng.getrandbits(32)), before, SPACE, SAMPLES))
    assert len(gone) == len(come) <= 1
    for old, new in zip(gone, come, strict=True):
        come_literals = new - old
        assert len(come_literals) <= 1
        assert len(old - new - {-literal for literal in come_literals}) <= 1


def test_a_flip_adds_removes_negates_and_exchanges() -> None:
    before, seen = cover([[[1, -2]], []]), Counter[str]()
    for seed in range(2000):
        ((new,), _) = sets(flip_literal(np.random.default_rng(seed), before, SPACE, SAMPLES))
        seen[_move(new)] += 1
    share = {move: count / 2000 for move, count in seen.items()}
    assert set(share) == {"added", "removed", "negated", "exchanged", "same"}
    # an added or exchanged literal may hit an input that is there already, which then stays or is negated
    assert share["removed"] == pytest.approx(0.3 + 0.2 * 0.2, abs=0.04)
    assert share["added"] == pytest.approx(0.4 * 0.6, abs=0.04)
    assert share["exchanged"] == pytest.approx(0.2 * 0.6, abs=0.04)


def _move(new: frozenset[int]) -> str:
    old = {1, -2}
    if new == old:
        return "same"
    if len(new) > len(old):
        return "added"
    if len(new) < len(old):
        return "removed"
    return "negated" if {abs(x) for x in new} == {1, 2} else "exchanged"


@given(randoms())
def test_dropping_removes_exactly_one_cube(rng: random.Random) -> None:
    before = cover(random_terms(rng, N, 2, 6))
    gone, come = one_change(before, drop_term(np.random.default_rng(rng.getrandbits(32)), before, SPACE, SAMPLES))
    assert len(gone) == min(1, before.n_terms)
    assert come == []


@given(randoms())
def test_merging_replaces_two_cubes_by_the_literals_they_share(rng: random.Random) -> None:
    before = cover(random_terms(rng, N, 2, 6))
    after = merge_terms(np.random.default_rng(rng.getrandbits(32)), before, SPACE, SAMPLES)
    if after.key() == before.key():
        return
    assert after.n_terms == before.n_terms - 1
    changed = next(o for o in range(2) if len(after.cubes[o]) < len(before.cubes[o]))
    old, new = Counter(sets(before)[changed]), Counter(sets(after)[changed])
    pairs = [(a, b) for a in old for b in old if a != b or old[a] > 1]
    assert any(old - Counter([a, b]) + Counter([a & b]) == new for a, b in pairs)


@given(randoms())
def test_a_merged_cover_is_true_wherever_it_was(rng: random.Random) -> None:
    before = cover(random_terms(rng, N, 2, 6))
    after = merge_terms(np.random.default_rng(rng.getrandbits(32)), before, SPACE, SAMPLES)
    _never_shrinks(before, after)


@pytest.mark.parametrize("operator", [drop_term, flip_literal, split_term, merge_terms])
def test_a_cover_without_cubes_is_left_unchanged(operator: type) -> None:
    before = cover([[], []])
    assert operator(np.random.default_rng(0), before, SPACE, SAMPLES).key() == before.key()


@pytest.mark.parametrize("kind", ["sop", "pos"])
@pytest.mark.parametrize("votes", [False, True])
def test_splitting_a_cube_without_literals_changes_nothing(kind: Kind, votes: bool) -> None:
    space = CoverSpace(kind, N, 1, 6, votes=votes)
    before = cover([[[]]])
    after = split_term(np.random.default_rng(1), before, space, SAMPLES)
    assert after.n_terms == 2
    assert oracle.function_of(after, kind, N, votes=votes) == oracle.function_of(before, kind, N, votes=votes)


@given(randoms())
def test_a_split_frees_one_literal_of_one_half(rng: random.Random) -> None:
    before = cover(random_terms(rng, N, 1, 4))
    gone, come = one_change(before, split_term(np.random.default_rng(rng.getrandbits(32)), before, ALONE, SAMPLES))
    if not come:
        return
    (old,), (first, second) = gone, come
    new_input = next(x for x in first if -x in second and abs(x) not in {abs(literal) for literal in old})
    rests = sorted([first - {new_input}, second - {-new_input}], key=len)
    assert rests[1] == old
    assert rests[0] <= old
    assert len(rests[0]) == max(0, len(old) - 1)


@given(randoms())
def test_a_split_cover_is_true_wherever_it_was(rng: random.Random) -> None:
    before = cover(random_terms(rng, N, 1, 4))
    _never_shrinks(before, split_term(np.random.default_rng(rng.getrandbits(32)), before, ALONE, SAMPLES))


def _never_shrinks(before: Cover, after: Cover) -> None:
    pairs = zip(oracle.function_of(before, "sop", N), oracle.function_of(after, "sop", N), strict=True)
    assert all(new >= old for olds, news in pairs for old, new in zip(olds, news, strict=True))


@pytest.mark.parametrize("terms", [[[1], [2]], [[1, 2, -3, 4, 5]]])
def test_a_full_cover_and_a_full_cube_are_not_split(terms: list[list[int]]) -> None:
    space, before = CoverSpace("sop", N, 1, 2), cover([terms])
    for seed in range(30):
        assert split_term(np.random.default_rng(seed), before, space, SAMPLES).key() == before.key()
