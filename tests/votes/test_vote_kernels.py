"""Every count of the vote kernels equals brute force on lists of Booleans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.kernels.two_level.term_planes import fill_covers
from fitness.kernels.votes.search import (
    close_calls,
    count_votes,
    settle_votes,
    total_loss,
    turned,
    vote_objective,
    worth,
)
from fitness.kernels.votes.terms import descend_votes
from genomes.streams import Role, stream
from tests.kits.vote_cases import Entry, VoteCase, random_term, term_rows, vote_cases

LOSSES = st.sampled_from([(1, 1), (3, 3), (5, 4)])
SEEDS = st.integers(0, 10**6)


def covers_of(case: VoteCase, terms: list[list[int]]) -> np.ndarray:
    layout, (literals, lengths) = case.voting.layout, term_rows(terms)
    covers = np.zeros((len(terms), len(layout.valid)), dtype=np.uint64)
    fill_covers(layout.lits, layout.valid, literals, lengths, covers)
    return covers


def counted(case: VoteCase, entries: list[Entry]) -> np.ndarray:
    layout = case.voting.layout
    counts = np.zeros((layout.n_classes, 64 * len(layout.valid)), dtype=np.int32)
    for cover, (_, c, weight) in zip(covers_of(case, [term for term, _, _ in entries]), entries, strict=True):
        count_votes(counts, cover, c, case.voting.sign * weight)
    return counts


def random_entries(case: VoteCase, seed: int, k: int = 4, shortest: int = 0) -> list[Entry]:
    rng, n = stream(seed, Role.VARIATION), case.inputs.shape[1]
    n_classes = case.voting.layout.n_classes
    return [(random_term(rng, n, shortest), int(rng.integers(n_classes)), int(rng.integers(1, 4))) for _ in range(k)]


def rows_of(case: VoteCase) -> range:
    return range(len(case.labels))


@given(vote_cases(), SEEDS, LOSSES)
@settings(max_examples=40, deadline=None)
def test_the_loss_equals_brute_force_and_is_the_error_for_the_smallest_ramp(
    case: VoteCase, seed: int, loss: tuple[int, int]
) -> None:
    entries, voting = random_entries(case, seed), case.voting
    layout, counts = voting.layout, counted(case, entries)
    told = total_loss(counts, layout.valid, layout.starts, voting.rank, voting.weights, loss)
    assert told == sum(case.costs[row] * case.loss(entries, row, loss) for row in rows_of(case))
    wrong = total_loss(counts, layout.valid, layout.starts, voting.rank, voting.weights, (1, 1))
    assert wrong == sum(case.costs[row] for row in rows_of(case) if case.margin(entries, row) < 0)


@given(vote_cases(), SEEDS, LOSSES)
@settings(max_examples=40, deadline=None)
def test_turned_planes_are_the_change_of_every_samples_loss(case: VoteCase, seed: int, loss: tuple[int, int]) -> None:
    entries, voting = random_entries(case, seed), case.voting
    layout, counts, planes = voting.layout, counted(case, entries), np.empty((4, len(voting.layout.valid)), np.uint64)
    for c in range(layout.n_classes):
        turned(counts, layout.valid, layout.starts, voting.rank, c, voting.sign, loss, planes)
        for first, votes in ((0, 1), (2, -1)):
            moved = [*entries, ([], c, votes)]
            change = [case.loss(moved, row, loss) - case.loss(entries, row, loss) for row in rows_of(case)]
            assert set(change) <= {-1, 0, 1}
            assert (planes[first] == case.mask([value < 0 for value in change])).all()
            assert (planes[first + 1] == case.mask([value > 0 for value in change])).all()


@given(vote_cases(), SEEDS)
@settings(max_examples=40, deadline=None)
def test_worth_is_the_change_of_the_objective_by_one_vote(case: VoteCase, seed: int) -> None:
    entries, voting = random_entries(case, seed), case.voting
    layout, planes = voting.layout, np.empty((4, len(voting.layout.valid)), np.uint64)
    term, c, _ = random_entries(case, seed + 1)[0]
    turned(counted(case, entries), layout.valid, layout.starts, voting.rank, c, voting.sign, (3, 3), planes)
    told = worth(covers_of(case, [term])[0], planes[0], planes[1], layout.starts, voting.weights)
    more = [*entries, (term, c, 1)]
    assert told == case.objective(entries, (3, 3), 0.0) - case.objective(more, (3, 3), 0.0)


@given(vote_cases(), SEEDS)
@settings(max_examples=40, deadline=None)
def test_close_calls_are_wrong_or_won_by_the_last_vote(case: VoteCase, seed: int) -> None:
    entries, voting = random_entries(case, seed), case.voting
    close = np.empty_like(voting.layout.valid)
    close_calls(counted(case, entries), voting.layout.valid, voting.layout.starts, voting.rank, close)
    assert (close == case.mask([case.margin(entries, row) <= 1 for row in rows_of(case)])).all()


def settled(case: VoteCase, seed: int, loss: tuple[int, int], lam: float, rounds: int) -> tuple[list[Entry], float]:
    """Settle from nothing over a random pool; all terms may vote for all classes."""
    voting, rng, n = case.voting, stream(seed, Role.VARIATION), case.inputs.shape[1]
    layout = voting.layout
    pool = [list(term) for term in dict.fromkeys(tuple(sorted(random_term(rng, n))) for _ in range(8))]
    allowed = np.tile(np.arange(len(pool)), layout.n_classes)
    bounds = np.arange(layout.n_classes + 1) * len(pool)
    model, state = np.zeros((12 * layout.n_classes, 3), dtype=np.int64), np.array([seed], dtype=np.uint64)
    covers, (_, lengths) = covers_of(case, pool), term_rows(pool)
    k, value = settle_votes(
        covers, lengths, allowed, bounds, layout.valid, layout.starts, voting.rank, voting.weights, loss, voting.sign,
        lam, 3, voting.room, rounds, model, 0, state,
    )  # fmt: skip
    told = vote_objective(
        covers, lengths, layout.valid, layout.starts, voting.rank, voting.weights, loss, voting.sign, lam, model, k
    )
    assert abs(told - value) < 1e-9
    return [(pool[t], int(c), int(votes)) for t, c, votes in model[:k]], value


@given(vote_cases(), SEEDS, LOSSES, st.sampled_from([0.1, 1.0]))
@settings(max_examples=40, deadline=None)
def test_settled_votes_have_the_objective_that_is_told_and_are_no_worse_than_none(
    case: VoteCase, seed: int, loss: tuple[int, int], lam: float
) -> None:
    entries, value = settled(case, seed, loss, lam, rounds=2)
    assert abs(value - case.objective(entries, loss, lam)) < 1e-6
    assert value <= case.objective([], loss, lam) + 1e-6
    assert len({(tuple(term), c) for term, c, _ in entries}) == len(entries)
    assert all(votes <= 3 for term, _, votes in entries if term)


@pytest.mark.parametrize("lam", [0.1, 0.5])
@given(case=vote_cases(), seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_descent_never_worsens_and_ends_where_no_literal_move_gains(case: VoteCase, seed: int, lam: float) -> None:
    entries, voting, n = random_entries(case, seed, 3, shortest=1), case.voting, case.inputs.shape[1]
    layout, (literals, lengths) = voting.layout, term_rows([term for term, _, _ in entries])
    classes, votes = (np.array([entry[i] for entry in entries], dtype=np.int64) for i in (1, 2))
    k = descend_votes(
        layout.lits, layout.rows, layout.valid, layout.starts, voting.rank, voting.weights, (1, 1), voting.sign, lam,
        32, literals, lengths, classes, votes, 3, 1000, np.array([seed], dtype=np.uint64),
    )  # fmt: skip
    after = [(literals[t, : lengths[t]].tolist(), int(classes[t]), int(votes[t])) for t in range(k)]
    reached = case.objective(after, (1, 1), lam)
    assert reached <= case.objective(entries, (1, 1), lam) + 1e-6
    for j, (term, c, weight) in enumerate(after):
        others = after[:j] + after[j + 1 :]
        used = {lit % n for lit in term}
        moves = [[*term, lit] for lit in range(2 * n) if lit % n not in used]
        for place in range(len(term)):
            rest = term[:place] + term[place + 1 :]
            moves += [rest] * bool(rest)
            moves += [[*rest, lit] for lit in range(2 * n) if lit % n not in {other % n for other in rest}]
        assert all(case.objective([*others, (move, c, weight)], (1, 1), lam) >= reached - 1e-6 for move in moves)
