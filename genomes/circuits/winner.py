"""Votes as gates: which class has the highest score.

Scores are summed in binary; ties go to the class that is first in `prior`. Up to three classes meet in that order: the
best so far stays unless a later one has strictly more. More of them are compared bit by bit, the highest first: where
one of those still in has the bit, those without it are out. A bit takes 4 gates a class, where meeting in turn takes 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from genomes.circuits.builder import Builder
from genomes.circuits.graph import FALSE, TRUE

#: Classes that meet in turn at most.
FEW = 3
#: A bias (>= 0) and (literal, weight > 0) pairs.
Votes = tuple[int, Sequence[tuple[int, int]]]


def winner(build: Builder, scores: Sequence[Votes], prior: Sequence[int]) -> tuple[int, ...]:
    """One literal per class; of two classes only the second's."""
    totals = [build.total([(TRUE, bias), *votes]) for bias, votes in scores]
    wins = _in_turn(build, totals, prior) if len(scores) <= FEW else _bit_by_bit(build, totals, prior)
    return (wins[1],) if len(scores) == 2 else tuple(wins[c] for c in range(len(scores)))


def _in_turn(build: Builder, totals: Sequence[Sequence[int]], prior: Sequence[int]) -> dict[int, int]:
    best, beats = totals[prior[0]], [TRUE]
    for c in prior[1:]:
        beats.append(build.greater(totals[c], best))
        best = [build.mux(beats[-1], new, old) for new, old in zip_longest(totals[c], best, fillvalue=FALSE)]
    wins, unbeaten = dict[int, int](), TRUE
    for c, beat in zip(reversed(prior), reversed(beats), strict=True):
        wins[c] = build.both(beat, unbeaten)
        unbeaten = build.both(unbeaten, beat ^ 1)
    return wins


def _bit_by_bit(build: Builder, totals: Sequence[Sequence[int]], prior: Sequence[int]) -> dict[int, int]:
    left = [TRUE] * len(totals)
    for bits in reversed(list(zip_longest(*totals, fillvalue=FALSE))):
        has = [build.both(stays, bit) for stays, bit in zip(left, bits, strict=True)]
        none = build.any(has) ^ 1
        left = [build.either(bit, build.both(stays, none)) for stays, bit in zip(left, has, strict=True)]
    wins, undecided = dict[int, int](), TRUE
    for c in prior[:-1]:
        wins[c] = build.both(left[c], undecided)
        undecided = build.both(undecided, left[c] ^ 1)
    return {**wins, prior[-1]: undecided}
