"""A smaller model with the same predictions on given rows alone, for ``evo export --care-set-only``.

All that the rows do not show is free. Terms and then literals are left out one at a time, while every row keeps its
prediction; what remains cannot lose any single one of them. Works on votes as on formulas, because it asks for nothing
but predictions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.models.two_level import Model, Terms
from fitness.data.dataset import Split, Task
from genomes.bits import Bools, unpack


def minimized_on(model: Model, task: Task, splits: Sequence[Split]) -> Model:
    """`model` without what no row of `splits` needs."""
    return replace(model, terms=_Greedy.of(model, task, splits).run())


@dataclass(frozen=True, slots=True)
class _Greedy:
    """The model on distinct rows. columns: the truth of each input used, by number; wanted: what is predicted now."""

    model: Model
    task: Task
    columns: dict[int, Bools]
    n_rows: int
    terms: Terms
    truths: list[list[Bools]]

    @classmethod
    def of(cls, model: Model, task: Task, splits: Sequence[Split]) -> _Greedy:
        used = model.used
        rows = [number - 1 for number in used]
        table = np.concatenate([unpack(split.inputs[rows], split.n_rows) for split in splits], axis=1)
        distinct = np.unique(table, axis=1) if used else table[:, :1]
        columns = dict(zip(used, distinct, strict=True))
        greedy = cls(model, task, columns, distinct.shape[1], [[list(t) for t in terms] for terms in model.terms], [])
        greedy.truths.extend([greedy.truth(term) for term in terms] for terms in greedy.terms)
        return greedy

    def run(self) -> Terms:
        predicted, size = self.predictions(), -1
        while size != (size := self.size()):  # what goes may free what was needed before
            self.drop_terms(predicted)
            for output, terms in enumerate(self.terms):
                for t in range(len(terms)):
                    self.drop_literals(output, t, predicted)
        return self.terms

    def size(self) -> int:
        """Terms and literals."""
        return sum(1 + len(term) for terms in self.terms for term in terms)

    def truth(self, term: Sequence[int]) -> Bools:
        """bool[rows]: whether the term (or clause) holds."""
        conjunction = self.model.kind == "sop"
        result = np.full(self.n_rows, conjunction)
        for literal in term:
            column = self.columns[abs(literal)] if literal > 0 else ~self.columns[abs(literal)]
            result = result & column if conjunction else result | column
        return result

    def predictions(self) -> NDArray[Any]:
        """Per row the class (multiclass), or per output its value."""
        sop = self.model.kind == "sop"
        if self.task.kind != "multiclass":
            joined = np.logical_or if sop else np.logical_and
            return np.stack([joined.reduce(t, axis=0) if t else np.full(self.n_rows, not sop) for t in self.truths])
        scores = []
        for c in self.task.prior:
            holds = np.sum(self.truths[c], axis=0) if self.truths[c] else np.zeros(self.n_rows, dtype=int)
            scores.append(holds if sop else holds - len(self.truths[c]))
        return np.asarray(np.argmax(scores, axis=0))

    def drop_terms(self, predicted: NDArray[Any]) -> None:
        """Leave out terms, those of most literals first."""
        for terms, truths in zip(self.terms, self.truths, strict=True):
            for term in sorted(terms, key=len, reverse=True):
                t = next(t for t, other in enumerate(terms) if other is term)
                truth = truths[t]
                del terms[t], truths[t]
                if not np.array_equal(self.predictions(), predicted):
                    terms.insert(t, term)
                    truths.insert(t, truth)

    def drop_literals(self, output: int, t: int, predicted: NDArray[Any]) -> None:
        """Leave out literals of one term, the last ones first."""
        for literal in reversed(list(self.terms[output][t])):
            term, truth = self.terms[output][t], self.truths[output][t]
            shorter = [other for other in term if other != literal]
            self.terms[output][t], self.truths[output][t] = shorter, self.truth(shorter)
            if not np.array_equal(self.predictions(), predicted):
                self.terms[output][t], self.truths[output][t] = term, truth
