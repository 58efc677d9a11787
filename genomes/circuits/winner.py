"""Votes as gates: which class has the highest score.

Scores are summed in binary and meet in the order of `prior`: the best so far stays unless a later class has strictly
more, so ties go to the first. Gates grow linearly with the number of classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from genomes.circuits.builder import Builder
from genomes.circuits.graph import FALSE, TRUE

#: A bias (>= 0) and (literal, weight > 0) pairs.
Votes = tuple[int, Sequence[tuple[int, int]]]


def winner(build: Builder, scores: Sequence[Votes], prior: Sequence[int]) -> tuple[int, ...]:
    """One literal per class; of two classes only the second's."""
    totals = [build.total([(TRUE, bias), *votes]) for bias, votes in scores]
    best, beats = totals[prior[0]], [TRUE]
    for c in prior[1:]:
        beats.append(build.greater(totals[c], best))
        best = [build.mux(beats[-1], new, old) for new, old in zip_longest(totals[c], best, fillvalue=FALSE)]
    wins, unbeaten = {}, TRUE
    for c, beat in zip(reversed(prior), reversed(beats), strict=True):
        wins[c] = build.both(beat, unbeaten)
        unbeaten = build.both(unbeaten, beat ^ 1)
    return (wins[1],) if len(scores) == 2 else tuple(wins[c] for c in range(len(scores)))
