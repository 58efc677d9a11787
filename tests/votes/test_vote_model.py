"""Vote models: packed and back, in normal form, and reduced, they decide every row as before."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.memetic.vote_model import MOST_VOTES, VoteModel
from genomes.streams import Role, stream
from genomes.two_level.term_lists import TermList
from tests.kits import oracle
from tests.kits.vote_cases import random_term, term_rows

N = 4


def random_model(seed: int, n_classes: int, scale: int = 1) -> VoteModel:
    rng = stream(seed, Role.VARIATION)
    k = int(rng.integers(1, 6))
    terms = TermList.of(*term_rows([random_term(rng, N) for _ in range(k)]))
    votes = rng.integers(1, 3, k) * np.where(terms.lengths > 0, scale, 1)
    return VoteModel.of(terms, rng.integers(0, n_classes, k), votes.astype(np.int64), n_classes)


def decisions(model: VoteModel, n_classes: int, kind: str, prior: list[int]) -> list[int]:
    """The winner of every row, said by the oracle."""
    covers: oracle.Covers = [[] for _ in range(n_classes)]
    sign = 1 if kind == "sop" else -1
    for row, length, c, votes in zip(
        model.terms.literals.tolist(), model.terms.lengths.tolist(), model.classes.tolist(), model.votes.tolist(),
        strict=True,
    ):  # fmt: skip
        signed = [sign * (lit + 1) if lit < N else -sign * (lit - N + 1) for lit in row[:length]]
        covers[c] += [signed] * votes
    return [oracle.winner(kind, covers, row, prior) for row in oracle.all_rows(N)]


@given(st.integers(0, 10**6), st.sampled_from(["sop", "pos"]), st.sampled_from([2, 3]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_reduced_weights_decide_every_row_alike(seed: int, kind: str, n_classes: int, swapped: bool) -> None:
    model = random_model(seed, n_classes, scale=2)
    prior = list(range(n_classes))[:: -1 if swapped else 1]
    reduced = model.reduced(n_classes, np.argsort(prior), 1 if kind == "sop" else -1)
    assert decisions(reduced, n_classes, kind, prior) == decisions(model, n_classes, kind, prior)
    assert (reduced.votes > 0).all()
    weights = reduced.votes[reduced.terms.lengths > 0]
    assert n_classes > 2 or len(weights) == 0 or np.gcd.reduce(weights) == 1


@given(st.integers(0, 10**6), st.sampled_from([2, 3]))
@settings(max_examples=100, deadline=None)
def test_a_model_and_its_genome_hold_the_same_entries(seed: int, n_classes: int) -> None:
    model = random_model(seed, n_classes)
    back = VoteModel.of_cover(model.cover(N, n_classes), N)
    entries = [
        sorted(zip(m.terms.hashes().tolist(), m.classes.tolist(), m.votes.tolist(), strict=True)) for m in (model, back)
    ]
    assert entries[0] == entries[1]


def test_equal_entries_add_up_to_the_largest_weight_and_what_all_classes_share_is_taken_back() -> None:
    terms = TermList.of(*term_rows([[0], [0], [1], [1], []]))
    model = VoteModel.of(terms, np.array([0, 0, 0, 1, 1]), np.array([2, 2, 1, 3, 5]), 2)
    by_class = {
        (int(length), int(c)): int(v)
        for length, c, v in zip(model.terms.lengths, model.classes, model.votes, strict=True)
    }
    assert by_class == {(1, 0): MOST_VOTES, (1, 1): 2, (0, 1): 5}
