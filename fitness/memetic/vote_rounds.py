"""One memetic round of a vote: close calls -> seeded beams -> joint search over weights -> exact-gradient descent.

What a round does for the classes of one model together, with objective loss + lambda (literals + terms), a small
price on every vote beyond a term's first:
1. ruin: drop a random share (up to 25 %) of the entries;
2. residual: the samples that are wrong or decided by the last vote (in one round of three: all samples);
3. beams per class from random samples of it among them; what they find joins the pool, where all literals are already;
4. weights: add, take, exchange votes over the whole pool, ruin and repeat (`kernels.votes.search`);
5. descent: literal by literal, by the exact gradient (`kernels.votes.terms`); kept if the objective is no worse, which
   only terms with several votes can make it.
The loss of a sample is what its answer lacks to be right with one vote to spare. The plain error is flat almost
everywhere, and steering by it fits the training rows better and other rows worse. In the
place of the price kappa of covered off-set samples, the votes to spare go from three over two to one, and as there
every round also offers a model for the last loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.votes.search import close_calls, count_votes, settle_votes, vote_objective
from fitness.kernels.votes.terms import descend_votes
from fitness.layouts.binary import BinaryLayout
from fitness.layouts.term_store import covers_of
from fitness.layouts.vote import VoteLayout
from fitness.memetic.rounds import RoundParams, beams_from
from fitness.memetic.vote_model import MOST_VOTES, VoteModel
from genomes.bits import WORD, Words, set_positions
from genomes.deadline import look
from genomes.two_level.term_lists import LONGEST, TermList, distinct, joined

#: Beams per round, shared by the classes, but at least FEWEST each.
SEEDS, FEWEST = 8, 2
LNS_ROUNDS = 2
SWEEPS = 3
ROOM = 200
#: Terms of the pools that a round looks at, shared by the classes, but at least SMALLEST each.
NEWEST, SMALLEST = 400, 60
#: kappa at least -> loss (see `kernels.votes.search`): doubled margin wanted, most that a sample can lose.
LOSSES = ((5.0, (7, 7)), (2.0, (5, 5)), (0.0, (3, 3)))
LAST = LOSSES[-1][1]


@dataclass(frozen=True, slots=True)
class VotingProblem:
    """What the votes of a problem are counted by.

    rank: int64[C], place of each class where votes are equal; weights: float64[groups], price of an error by group;
    sign: 1 where true cubes are votes, -1 where they are votes against (products of sums); room: votes per class;
    longest: literals per term; literals: float64[C], price of a literal in rows of each class where it costs one error.
    """

    layout: VoteLayout
    layouts: tuple[BinaryLayout, ...]
    rank: NDArray[np.int64]
    weights: NDArray[np.float64]
    sign: int
    room: int
    longest: int = LONGEST
    literals: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class ImprovedVote:
    """The result of a round: as `rounds.Improved`, for all classes together; learned per class."""

    model: VoteModel
    value: float
    plain: VoteModel
    plain_value: float
    learned: tuple[TermList, ...]
    descended: bool


class VotePool:
    """Terms with the samples they cover: the constant, every literal, what each class's pool knows, what a round adds.

    Of two classes every term may vote for both, of more only for those whose pool holds it; literals for all.
    """

    def __init__(self, voting: VotingProblem, pools: Sequence[TermList]) -> None:
        self.layout, self.two = voting.layout, voting.layout.n_classes == 2
        n = self.layout.n_inputs
        literals = np.full((2 * n + 1, LONGEST), -1, dtype=np.int32)
        literals[1:, 0] = np.arange(2 * n)
        base = TermList(literals, np.array([0] + [1] * (2 * n), dtype=np.int64))
        self.known: dict[int, int] = {}
        self.terms = joined([])
        self.covers: Words = np.zeros((0, len(self.layout.valid)), dtype=np.uint64)
        self.size = 0
        self.size, common = self._place(base, self.known, 0)
        self.owned: list[list[int]] = []
        for pool in (newest(pool, voting) for pool in pools):
            self.size, rows = self._place(pool, self.known, self.size)
            self.owned.append(common + rows)

    def with_terms(self, parts: Sequence[TermList]) -> tuple[int, list[list[int]]]:
        """Put a round's terms, per class, behind the pool; returns (terms in all, rows of each part)."""
        taken: dict[int, int] = {}
        size, rows = self.size, []
        for part in parts:
            size, of_part = self._place(part, taken, size)
            rows.append(of_part)
        return size, rows

    def allowed(self, size: int, fresh: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(rows, bounds int64[C + 1]): rows[bounds[c]:bounds[c + 1]] may vote for class c."""
        if self.two:
            return np.tile(np.arange(size), 2), np.array([0, size, 2 * size])
        rows = [
            np.unique(np.array([*owned, *new], dtype=np.int64)) for owned, new in zip(self.owned, fresh, strict=True)
        ]
        return np.concatenate(rows), np.cumsum([0, *map(len, rows)])

    def _place(self, terms: TermList, index: dict[int, int], size: int) -> tuple[int, list[int]]:
        rows: list[int] = []
        fresh: list[int] = []
        first = size
        for place, key in enumerate(terms.hashes().tolist()):
            row = self.known.get(key, index.get(key))
            if row is None:
                row = index[key] = size
                fresh.append(place)
                size += 1
            rows.append(row)
        self._put(terms.take(fresh), first)
        return size, rows

    def _put(self, terms: TermList, first: int) -> None:
        last = first + len(terms)
        missing = last - len(self.covers)
        if missing > 0:
            more = missing + ROOM
            literals = np.concatenate([self.terms.literals, np.full((more, LONGEST), -1, dtype=np.int32)])
            lengths = np.concatenate([self.terms.lengths, np.zeros(more, dtype=np.int64)])
            self.terms = TermList(literals, lengths)
            self.covers = np.concatenate([self.covers, np.zeros((more, self.covers.shape[1]), dtype=np.uint64)])
        self.terms.literals[first:last], self.terms.lengths[first:last] = terms.literals, terms.lengths
        self.covers[first:last] = covers_of(self.layout, terms)


def newest(pool: TermList, voting: VotingProblem) -> TermList:
    """The end of a pool: what was found, or found again, last."""
    room = max(SMALLEST, NEWEST // voting.layout.n_classes)
    return pool.take(range(max(0, len(pool) - room), len(pool)))


def improve_vote(
    voting: VotingProblem,
    pool: VotePool,
    start: VoteModel,
    params: RoundParams,
    rng: np.random.Generator,
    *,
    descend: bool = True,
) -> ImprovedVote:
    """One round for `start`, a pure function of its arguments; see the module text."""
    state = rng.integers(0, 2**64, size=1, dtype=np.uint64)
    kept = start.take(np.flatnonzero(rng.random(len(start)) >= 0.25 * rng.random()))
    nothing = (joined([]),) * voting.layout.n_classes
    grown = _beams(voting, kept, params, rng, state) if voting.longest > 1 else nothing  # the pool has all literals
    n_classes = voting.layout.n_classes
    loss = next(loss for least, loss in LOSSES if params.kappa >= least)
    model, value = _settle(voting, pool, kept, grown, loss, params.lam, LNS_ROUNDS, state)
    plain = model
    if loss != LAST:
        plain, _ = _settle(voting, pool, model, grown, LAST, params.lam, 1, state)
    descended = _descend(voting, plain, params.lam, state) if descend else plain
    before, after = (objective(voting, candidate, params.lam) for candidate in (plain, descended))
    if after <= before:
        plain = descended
    if loss == LAST:
        model, value = plain, min(before, after)
    learned = zip(model.by_class(n_classes), plain.by_class(n_classes), grown, strict=True)
    terms = tuple(distinct(joined(parts)) for parts in learned)
    return ImprovedVote(model, value, plain, min(before, after), terms, descend)


def objective(voting: VotingProblem, model: VoteModel, lam: float) -> float:
    """What the last loss and the prices add up to, `lam` in errors."""
    layout = voting.layout
    entries = np.stack([np.arange(len(model)), model.classes, model.votes], axis=1)
    covers = covers_of(layout, model.terms)
    return float(
        vote_objective(
            covers, model.terms.lengths, layout.valid, layout.starts, voting.rank, voting.weights, LAST, voting.sign,
            _priced(lam, LAST), entries, len(model),
        )
    )  # fmt: skip


def _priced(lam: float, loss: tuple[int, int]) -> float:
    """A price in errors in units of `loss`: what an answer loses that is wrong by one vote."""
    return lam * (loss[0] + 1) / 2


def _settle(
    voting: VotingProblem,
    pool: VotePool,
    start: VoteModel,
    grown: Sequence[TermList],
    loss: tuple[int, int],
    lam: float,
    rounds: int,
    state: Words,
) -> tuple[VoteModel, float]:
    """The joint search over weights from `start`, over the pool and `grown`; lam is in errors."""
    layout, n_classes = voting.layout, voting.layout.n_classes
    size, (rows, *fresh) = pool.with_terms([start.terms, *grown])
    placed = np.array(rows, dtype=np.int64)
    allowed, bounds = pool.allowed(size, [[*new, *placed[start.classes == c]] for c, new in enumerate(fresh)])
    entries = np.zeros((n_classes * voting.room, 3), dtype=np.int64)
    k = len(start)
    entries[:k] = np.stack([placed, start.classes, start.votes], axis=1)
    lengths = pool.terms.lengths[:size]
    look()
    k, value = settle_votes(
        pool.covers[:size], lengths, allowed, bounds, layout.valid, layout.starts, voting.rank, voting.weights, loss,
        voting.sign, _priced(lam, loss), MOST_VOTES, voting.room, rounds, entries, k, state,
    )  # fmt: skip
    terms, classes, votes = pool.terms.take(entries[:k, 0]), entries[:k, 1].copy(), entries[:k, 2].copy()
    return VoteModel.of(terms, classes, votes, n_classes).reduced(n_classes, voting.rank, voting.sign), value


def _descend(voting: VotingProblem, model: VoteModel, lam: float, state: Words) -> VoteModel:
    layout, n_classes = voting.layout, voting.layout.n_classes
    literals, lengths = model.terms.literals.copy(), model.terms.lengths.copy()
    classes, votes = model.classes.copy(), model.votes.copy()
    look()
    k = descend_votes(
        layout.lits, layout.rows, layout.valid, layout.starts, voting.rank, voting.weights, LAST, voting.sign,
        _priced(lam, LAST), voting.longest, literals, lengths, classes, votes, len(model), SWEEPS, state,
    )  # fmt: skip
    model = VoteModel.of(TermList.of(literals[:k], lengths[:k]), classes[:k], votes[:k], n_classes)
    return model.reduced(n_classes, voting.rank, voting.sign)


def _beams(
    voting: VotingProblem, kept: VoteModel, params: RoundParams, rng: np.random.Generator, state: Words
) -> tuple[TermList, ...]:
    """Terms found for each class."""
    layout = voting.layout
    close = _close(voting, kept)
    residual = layout.valid.copy() if rng.random() < 1 / 3 else close
    each = max(FEWEST, SEEDS // layout.n_classes)
    grown = []
    for c, of_class in enumerate(voting.layouts):
        seeds = rng.permutation(set_positions(layout.of_class(close, c)[: of_class.wp]))[:each]
        words = layout.of_class(residual, c)
        lam = params.lam * (1.0 if voting.literals is None else float(voting.literals[c]))
        grown.append(beams_from(of_class, words, seeds, params, lam, state))
    return tuple(grown)


def _close(voting: VotingProblem, model: VoteModel) -> Words:
    """Samples that `model` gets wrong, or right by the last vote."""
    layout = voting.layout
    counts = np.zeros((layout.n_classes, WORD * len(layout.valid)), dtype=np.int32)
    for cover, c, votes in zip(
        covers_of(layout, model.terms), model.classes.tolist(), model.votes.tolist(), strict=True
    ):
        count_votes(counts, cover, c, voting.sign * votes)
    close = np.zeros_like(layout.valid)
    close_calls(counts, layout.valid, layout.starts, voting.rank, close)
    return close
