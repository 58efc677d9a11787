"""Votes as gates, for targets that have no numbers.

Scores are summed in binary and meet in the order of the task's `prior`: the best so far stays unless a later class has
strictly more, so ties go to the first. Gates grow linearly with the number of classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from evo.export.circuit import Circuit, Score
from genomes.circuits.builder import Builder
from genomes.circuits.graph import FALSE, TRUE


def decided(circuit: Circuit) -> Circuit:
    """The same predictions from gates alone: `scores` empty, one output per entry of `output_texts`."""
    if not circuit.scores:
        return circuit
    build = Builder.upon(circuit.graph)
    outputs = _winner(build, circuit.scores, circuit.task.prior)
    return replace(circuit, graph=build.graph(), outputs=outputs, scores=()).cleaned()


def _winner(build: Builder, scores: Sequence[Score], prior: Sequence[int]) -> tuple[int, ...]:
    """One literal per class; of two classes only the second's."""
    totals = [build.total([(TRUE, score.bias), *score.votes]) for score in scores]
    best, beats = totals[prior[0]], [TRUE]
    for c in prior[1:]:
        beats.append(build.greater(totals[c], best))
        best = [build.mux(beats[-1], new, old) for new, old in zip_longest(totals[c], best, fillvalue=FALSE)]
    wins, unbeaten = {}, TRUE
    for c, beat in zip(reversed(prior), reversed(beats), strict=True):
        wins[c] = build.both(beat, unbeaten)
        unbeaten = build.both(unbeaten, beat ^ 1)
    return (wins[1],) if len(scores) == 2 else tuple(wins[c] for c in range(len(scores)))
