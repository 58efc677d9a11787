"""Predictions judged by a run's metric: the score of class numbers, and whether two models differ in it.

The test is one of randomization (Noreen, Computer Intensive Methods for Testing Hypotheses, 1989): were two models as
good, their answers to a row could be exchanged. p is the share of random exchanges, each row by a coin, that set the
two scores as far apart as they are. It works for every metric; for accuracy it is the sign test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rows import Codes, Labels
from evo.text.measures import Measure
from fitness.data.dataset import Dataset
from fitness.evaluation.class_weights import class_weights
from fitness.evaluation.evaluator import Evaluator
from fitness.objectives.metrics import METRICS
from fitness.spec import FitnessSpec
from genomes.deadline import looking

#: Random exchanges, and the numbers that are kept of them at a time.
EXCHANGES, AT_A_TIME = 1999, 4_000_000
#: Scores that differ by less are the same.
SAME = 1e-12

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Judge:
    """A metric over classes; weights: float64[classes], for the metric weighted."""

    measure: Measure
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, dataset: Dataset, fitness: FitnessSpec) -> Judge:
        """As the search was told; class weights are those of the training rows."""
        if fitness.class_weight is None:
            return cls(Measure(fitness.metric), np.ones(len(dataset.task.classes)))
        masses = Evaluator.of(dataset.task, "sop", dataset.train).masses
        return cls(Measure(fitness.metric), class_weights(dataset.task, masses, fitness))

    def score(self, codes: Codes, truth: Labels) -> float:
        """The metric of predicted classes intp[tables, rows]."""
        return float(self._scores(self._confusion(codes, truth)))

    def p_of_difference(self, ours: Codes, theirs: Codes, truth: Labels, rng: np.random.Generator) -> float:
        """Two-sided p that two models' scores differ by chance; ours, theirs: intp[tables, rows]."""
        tables = np.stack([self._confusion(codes, truth) for codes in (ours, theirs)])
        apart = np.abs(np.subtract(*self._scores(tables)))
        differ = truth.care & (ours != theirs)
        table, row = np.nonzero(differ)
        cells = np.stack([table, truth.codes[differ], ours[table, row], theirs[table, row]])
        kinds, counts = np.unique(cells, axis=1, return_counts=True)
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        at_once = max(1, AT_A_TIME // max(1, len(row), tables.size))
        as_far = 0
        for first in looking(range(0, EXCHANGES if len(row) else 0, at_once)):
            draws = min(at_once, EXCHANGES - first)
            coins = np.unpackbits(rng.integers(0, 256, size=(draws, -(-len(row) // 8)), dtype=np.uint8), axis=1)
            exchanged = np.add.reduceat(coins[:, : len(row)], starts, axis=1, dtype=np.int64)
            as_far += int((np.abs(self._apart(tables, kinds, exchanged)) >= apart - SAME).sum())
        return (1 + as_far) / (1 + EXCHANGES) if len(row) else 1.0

    def _apart(self, tables: Counts, kinds: NDArray[np.intp], exchanged: Counts) -> NDArray[np.float64]:
        """float64[draws]: differences of the scores once so many decisions of each kind are exchanged."""
        both = np.repeat(tables[None], len(exchanged), axis=0)
        for (table, true, ours, theirs), number in zip(kinds.T, exchanged.T, strict=True):
            for model, mine, other in ((0, ours, theirs), (1, theirs, ours)):
                both[:, model, table, true, mine] -= number
                both[:, model, table, true, other] += number
        scores = self._scores(both)
        return np.asarray(scores[:, 0] - scores[:, 1])

    def _scores(self, tables: Counts) -> NDArray[np.float64]:
        return METRICS[self.measure.key](tables, self.weights)

    def _confusion(self, codes: Codes, truth: Labels) -> Counts:
        """int64[tables, classes, classes], true classes in rows."""
        n = len(self.weights)
        cells = [
            np.bincount(true[care] * n + said[care], minlength=n * n).reshape(n, n)
            for true, said, care in zip(truth.codes, codes, truth.care, strict=True)
        ]
        return np.array(cells, dtype=np.int64)
