"""One memetic round: residual -> seeded beams -> pool -> set cover -> exact-gradient descent, a pure function.

What a round does for one cover, with penalised objective missed + kappa covered + lambda (literals + terms):
1. ruin: drop a random share (up to 25 %) of the terms;
2. residual: the samples the rest does not cover (in one round of three: all samples);
3. beams from up to 16 random wanted samples that are not covered; what they find joins the pool's terms;
4. recombine: large-neighbourhood set cover over the pool, from the ruined cover;
5. descend: block-coordinate descent by the exact gradient;
6. with kappa > 1 the same again at kappa 1, so that every round also offers a cover for the real objective.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fitness.kernels.beam import SLOTS, grow_terms
from fitness.kernels.descent import descend, fill_covers
from fitness.kernels.set_cover import recombine
from fitness.workbench import Workbench
from genomes.bits import Words, set_positions
from genomes.term_lists import LONGEST, TermList, distinct, joined

SEEDS = 8
SCORES = (0, 0, 1, 2)  # z half of the time, z times precision and penalised gain a quarter each
LNS_ROUNDS = 8
SWEEPS = 3
#: Rows a pool grows by beyond what is asked: a round finds up to SEEDS * SLOTS terms and brings its own cover.
ROOM = 100


@dataclass(frozen=True, slots=True)
class Genes:
    """What differs between individuals: prices of a covered unwanted sample and of a literal, beam width and depth."""

    kappa: float
    lam: float
    width: int
    depth: int


@dataclass(frozen=True, slots=True)
class Improved:
    """What a round made.

    cover: the new cover, with its objective `value` at the genes' kappa; plain: a cover improved at kappa `base`;
    found: terms for the pool.
    """

    cover: TermList
    value: float
    plain: TermList
    found: TermList


class PoolCovers:
    """A pool's terms with the samples they cover, and room for what a round finds; filled once, used by many rounds."""

    def __init__(self, bench: Workbench, pool: TermList) -> None:
        self.bench, self.size, self.known = bench, len(pool), {key: row for row, key in enumerate(pool.keys())}
        self.literals = np.zeros((0, LONGEST), dtype=np.int32)
        self.lengths = np.zeros(0, dtype=np.int64)
        self.covers = np.zeros((0, len(bench.valid)), dtype=np.uint64)
        self.positives = np.zeros(0, dtype=np.int64)
        self._put(pool, 0)

    def with_terms(self, terms: TermList) -> tuple[int, list[int]]:
        """Place distinct terms behind the pool; returns (terms in all, row of each given term)."""
        rows: list[int] = []
        fresh: list[int] = []
        taken: dict[bytes, int] = {}
        for index, key in enumerate(terms.keys()):
            row = self.known.get(key, taken.get(key))
            if row is None:
                row = taken[key] = self.size + len(fresh)
                fresh.append(index)
            rows.append(row)
        self._put(terms.take(fresh), self.size)
        return self.size + len(fresh), rows

    def _put(self, terms: TermList, first: int) -> None:
        last = first + len(terms)
        self._make_room(last)
        self.literals[first:last], self.lengths[first:last] = terms.literals, terms.lengths
        fill_covers(self.bench.lits, self.bench.valid, self.literals, self.lengths, first, last, self.covers)
        wanted = self.covers[first:last, : self.bench.wp]
        self.positives[first:last] = np.bitwise_count(wanted).sum(axis=1, dtype=np.int64)

    def _make_room(self, rows: int) -> None:
        """Grow to at least `rows`, with some to spare for the next round."""
        missing = rows - len(self.lengths)
        if missing > 0:
            more = missing + ROOM
            self.literals, self.lengths, self.covers, self.positives = (
                np.concatenate([array, np.zeros((more, *array.shape[1:]), dtype=array.dtype)])
                for array in (self.literals, self.lengths, self.covers, self.positives)
            )


def improve(
    pool: PoolCovers, start: TermList, genes: Genes, base: float, max_terms: int, rng: np.random.Generator
) -> Improved:
    """One round for `start`; `base` is the kappa of the objective proper (1 for accuracy)."""
    bench = pool.bench
    state = rng.integers(0, 2**64, size=1, dtype=np.uint64)
    kept = start.take(np.flatnonzero(rng.random(len(start)) >= 0.25 * rng.random()))
    found = joined([_always_true(), _beams(bench, kept, genes, rng, state)])
    size, rows = pool.with_terms(joined([kept, found]))
    cover, value = _optimise(pool, size, rows[: len(kept)], genes.kappa, genes.lam, max_terms, state, LNS_ROUNDS)
    plain = cover
    if genes.kappa > base:
        size, rows = pool.with_terms(joined([cover, found]))
        plain, _ = _optimise(pool, size, rows[: len(cover)], base, genes.lam, max_terms, state, 2)
    return Improved(cover, value, plain, distinct(joined([cover, plain, found])))


def _beams(bench: Workbench, kept: TermList, genes: Genes, rng: np.random.Generator, state: Words) -> TermList:
    covered = _covered(bench, kept)
    open_samples = set_positions(bench.valid[: bench.wp] & ~covered[: bench.wp])
    if len(open_samples) == 0:
        return joined([])
    residual = bench.valid.copy() if rng.random() < 1 / 3 else bench.valid & ~covered
    seeds = rng.permutation(open_samples)[:SEEDS]
    literals, lengths = np.full((SLOTS, LONGEST), -1, dtype=np.int32), np.zeros(SLOTS, dtype=np.int64)
    parts = []
    for seed in seeds:
        kind = SCORES[int(rng.integers(len(SCORES)))]
        share = 1.0 if rng.random() < 0.5 else 0.75
        grow_terms(
            bench.lits, bench.rows, bench.wp, residual, int(seed), genes.width, genes.depth, kind,
            genes.kappa, genes.lam, share, bench.zobrist, literals, lengths, state,
        )  # fmt: skip
        used = np.flatnonzero(lengths)
        parts.append(TermList.of(literals[used], lengths[used]))
    return joined(parts)


def _always_true() -> TermList:
    """The term without literals: beams start below it, and where nothing is unwanted it is the answer."""
    return TermList(np.full((1, LONGEST), -1, dtype=np.int32), np.zeros(1, dtype=np.int64))


def _covered(bench: Workbench, terms: TermList) -> Words:
    covers = np.zeros((len(terms), len(bench.valid)), dtype=np.uint64)
    fill_covers(bench.lits, bench.valid, terms.literals.copy(), terms.lengths, 0, len(terms), covers)
    covered: Words = np.bitwise_or.reduce(covers, axis=0, initial=np.uint64(0))
    return covered


def _optimise(
    pool: PoolCovers,
    size: int,
    rows: Sequence[int],
    kappa: float,
    lam: float,
    max_terms: int,
    state: Words,
    rounds: int,
) -> tuple[TermList, float]:
    """Recombine over the first `size` pool terms from `rows`, then descend; returns the cover and its objective."""
    bench = pool.bench
    chosen = np.zeros(max_terms, dtype=np.int64)
    k = min(len(rows), max_terms)
    chosen[:k] = rows[:k]
    covers, lengths, positives = pool.covers[:size], pool.lengths[:size], pool.positives[:size]
    k = recombine(covers, lengths, positives, bench.wp, bench.n_wanted, kappa, lam, chosen, k, rounds, state)
    literals, term_lengths = pool.literals[chosen[:k]].copy(), lengths[chosen[:k]].copy()
    k = descend(bench.lits, bench.rows, bench.wp, bench.valid, literals, term_lengths, k, kappa, lam, SWEEPS, state)
    terms = TermList.of(literals[:k], term_lengths[:k])
    return terms, _value(bench, terms, kappa, lam)


def _value(bench: Workbench, terms: TermList, kappa: float, lam: float) -> float:
    covered = _covered(bench, terms)
    missed = bench.n_wanted - int(np.bitwise_count(covered[: bench.wp]).sum())
    wrong = int(np.bitwise_count(covered[bench.wp :]).sum())
    return missed + kappa * wrong + lam * float(terms.lengths.sum() + len(terms))
