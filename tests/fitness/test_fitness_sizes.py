from __future__ import annotations

import heapq
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.objectives.sizes import SIZES, description, sparsity
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace
from genomes.two_level.spec import Kind
from tests.kits.oracle import Covers
from tests.kits.tables import batch_of, random_terms, randoms

KINDS: tuple[Kind, ...] = ("sop", "pos")


def tree_depth(leaves: Sequence[int]) -> int:
    """Levels of the best tree of two-input gates over leaves of given depths: combine the two shallowest."""
    heap = list(leaves)
    heapq.heapify(heap)
    while len(heap) > 1:
        heapq.heappush(heap, max(heapq.heappop(heap), heapq.heappop(heap)) + 1)
    return heap[0] if heap else 0


def depth(covers: Covers) -> int:
    return max(tree_depth([tree_depth([0] * len(term)) for term in terms]) for terms in covers)


def gates(covers: Covers, *, votes: bool = False) -> int:
    """Two-input gates; a vote adds counts with full adders of 5 gates and compares them bit by bit with 5 each."""
    built = [set(map(frozenset, terms)) if votes else terms for terms in covers]
    in_terms = sum(len(term) - 1 for terms in built for term in terms if term)
    joined = sum(len(terms) - 1 for terms in covers if terms)
    if not votes:
        return in_terms + joined
    bits = len(f"{most:b}") if (most := max(map(len, covers))) else 0
    return in_terms + 5 * joined + 5 * bits * (len(covers) - 1)


def sizes(name: str, batch: CoverBatch, space: CoverSpace) -> list[int]:
    values = SIZES[name](batch, space)
    assert values.dtype == np.int64
    return values.tolist()


@pytest.mark.parametrize("kind", KINDS)
@given(rng=randoms(), n_outputs=st.integers(1, 3))
def test_sizes_equal_direct_counts(kind: Kind, rng: random.Random, n_outputs: int) -> None:
    genomes = [random_terms(rng, 66, n_outputs, most) for most in (0, 1, 5, 20)]
    batch, space = batch_of(kind, genomes, 66)
    assert sizes("literals", batch, space) == [sum(len(t) for terms in g for t in terms) for g in genomes]
    assert sizes("terms", batch, space) == [sum(map(len, g)) for g in genomes]
    assert sizes("gates", batch, space) == [gates(g) for g in genomes]
    assert sizes("depth", batch, space) == [depth(g) for g in genomes]


@given(rng=randoms(), n_classes=st.integers(3, 5))
def test_voting_adds_adders_and_comparisons(rng: random.Random, n_classes: int) -> None:
    genomes = [random_terms(rng, 9, n_classes, most) for most in (0, 1, 2, 3, 4, 8, 16)]
    batch, space = batch_of("sop", genomes, 9, votes=True)
    assert sizes("gates", batch, space) == [gates(g, votes=True) for g in genomes]


@given(rng=randoms(), n_classes=st.integers(2, 4))
def test_among_votes_a_weight_is_a_number_and_not_a_copy_and_a_constant_is_no_term(
    rng: random.Random, n_classes: int
) -> None:
    genomes = [random_terms(rng, 4, n_classes, most) for most in (0, 1, 3, 8)]
    weighted = [[terms + [rng.choice(terms) for _ in range(3) if terms] + [[]] for terms in g] for g in genomes]
    for terms in (terms for g in weighted for terms in g):
        rng.shuffle(terms)
    batch, space = batch_of("sop", weighted, 4, votes=True)
    distinct = [[{frozenset(term) for term in terms if term} for terms in g] for g in genomes]
    assert sizes("literals", batch, space) == [sum(len(t) for terms in g for t in terms) for g in distinct]
    assert sizes("terms", batch, space) == [sum(map(len, g)) for g in distinct]
    assert description(batch, space).tolist() == [sum(len(t) + 1 for terms in g for t in terms) for g in distinct]


@pytest.mark.parametrize("lengths", [[1], [2], [3], [4], [5], [64], [65], [1] * 64, [1] * 65, [33, 1, 1], [64, 64, 2]])
def test_depth_is_that_of_the_best_trees(lengths: list[int]) -> None:
    terms = [list(range(1, length + 1)) for length in lengths]
    batch, space = batch_of("sop", [[terms]], 65)
    assert sizes("depth", batch, space) == [depth([terms])]


@pytest.mark.parametrize("terms", [[], [[]], [[], []], [[], [1, 2]]])
def test_empty_terms_and_covers_have_sizes(terms: list[list[int]]) -> None:
    batch, space = batch_of("sop", [[terms]], 3)
    assert sizes("gates", batch, space) == [gates([terms])]
    assert sizes("depth", batch, space) == [depth([terms])]


@given(randoms())
def test_sparsity_is_the_mean_share_of_inputs_a_term_ignores(rng: random.Random) -> None:
    genomes = [random_terms(rng, 7, 2, most) for most in (0, 1, 6)]
    batch, space = batch_of("sop", genomes, 7)
    for covers, share in zip(genomes, sparsity(batch, space).tolist(), strict=True):
        ignored = [1 - len(term) / 7 for terms in covers for term in terms]
        assert share == pytest.approx(sum(ignored) / len(ignored) if ignored else 1.0)


@pytest.mark.parametrize("name", SIZES)
def test_no_genomes_have_no_sizes(name: str) -> None:
    batch, space = batch_of("sop", [[[]]], 3)
    assert sizes(name, batch.slice(0, 0), space) == []
    assert sparsity(batch.slice(0, 0), space).tolist() == []
