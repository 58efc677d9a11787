"""A run directory of a search for formulas as a source of models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rows import labels, predicted
from evo.errors import CheckpointError, ExportError
from evo.export import EXPORTERS, Exported
from evo.export.added import written_by
from evo.export.care_set import minimized_on
from evo.export.circuit import Circuit, circuit_of
from evo.export.dnf import to_dnf
from evo.export.minimize import Minimized, minimized
from evo.export.scorecards import SCORECARDS
from evo.kinds.common.front import model_scores
from evo.kinds.common.saved import Learned, Minimize, check_format, check_rows, chosen_model
from evo.kinds.common.saved_bits import SavedBits
from evo.kinds.two_level.build import problem_of
from evo.kinds.two_level.columns import COLUMNS
from evo.kinds.two_level.near import Front, scorecard_of
from evo.models.scorecard import Scorecard, led_by
from evo.models.two_level import Model
from evo.records.estimators import read_estimator
from evo.records.formulas import read_model
from evo.records.front import read_front
from evo.records.results import read_result
from evo.records.runs import metric_of, read_run
from evo.records.scorecards import scorecard_of_json, unfit
from evo.records.trust import readable_config
from evo.search.archive import Archive
from evo.storage.known import ESTIMATOR, RESULT
from fitness.data.dataset import Dataset, Split
from fitness.data.load import load
from fitness.data.rebit import with_bits
from fitness.data.voting import as_votes
from fitness.evaluation.evaluator import Evaluator
from fitness.evaluation.problem import evaluate
from genomes.bits import unpack
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import cover_from_literals


@dataclass(frozen=True, slots=True)
class SavedFormulas(SavedBits):
    """A run directory with its fitted encoder."""

    def model(self, pick: str = "best") -> Model:
        """The formula meant by `pick`."""
        return read_model(
            self.run, chosen_model(self.run, pick, COLUMNS), self.encoder.task, len(self.encoder.binarizer.bits)
        )

    def predicted(self, split: Split, pick: str = "best") -> list[Any]:
        """A label per row; for several outputs a tuple of 0 and 1 per row."""
        return self.labels(predicted(self.model(pick), self.task, split))

    def scored(self, split: Split, pick: str = "best") -> dict[str, Any]:
        """Metrics and confusion counts on labelled rows."""
        model, task = self.model(pick), self.encoder.task
        confusion = Evaluator.of(task, model.kind, split).confusion(model.batch(task))
        scores = model_scores(confusion, len(task.classes), metric_of(read_run(self.run)))
        return {"id": model.id, "rows": split.n_rows, **scores}

    def written(
        self, fmt: str, pick: str = "best", minimize: Minimize = "exact", *, trust: bool = False
    ) -> tuple[Exported, tuple[str, ...]]:
        """As `export`, with notes for the user; trust: see `seen`."""
        check_format(fmt, EXPORTERS)
        smaller = self.minimized(pick, minimize, trust=trust)
        parts = (smaller.model, self.encoder)
        return written_by(fmt, EXPORTERS, parts, lambda: circuit_of(*parts)), smaller.notes

    def minimized(self, pick: str = "best", minimize: Minimize = "exact", *, trust: bool = False) -> Minimized:
        """The model meant by `pick` in its smallest form, and notes for the user; trust: see `seen`.

        Raises:
            ExportError, DataError: care-set, and the rows that the run learned from are not there any more.
        """
        model = self.model(pick)
        if minimize == "none":
            return Minimized(model)
        smaller = minimized(model, self.encoder.task)
        if minimize == "exact":
            return smaller
        return Minimized(minimized_on(smaller.model, self.encoder.task, self.seen(trust=trust)), smaller.notes)

    def seen(self, *, trust: bool = False) -> list[Split]:
        """The training and validation rows, read again; trust: whoever wrote where they lie.

        Raises:
            CheckpointError: another machine did. ExportError: they have changed. DataError: they cannot be read.
        """
        data = self._data("--care-set-only", trust=trust)[0]
        return [split for split in (data.train, data.valid) if split is not None]

    def scorecard(self, pick: str = "best", *, trust: bool = False) -> Scorecard:
        """The scorecard of the members near the picked one; trust: see `seen`.

        A run keeps that of its pick, a saved estimator those of all members; others are fitted on the training rows,
        which are read again.

        Raises:
            ExportError: several outputs. Else as `seen`.
        """
        if self.task.kind == "multioutput":
            raise ExportError("several outputs have no scorecard; expected one column of classes", where="--scorecard")
        if self.run.exists(ESTIMATOR):
            return self._kept_scorecard(self.model(pick).id)
        chosen = self.model(pick).id
        kept = self._kept_of_pick(chosen)
        if kept is not None:
            return kept
        dataset, config = self._data("a scorecard", trust=trust)
        models = [self.model(row.id) for row in read_front(self.run, COLUMNS)]
        problem = problem_of(config, dataset)
        batch = CoverBatch.of(
            [cover_from_literals(model.terms, problem.space, inverted=model.inverted) for model in models],
            problem.space,
        )
        archive = Archive(batch, evaluate(problem, batch).objectives, np.zeros((len(models), 2), dtype=np.int64))
        place = config.fitness.objectives.index("error")
        front = Front(archive, problem.space, problem.prices.n_errors, place)
        codes = labels(self.task, dataset.train).codes[0]
        member = [model.id for model in models].index(chosen)
        return scorecard_of(front, member, dataset, codes, problem.class_weights)

    def _kept_scorecard(self, member: str) -> Scorecard:
        """That of a saved estimator."""
        kept = read_estimator(self.run)["members"].get(member, {}).get("scorecard")
        if kept is None:
            raise CheckpointError(f"members.{member}: has no scorecard", where=self.run.where(ESTIMATOR))
        return self._checked(kept, f"members.{member}.scorecard", self.run.where(ESTIMATOR))

    def _kept_of_pick(self, chosen: str) -> Scorecard | None:
        """That of the run's pick, if this is the one chosen and a version that kept it made the run."""
        result = read_result(self.run) if self.run.exists(RESULT) else {}
        if "scorecard" not in result or result["best"]["id"] != chosen:
            return None
        record, where = result["scorecard"], self.run.where(RESULT)
        wrong = unfit(record, len(self.task.classes))
        if wrong is not None:
            raise CheckpointError(f"scorecard: {wrong}", where=where)
        return self._checked(record, "scorecard", where)

    def _checked(self, record: Mapping[str, Any], key: str, where: str) -> Scorecard:
        """A stored scorecard that reads known inputs only."""
        card = scorecard_of_json(record)
        if card.used and card.used[-1] > len(self.encoder.binarizer.bits):
            raise CheckpointError(f"{key}: reads unknown inputs", where=where)
        return card

    def probable(
        self, split: Split, pick: str = "best", *, unled: bool = False, trust: bool = False
    ) -> tuple[list[Any], NDArray[np.float64]]:
        """Labels and class probabilities float64[rows, classes]; the scorecard's own labels where it is not led."""
        card = self.scorecard(pick, trust=trust)
        chances = card.chances(split)
        codes = card.codes(split) if unled else predicted(self.model(pick), self.task, split)[0]
        return self.labels(codes[None]), chances if unled else led_by(chances, codes)

    def written_scorecard(self, fmt: str, pick: str = "best", *, trust: bool = False) -> Exported:
        """The scorecard in a format."""
        check_format(fmt, SCORECARDS, added=False)
        return SCORECARDS[fmt](self.scorecard(pick, trust=trust), self.encoder)

    def _data(self, refused: str, *, trust: bool) -> tuple[Dataset, Any]:
        """The data that the run learned from in its own bits, and its config; raises as `seen`."""
        record = read_run(self.run)
        config = readable_config(self.run, record, trust=trust, refused=refused)
        loaded = load(config.data, config.seed)
        loaded = as_votes(loaded) if self.task.kind == "multiclass" else loaded
        check_rows(self.run, record, loaded.dataset.sha256())
        return with_bits(loaded, self.encoder.binarizer.bits).dataset, config

    def words(self, pick: str = "best") -> str:
        """The formula."""
        return to_dnf(self.model(pick), self.encoder)

    def gates(
        self, pick: str = "best", minimize: Minimize = "exact", *, trust: bool = False
    ) -> tuple[Circuit, tuple[str, ...]]:
        """The model as gates, with notes for the user; trust: see `seen`."""
        smaller = self.minimized(pick, minimize, trust=trust)
        return circuit_of(smaller.model, self.encoder), smaller.notes

    def learned_from(self, *, trust: bool = False) -> Learned:
        """The training rows; raises as `seen`."""
        split = self._data("--testbench", trust=trust)[0].train
        return Learned(split, unpack(split.inputs, split.n_rows).T)
