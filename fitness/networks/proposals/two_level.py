"""Two-level units: a quick memetic search for a sum of products over inputs and units, cut back on the prune rows.

The rounds are those of the search for formulas (`fitness.memetic.rounds`: ruin, beams, set cover, descent by the exact
gradient), on the grow rows, from nothing, with the terms that earlier rounds found in their pool. One search covers the
rows that want true or those that want false, at a price per literal; the prune rows choose among sides and prices, and
say which terms stay (reduced-error pruning: Quinlan, 1987). Every term stays in the pool of signals as an AND unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split
from fitness.data.row_weights import RowWeights
from fitness.layouts.binary import BinaryLayout
from fitness.layouts.cache import SampleView
from fitness.layouts.term_store import TermStore
from fitness.networks.pool import Pool
from fitness.networks.proposals.signals import Grown, columns_of, input_literals, spread
from fitness.networks.target import Rows, Target
from genomes.bits import Bools, Words, pack, unpack
from genomes.circuits.graph import FALSE, TRUE
from genomes.deadline import looking
from genomes.networks.units import AND, SOP
from genomes.two_level.term_lists import LONGEST, TermList

#: Prices of a literal in rows, rounds of a search, terms of a cover and rows that grow it, at most.
PRICES, ROUNDS, MOST_TERMS, MOST_ROWS = (0.5, 2.0), 12, 256, 1 << 14
#: Width and depth of beams; cost of a wrongly covered row in turn from round to round.
WIDTH, DEPTH, KAPPAS = 6, 10, (1.0, 2.0)

Terms = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class _Cover:
    """terms: places of literals, n + place of complements; covers: bool[terms, prune rows]; inverted: whether the rows
    that want false are covered; wrong: weight of wrong prune rows."""

    terms: Terms
    covers: Bools
    inverted: bool
    wrong: int

    def built(self, pool: Pool, literals: Sequence[int]) -> Grown:
        """Add its terms and their sum as units."""
        n = len(literals)
        read = [[literals[place % n] ^ int(place >= n) for place in term] for term in self.terms]
        parts = [pool.add(AND, term) for term in read]
        whole = pool.add(SOP, [literal for term in read for literal in term], [len(term) for term in read])
        made = (literal & ~1 for literal in (*parts, whole) if literal > TRUE)
        return Grown(whole ^ int(self.inverted), tuple(dict.fromkeys(made)))


def two_level(
    pool: Pool,
    target: Target,
    rng: np.random.Generator,
    literals: Sequence[int] | None = None,
    *,
    prices: Sequence[float] = PRICES,
    sides: Sequence[bool] = (False, True),
    rounds: int = ROUNDS,
) -> Grown:
    """The SOP unit, or its complement, that is best on the prune rows (on the grow rows where there are none).

    literals: what terms may read, by default the inputs; sides: whether the rows that want false are covered; parts of
    what comes back: its terms as AND units, and itself.
    """
    literals = input_literals(pool) if literals is None else list(literals)
    grow = spread(target.grow, MOST_ROWS)
    held = int(target.weights[grow][target.wanted[grow]].sum())
    total = int(target.weights[grow].sum())
    if held in (0, total) or not literals:
        return Grown(TRUE if 2 * held > total else FALSE)
    columns = columns_of(pool, literals)
    covers = []
    for side in sides:
        view, unit = _view(columns, target, grow, inverted=side)
        for price in looking(prices):
            terms = _searched(view, price * unit, rounds, rng)
            covers.append(_cut(_judged(terms, columns, target, inverted=side), target))
    return min(covers, key=lambda cover: (cover.wrong, sum(map(len, cover.terms)))).built(pool, literals)


def _view(columns: Words, target: Target, grow: Rows, *, inverted: bool) -> tuple[SampleView, float]:
    """The grow rows as the rounds read them, and what a row of mean weight weighs."""
    inputs = pack(unpack(columns, len(target.wanted))[:, grow])
    wanted = pack(np.ascontiguousarray(target.wanted[grow] ^ inverted))[None]
    weights = target.weights[grow]
    unit = int(weights.sum()) / len(weights)
    even = bool((weights == weights[0]).all())
    split = Split(
        len(grow), inputs, wanted, pack(np.ones((1, len(grow)), dtype=np.bool_)),
        None if even else RowWeights(weights, unit),
    )  # fmt: skip
    layout = BinaryLayout.of(split, 0, "sop")
    return SampleView(layout, TermStore(layout), 1.0), 1.0 if even else unit


def _searched(view: SampleView, price: float, rounds: int, rng: np.random.Generator) -> Terms:
    """The best cover of some rounds, each from the best before it."""
    from fitness.memetic.rounds import RoundContext, RoundParams, improve  # noqa: PLC0415 - loads kernels

    best, value = TermList.of(np.zeros((0, 1), dtype=np.int32), np.zeros(0, dtype=np.int64)), np.inf
    context = RoundContext(view, view, np.zeros(0, dtype=np.int64), MOST_TERMS)
    depth = min(DEPTH, view.layout.n_inputs, LONGEST)
    for number in looking(range(rounds)):
        params = RoundParams(KAPPAS[number % len(KAPPAS)], price, WIDTH, depth)
        found = improve(context, best, params, 1.0, frozenset(), rng)
        context = context.with_terms(view.store.add(found.learned))
        if found.plain_value < value:
            best, value = found.plain, found.plain_value
    rows = zip(best.literals.tolist(), best.lengths.tolist(), strict=True)
    return tuple(tuple(row[:length]) for row, length in rows)


def _judged(terms: Terms, columns: Words, target: Target, *, inverted: bool) -> _Cover:
    """A cover with where its terms hold on the rows that judge."""
    inputs, n = unpack(columns, len(target.wanted))[:, _judges(target)], len(columns)
    covers = np.zeros((len(terms), inputs.shape[1]), dtype=np.bool_)
    for row, term in enumerate(terms):
        covers[row] = np.logical_and.reduce([inputs[place % n] ^ (place >= n) for place in term], axis=0)
    cover = _Cover(terms, covers, inverted, 0)
    return replace(cover, wrong=int(_costs(cover, target)[covers.any(axis=0)].sum()) + _missed(cover, target))


def _judges(target: Target) -> Rows:
    return target.prune if len(target.prune) else target.grow


def _costs(cover: _Cover, target: Target) -> NDArray[np.int64]:
    """int64[rows that judge]: what it costs to cover each, negative where it is to be covered."""
    rows = _judges(target)
    return np.where(target.wanted[rows] ^ cover.inverted, -target.weights[rows], target.weights[rows])


def _missed(cover: _Cover, target: Target) -> int:
    """The errors of a cover without terms."""
    costs = _costs(cover, target)
    return -int(costs[costs < 0].sum())


def _cut(cover: _Cover, target: Target) -> _Cover:
    """Without terms that the prune rows do not ask for, the least useful first; as it is where there are none."""
    if len(target.prune) == 0:
        return cover
    costs, kept = _costs(cover, target), list(range(len(cover.terms)))
    while kept:
        alone = cover.covers[kept] & (cover.covers[kept].sum(axis=0) == 1)
        worth = (alone * -costs).sum(axis=1)
        least = int(np.argmin(worth))
        if worth[least] > 0:
            break
        del kept[least]
    wrong = int(costs[cover.covers[kept].any(axis=0)].sum()) + _missed(cover, target)
    return _Cover(tuple(cover.terms[place] for place in kept), cover.covers[kept], cover.inverted, wrong)
