"""The front as people see it: names, sizes and scores of every archive member, and which one is the pick.

All of it is derived from the archive and the data, so none of it is search state. Scores are kept by member id because
members stay in the archive for many generations. The test split is only ever read by `test_scores`, once, at the end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evo.analysis.rows import labels
from evo.kinds.common.front import metric_table
from evo.kinds.common.scorer import Memory, Scores, Told
from evo.kinds.two_level.columns import COLUMNS
from evo.kinds.two_level.config import FormulaConfig
from evo.kinds.two_level.near import Front, scorecard_of
from evo.kinds.two_level.validated import validated
from evo.models.two_level import Model, model_of
from evo.monitor import FrontRow
from evo.records.formulas import to_json
from evo.records.scorecards import scorecard_to_json
from evo.search.archive import Archive
from evo.search.pricing import described_price
from evo.text.formula import formula_lines
from fitness.data.dataset import Dataset
from fitness.evaluation.evaluator import Evaluator
from fitness.evaluation.problem import Problem
from fitness.objectives.metrics import COUNTING
from fitness.objectives.sizes import SIZES, sparsity
from genomes.bits import popcount
from genomes.deadline import Interrupted
from genomes.two_level.batch import CoverBatch
from genomes.two_level.spec import Kind


class FormulaScorer(Memory):
    """Looks up (and remembers) what is known of archive members."""

    order = ("literals", "terms")

    def __init__(self, problem: Problem, dataset: Dataset, config: FormulaConfig) -> None:
        super().__init__(problem.spec.metric, "train" if dataset.valid is None else "valid")
        self._problem, self._dataset, self._kind = problem, dataset, config.genome.kind
        self._fitness = config.fitness
        self._evaluators = {"train": problem.train}
        if dataset.valid is not None:
            self._evaluators["valid"] = Evaluator.of(dataset.task, self._kind, dataset.valid)

    def rows(self, archive: Archive) -> tuple[FrontRow, ...]:
        """Members that nothing dominates, sorted by error, then literals."""
        front, names = archive.front(), archive.ids()
        ids = [names[row] for row in front]
        new = [index for index, member in enumerate(ids) if member not in self._rows]
        if new:
            self._learn(archive.genomes.take(front[new], self._problem.space), [ids[index] for index in new])
        return tuple(sorted((self._rows[member] for member in ids), key=lambda row: (row.error, *self.sizes_of(row))))

    def pick(self, rows: tuple[FrontRow, ...]) -> FrontRow:
        """By `validated` where `fitness.selection: auto` has validation rows, by the best score elsewhere."""
        priced = self._priced(rows)
        return super().pick(rows) if priced is None else priced[0]

    def rule(self, rows: tuple[FrontRow, ...]) -> dict[str, Any]:
        """With the price that the validation rows choose."""
        priced = self._priced(rows)
        return super().rule(rows) if priced is None else {"rule": "validation", "price": priced[1]}

    def _priced(self, rows: tuple[FrontRow, ...]) -> tuple[FrontRow, float] | None:
        """The member that validation rows choose by a price, and this; None where they do not."""
        valid, problem = self._dataset.valid, self._problem
        if valid is None or self._fitness.selection != "auto":
            return None
        errors = np.array([row.error for row in rows]) * problem.prices.n_errors
        sizes = np.array([sum(self.sizes_of(row)) for row in rows], dtype=np.float64)
        shares = np.array([1.0 - self.scores(row.id)["valid"][self.metric] for row in rows])
        n_classes = len(self._dataset.task.classes)
        mistaken = None if self.metric in COUNTING else np.array([1.0 - row.train_accuracy for row in rows])
        found = described_price(errors, sizes, problem.prices.n_errors, problem.space.n_inputs, n_classes, mistaken)
        wrong = shares * int(popcount(valid.care).sum())
        place, price = validated(errors, sizes, wrong, found, self._fitness.standard_errors)
        return rows[place], price

    def record(self, archive: Archive, row: FrontRow) -> dict[str, Any]:
        """Terms, meaning of the inputs, sizes and scores."""
        sizes = {**row.sizes, "sparsity": row.sparsity}
        return to_json(self._model(archive, row.id), self._dataset.bits, sizes, self.scores(row.id))

    def lines(self, archive: Archive, member: str) -> list[str]:
        """The formula."""
        return formula_lines(self._model(archive, member), self._dataset.task, self._dataset.bits)

    def tests(self, archive: Archive) -> dict[str, Scores]:
        """Metrics on the test rows."""
        tables = test_scores(self._problem, self._dataset, self._kind, archive.genomes)
        return dict(zip(archive.ids(), tables, strict=True)) if tables else {}

    def extras(self, archive: Archive, pick: FrontRow, seconds: float, told: Told) -> Scores:
        """The scorecard of the pick, so that probabilities need no training rows.

        Several outputs have none, and a run whose time is over leaves it out.
        """
        dataset, problem = self._dataset, self._problem
        if dataset.task.kind == "multioutput":
            return {}
        names, ids = archive.ids(), [row.id for row in self.rows(archive)]  # in the order of front.csv
        kept = [names.index(member) for member in ids]
        front = Archive(archive.genomes.take(kept, problem.space), archive.objectives[kept], archive.born[kept])
        place = self._fitness.objectives.index("error")
        near = Front(front, problem.space, problem.prices.n_errors, place)
        codes = labels(dataset.task, dataset.train).codes[0]
        try:
            card = scorecard_of(near, ids.index(pick.id), dataset, codes, problem.class_weights)
        except Interrupted:
            return {}
        return {"scorecard": scorecard_to_json(card)}

    def _model(self, archive: Archive, member: str) -> Model:
        return model_of(archive.genomes, archive.ids().index(member), member, self._problem.space)

    def _learn(self, batch: CoverBatch, ids: list[str]) -> None:
        weights = self._problem.class_weights
        tables = {name: evaluator.confusion(batch) for name, evaluator in self._evaluators.items()}
        scores = {name: metric_table(confusion, weights, self.metric) for name, confusion in tables.items()}
        sizes = {column.name: SIZES[column.name](batch, self._problem.space).tolist() for column in COLUMNS}
        empty = sparsity(batch, self._problem.space)
        for index, member in enumerate(ids):
            own = {name: table[index] for name, table in scores.items()}
            counts = {name: values[index] for name, values in sizes.items()}
            self.remember(member, own, counts, float(empty[index]))


def test_scores(problem: Problem, dataset: Dataset, kind: Kind, batch: CoverBatch) -> list[Scores]:
    """Metrics on the test split for every genome of `batch`; empty where there is no such split."""
    if dataset.test is None:
        return []
    confusion = Evaluator.of(dataset.task, kind, dataset.test).confusion(batch)
    return metric_table(confusion, problem.class_weights, problem.spec.metric)
