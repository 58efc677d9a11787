"""Do several runs find the same rules? Compared by what the rules do on common rows, not by how they are written.

Runs of other seeds have other splits, hence other thresholds, so that equal literals say little. Every run's encoder
reads the same rows (those of the first run, whatever split they were in there), and two rules are alike by the Jaccard
index of the rows they apply to: rows that both apply to, of those that either does. A run's rules are found again in
another by the mean, over its rules, of the best such index among the other's rules that speak for the same class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rows import Codes, predicted
from evo.analysis.rules import conjunction, covered
from evo.models.two_level import Model
from fitness.data.dataset import Split, Task
from genomes.bits import Bools

#: From here on two rules count as the same.
SAME = 0.9


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a run's model does on the common rows.

    rules: bool[rules, rows], where each applies; sides: what each speaks for; predictions: predicted classes.
    """

    rules: Bools
    sides: tuple[tuple[int, int], ...]
    predictions: Codes


@dataclass(frozen=True, slots=True)
class Overlap:
    """rules[a, b]: how far the rules of a are found in b; same[a, b]: share of them that are (nearly) the same there;
    agreement[a, b]: share of equal predictions; rows: how many rows were compared."""

    rules: NDArray[np.float64]
    same: NDArray[np.float64]
    agreement: NDArray[np.float64]
    rows: int


def behaviour(model: Model, task: Task, rows: Split) -> Behaviour:
    """A model on rows that its own encoder packed."""
    flags_by_rule: dict[tuple[int, int, tuple[int, ...]], Bools] = {}
    for cover, terms in enumerate(model.terms):
        side = (cover, 1 if model.kind == "sop" else 0) if task.kind == "multiclass" else (cover, model.spoken)
        for term in terms:
            literals = conjunction(model, term)
            flags_by_rule[(*side, literals)] = covered(literals, rows)
    flags = np.array(list(flags_by_rule.values()), dtype=np.bool_).reshape(len(flags_by_rule), rows.n_rows)
    return Behaviour(flags, tuple((a, b) for a, b, _ in flags_by_rule), predicted(model, task, rows))


def overlap(runs: Sequence[Behaviour]) -> Overlap:
    """Every run against every other."""
    n = len(runs)
    rules, same, agreement = (np.ones((n, n)) for _ in range(3))
    for a, first in enumerate(runs):
        for b, second in enumerate(runs):
            best = best_matches(first, second)
            rules[a, b] = best.mean() if len(best) else 1.0
            same[a, b] = (best >= SAME).mean() if len(best) else 1.0
            agreement[a, b] = (first.predictions == second.predictions).mean()
    return Overlap(rules, same, agreement, runs[0].predictions.shape[1])


def best_matches(first: Behaviour, second: Behaviour) -> NDArray[np.float64]:
    """float64[rules of first]: the highest Jaccard index with a rule of second for the same side, 0 where none is."""
    mine, theirs = first.rules.astype(np.float64), second.rules.astype(np.float64)
    both = mine @ theirs.T
    either = mine.sum(axis=1)[:, None] + theirs.sum(axis=1)[None] - both
    index = np.where(either > 0, both / np.maximum(either, 1), 1.0)
    alike = np.array([[a == b for b in second.sides] for a in first.sides]).reshape(index.shape)
    return np.asarray(np.where(alike, index, 0.0).max(axis=1, initial=0.0))
