"""The front of a search for networks as people see it; the counterpart of `evo.kinds.two_level.scorer`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from evo.kinds.common.front import metric_table
from evo.kinds.common.scorer import Memory, Scores, Told
from evo.kinds.network.records import to_record
from evo.models.networks import NetworkModel
from evo.monitor import FrontRow
from evo.search.archive import Archive
from evo.text.networks import network_lines
from fitness.data.dataset import Dataset
from fitness.networks.evaluator import NetworkEvaluator
from fitness.networks.problem import NetworkProblem
from genomes import portable
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Network

#: Standard errors of the best score that a smaller network may be behind.
STANDARD_ERRORS = 0.75
#: The same where folds judge: the same rows judge all, so differences say more.
FOLDED_ERRORS = 0.5
#: The same for wide networks, which are grown for accuracy.
WIDE_ERRORS = 0.25
#: Errors on the training rows that an AND gate must save, of networks that the rows that choose cannot tell apart.
GATE = 0.5
#: Standard errors that the best of some hundred networks is above the truth by luck, and rows that can tell.
LUCK, MANY = 3.0, 1000


class NetworkScorer(Memory):
    """Looks up (and remembers) what is known of archive members.

    chosen: the member that is the pick whatever the scores say, as it was chosen before it was grown once more;
    grown_on: the splits on all rows of which that happened.
    """

    order = ("gates", "units")

    def __init__(
        self, problem: NetworkProblem, dataset: Dataset, chosen: str | None = None, grown_on: Sequence[str] = ()
    ) -> None:
        super().__init__(problem.spec.metric, "train" if dataset.valid is None else "valid")
        self._problem, self._dataset, self._chosen, self._grown_on = problem, dataset, chosen, list(grown_on)
        self._judged: dict[str, float] = {}
        self._evaluators = {"train": self._evaluator(dataset.originals) if dataset.copies else problem.train}
        if dataset.valid is not None:
            self._evaluators["valid"] = self._evaluator(dataset.valid)

    def rows(self, archive: Archive[NetworkBatch]) -> tuple[FrontRow, ...]:
        """Members that nothing dominates, sorted by error, then gates."""
        front, names = archive.front().tolist(), archive.ids()
        new = [row for row in front if names[row] not in self._rows]
        errors: list[float] = archive.objectives[new, self._problem.spec.objectives.index("error")].tolist()
        self._judged.update(zip((names[row] for row in new), (1.0 - error for error in errors), strict=True))
        if new:
            self._learn([names[row] for row in new], NetworkBatch(tuple(archive.genomes[row] for row in new)))
        rows = (self._rows[names[row]] for row in front)
        return tuple(sorted(rows, key=lambda row: (row.error, *self.sizes_of(row), row.id)))

    def pick(self, rows: tuple[FrontRow, ...]) -> FrontRow:
        """The chosen member, or the cheapest of those that the rows that choose cannot tell from the best.

        These are the validation rows, else the training rows that judge; within `STANDARD_ERRORS` of the best score
        (as Breiman et al. 1984, section 3.4.3, prune trees), and of half a row of typical weight where classes weigh.
        Among these a gate costs as much as `GATE` errors on the training rows; where folds judge, gates alone count.
        """
        for row in rows:
            if row.id == self._chosen:
                return row
        scores = {row.id: self._choosing(row.id) for row in rows}
        best = max(list(scores.values()))
        least = best - max(self._tolerance, self._standard_error(best))
        if self._is_chance(best, min(rows, key=self.sizes_of)):
            return min(rows, key=self.sizes_of)
        good = [row for row in rows if scores[row.id] >= least]
        return min(good, key=lambda row: (self._cost(row), self.sizes_of(row), -scores[row.id], row.id))

    def _is_chance(self, best: float, smallest: FrontRow) -> bool:
        """Whether the best of all that were tried is no more above the smallest, of many rows, than luck would be."""
        return self._n_choosing >= MANY and best - self._choosing(smallest.id) < LUCK * self._deviation(best)

    def _cost(self, row: FrontRow) -> float:
        """Errors on the training rows, and what its gates cost; 0 where folds judge."""
        n_rows = self._dataset.n_originals
        return 0.0 if self._problem.folds or self._problem.wide else row.error * n_rows + GATE * row.sizes["gates"]

    def _standard_error(self, score: float) -> float:
        """The part of it, of a share of the rows that choose, that a smaller network may be worse by."""
        if self._problem.wide:
            return WIDE_ERRORS * self._deviation(score)
        folded = self._problem.folds and self._split != "valid"
        return (FOLDED_ERRORS if folded else STANDARD_ERRORS) * self._deviation(score)

    def _deviation(self, score: float) -> float:
        """The standard error of a share of the rows that choose."""
        return math.sqrt(max(0.0, score * (1.0 - score)) / max(1, self._n_choosing))

    @property
    def _n_choosing(self) -> int:
        """Rows that choose."""
        valid = self._dataset.valid
        return len(self._problem.judging) if valid is None else valid.n_rows

    def _choosing(self, member: str) -> float:
        """The score on the rows that choose."""
        return float(self._scores[member]["valid"][self.metric]) if self._split == "valid" else self._judged[member]

    @cached_property
    def _tolerance(self) -> float:
        """What half a row of typical weight is worth; 0 where classes do not weigh."""
        problem = self._problem
        if problem.spec.metric != "weighted":
            return 0.0
        nothing = NetworkBatch((problem.nothing,))
        held_out = self._split == "valid"
        table = (
            self._evaluators["valid"].confusion(nothing)
            if held_out
            else problem.train.confusion(nothing, problem.judging)
        )
        counts, weights = table[0].sum(axis=(0, 2)).astype(np.float64), problem.class_weights
        whole = max(float(portable.summed(counts * weights)) ** 2, 1e-300)
        return 0.5 * float(portable.summed(counts * weights * weights)) / whole

    def record(self, archive: Archive[NetworkBatch], row: FrontRow) -> dict[str, Any]:
        """Units, heads, meaning of the inputs, sizes and scores."""
        sizes = {**row.sizes, "sparsity": row.sparsity}
        return to_record(self._model(archive, row.id), self._dataset.bits, sizes, self.scores(row.id))

    def lines(self, archive: Archive[NetworkBatch], member: str) -> list[str]:
        """The network in words."""
        return network_lines(self._model(archive, member), self._dataset.task, self._dataset.bits)

    def tests(self, archive: Archive[NetworkBatch]) -> dict[str, Scores]:
        """Metrics on the test rows."""
        test = self._dataset.test
        if test is None:
            return {}
        confusion = self._evaluator(test).confusion(archive.genomes)
        return dict(zip(archive.ids(), metric_table(confusion, self._problem.class_weights, self.metric), strict=True))

    def extras(self, archive: Archive[NetworkBatch], pick: FrontRow, seconds: float, told: Told) -> Scores:
        """The section `network` (`evo.kinds.network.result`)."""
        problem = self._problem
        judged = 0 if len(problem.judging) == problem.train.split.n_rows else len(problem.judging)
        return {"network": {"grown_on": self._grown_on, "folds": len(problem.folds), "judged": judged}}

    def _evaluator(self, split: Any) -> NetworkEvaluator:
        return NetworkEvaluator.of(self._dataset.task, split, self._problem.space)

    def _model(self, archive: Archive[NetworkBatch], member: str) -> NetworkModel:
        return NetworkModel(member, archive.genomes[archive.ids().index(member)], self._problem.space.n_inputs)

    def _learn(self, ids: list[str], batch: NetworkBatch) -> None:
        weights = self._problem.class_weights
        tables = {
            name: metric_table(of.confusion(batch), weights, self.metric) for name, of in self._evaluators.items()
        }
        for place, (member, network) in enumerate(zip(ids, batch, strict=True)):
            own = {name: table[place] for name, table in tables.items()}
            self.remember(member, own, self._sizes(network), self._sparsity(member, network))

    def _sizes(self, network: Network) -> dict[str, int]:
        from fitness.networks.lowering import sizes  # noqa: PLC0415 - kernels load when they are needed

        gates, depth, _ = sizes(network, self._problem.space)
        return {"gates": gates, "depth": depth, "units": len(network)}

    def _sparsity(self, member: str, network: Network) -> float:
        """The share of the inputs that it does not read."""
        n_inputs = self._problem.space.n_inputs
        return 1.0 - len(NetworkModel(member, network, n_inputs).used) / n_inputs
