"""A learned formula as it is stored, shown and exported: signed literals, no bit masks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from evo.models.learned import Predict
from fitness.data.dataset import Task
from fitness.evaluation.evaluator import Evaluator
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace, cover_from_literals, literals_by_cover
from genomes.two_level.spec import Kind

Terms = list[list[list[int]]]


@dataclass(frozen=True, slots=True)
class Model:
    """One network. terms[o] are the terms (sop) or clauses (pos) of output or class o, as signed input numbers.

    inverted: whether they describe where the outputs are 0 (for two classes: the negative class).
    """

    id: str
    kind: Kind
    n_inputs: int
    terms: Terms
    inverted: bool = False

    @property
    def used(self) -> list[int]:
        """Numbers of the inputs that it reads, ascending from 1."""
        return sorted({abs(literal) for of_output in self.terms for term in of_output for literal in term})

    @property
    def spoken(self) -> int:
        """The value of an output where one of its terms holds, or where a clause fails; of two classes the number."""
        return int((self.kind == "sop") != self.inverted)

    def batch(self, task: Task) -> CoverBatch:
        """The network as a batch of one genome, ready for an evaluator."""
        most = max((len(of_output) for of_output in self.terms), default=0)
        votes = task.kind == "multiclass"
        space = CoverSpace(self.kind, self.n_inputs, task.n_covers, max(1, most), votes, phases=(self.inverted,))
        return CoverBatch.of([cover_from_literals(self.terms, space, inverted=self.inverted)], space)

    def predictor(self, task: Task) -> Predict:
        """What predicts packed rows."""
        batch = self.batch(task)
        return lambda split: Evaluator.of(task, self.kind, split).predictions(batch)[0]

    def cut_down(self) -> Model:
        """The same formula on the inputs that it reads alone."""
        place = {number: i for i, number in enumerate(self.used, start=1)}
        terms = [
            [[place[abs(literal)] * (1 if literal > 0 else -1) for literal in term] for term in of_output]
            for of_output in self.terms
        ]
        return replace(self, n_inputs=len(place), terms=terms)


def model_of(batch: CoverBatch, index: int, member_id: str, space: CoverSpace) -> Model:
    """Genome `index` of `batch` as a model."""
    cover = batch[index]
    return Model(member_id, space.kind, space.n_inputs, literals_by_cover(cover, space.kind), cover.inverted)
