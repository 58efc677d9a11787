"""One memetic round: residual -> seeded beams -> pool -> set cover -> exact-gradient descent, a pure function.

What a round does for one cover, with penalised objective missed + kappa covered + lambda (literals + terms):
1. ruin: drop a random share (up to 25 %) of the terms;
2. residual: the samples the rest does not cover (in one round of three: all samples);
3. beams from up to 8 random on-set samples that are not covered; what they find joins the pool's terms;
4. recombine: large-neighbourhood set cover over the pool, from the ruined cover;
5. descend: block-coordinate descent by the exact gradient, unless the cover does what one does that is known to be
   descended already;
6. with kappa > 1 the same again at kappa 1, so that every round also offers a cover for the real objective.

On a part of the samples (`SampleView.share`) lambda shrinks with the errors. Of large data beams and the set cover
look at a part (`RoundContext.subsample`) even where the descent looks at all of it: what separates some thousand
samples is worth polishing.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.two_level.beam import SLOTS, grow_many
from fitness.kernels.two_level.descent import cover_value, descend
from fitness.kernels.two_level.set_cover import recombine
from fitness.layouts.binary import BinaryLayout
from fitness.layouts.cache import SampleView
from fitness.layouts.term_store import covers_of
from genomes.bits import Words, set_positions
from genomes.deadline import look
from genomes.two_level.term_lists import LONGEST, TermList, always_true, distinct, joined

SEEDS = 8
#: Words of samples up to which rounds make every effort: rounds of the set cover, sweeps of the descent.
SMALL = 256
LNS_ROUNDS, FEWER_ROUNDS = 8, 4
SWEEPS, FEWER_SWEEPS = 3, 2
Step = Literal["made", "known", "none"]


@dataclass(frozen=True, slots=True)
class RoundParams:
    """What differs between individuals: prices of a covered off-set sample and of a literal, in what on-set samples
    weigh, beam width and depth."""

    kappa: float
    lam: float
    width: int
    depth: int


@dataclass(frozen=True, slots=True)
class Improved:
    """The result of a round.

    cover: the new cover, with its objective `value` at the kappa of the parameters; plain: a cover improved at
    kappa `base`, with `plain_value`; learned: terms for the pool; semantic_hash: hash
    of what `cover` covers; step: what became of the descent.
    """

    cover: TermList
    value: float
    plain: TermList
    plain_value: float
    learned: TermList
    semantic_hash: int
    step: Step


@dataclass(frozen=True, slots=True)
class RoundContext:
    """What a round works on.

    view: the samples; subsample: those that beams and the set cover look at; pool: the terms to choose from
    (rows of the subsample's store); max_terms: the most terms of a cover; descend: whether rounds end in a descent;
    longest: the most literals of a term (beams keep to `RoundParams.depth`).
    """

    view: SampleView
    subsample: SampleView
    pool: NDArray[np.int64]
    max_terms: int
    descend: bool = True
    longest: int = LONGEST

    @property
    def small(self) -> bool:
        """Whether rounds can afford every effort."""
        return bool(len(self.view.layout.valid) <= SMALL)

    def with_terms(self, *more: NDArray[np.int64]) -> RoundContext:
        """The context with further terms in its pool, each row once."""
        rows = np.concatenate([self.pool, *more])
        _, first = np.unique(rows, return_index=True)
        return replace(self, pool=rows[np.sort(first)])


@dataclass(frozen=True, slots=True)
class _Optimised:
    """A cover with its objective and the hash of what it covers; step: see `Improved`."""

    terms: TermList
    value: float
    semantic_hash: int
    step: Step


def improve(
    context: RoundContext,
    start: TermList,
    params: RoundParams,
    base: float,
    known: Container[int],
    rng: np.random.Generator,
) -> Improved:
    """One round for `start`.

    base: the kappa of the objective proper (1 for accuracy); known: semantic hashes whose descent with these
    parameters is done.
    """
    state = rng.integers(0, 2**64, size=1, dtype=np.uint64)
    kept = start.take(np.flatnonzero(rng.random(len(start)) >= 0.25 * rng.random()))
    grown = joined([always_true(), _beams(context.subsample, kept, params, rng, state)])
    store = context.subsample.store
    chosen, fresh = store.add(kept), store.add(grown)
    rounds = LNS_ROUNDS if context.small else FEWER_ROUNDS
    best = _optimise(context.with_terms(chosen, fresh), chosen, params, rounds, known, state)
    plain = best
    if params.kappa > base:
        chosen = store.add(best.terms)
        plain = _optimise(context.with_terms(chosen, fresh), chosen, replace(params, kappa=base), 2, frozenset(), state)
    terms = distinct(joined([best.terms, plain.terms, grown]))
    return Improved(best.terms, best.value, plain.terms, plain.value, terms, best.semantic_hash, best.step)


def _beams(
    subsample: SampleView, kept: TermList, params: RoundParams, rng: np.random.Generator, state: Words
) -> TermList:
    layout = subsample.layout
    covered: Words = np.bitwise_or.reduce(covers_of(layout, kept), axis=0, initial=np.uint64(0))
    open_samples = set_positions(layout.valid[: layout.wp] & ~covered[: layout.wp])
    if len(open_samples) == 0:
        return joined([])
    residual = layout.valid if rng.random() < 1 / 3 else layout.valid & ~covered
    seeds = rng.permutation(open_samples)[:SEEDS]
    return beams_from(layout, residual, seeds, params, params.lam * subsample.share, state)


def beams_from(
    layout: BinaryLayout, residual: Words, seeds: NDArray[np.intp], params: RoundParams, lam: float, state: Words
) -> TermList:
    """Terms that beams from the on-set samples `seeds` find for the samples `residual` uint64[W].

    lam: price of a literal in samples of `layout`; state: uint64[1], random stream.
    """
    literals = np.empty((SLOTS * len(seeds), LONGEST), dtype=np.int32)
    lengths = np.zeros(len(literals), dtype=np.int64)
    k = 0
    for seed in range(len(seeds)):  # one by one, which gives the same
        look()
        k += grow_many(
            layout.lits, layout.rows, layout.wp, layout.weights, residual, seeds[seed : seed + 1], params.width,
            params.depth, params.kappa, lam, layout.legal, layout.zobrist, literals[k:], lengths[k:], state,
        )  # fmt: skip
    return TermList(literals[:k], lengths[:k])


def _optimise(
    context: RoundContext,
    start: NDArray[np.int64],
    params: RoundParams,
    rounds: int,
    known: Container[int],
    state: Words,
) -> _Optimised:
    """Recombine over the pool from the terms at rows `start`, then descend."""
    look()
    terms = _recombined(context, start, params, rounds, state)
    layout, lam = context.view.layout, params.lam * context.view.share
    literals, lengths, k = terms.literals[:, : context.longest].copy(), terms.lengths.copy(), len(terms)
    value, semantic_hash = _value(layout, literals, lengths, k, params.kappa, lam)
    step: Step = "none" if not context.descend else "known" if semantic_hash in known else "made"
    if step == "made":
        look()
        sweeps = SWEEPS if context.small else FEWER_SWEEPS
        problem = layout.lits, layout.rows, layout.samples, layout.legal, layout.wp, layout.weights, layout.valid
        k = descend(*problem, literals, lengths, k, params.kappa, lam, sweeps, state)
        value, semantic_hash = _value(layout, literals, lengths, k, params.kappa, lam)
    return _Optimised(TermList.of(literals[:k], lengths[:k]), value, semantic_hash, step)


def _recombined(
    context: RoundContext, start: NDArray[np.int64], params: RoundParams, rounds: int, state: Words
) -> TermList:
    layout, store = context.subsample.layout, context.subsample.store
    chosen = np.zeros(context.max_terms, dtype=np.int64)
    k = min(len(start), context.max_terms)
    chosen[:k] = start[:k]
    sizes = store.covers, store.lengths, store.positives, store.negatives, context.pool
    costs = params.kappa, params.lam * context.subsample.share
    k = recombine(*sizes, layout.wp, layout.weights, layout.n_on, *costs, chosen, k, rounds, state)
    return store.terms(chosen[:k])


def _value(
    layout: BinaryLayout, literals: NDArray[np.int32], lengths: NDArray[np.int64], k: int, kappa: float, lam: float
) -> tuple[float, int]:
    value, semantic_hash = cover_value(
        layout.lits, layout.wp, layout.weights, layout.valid, layout.n_on, literals, lengths, k, kappa, lam
    )
    return float(value), int(semantic_hash)
