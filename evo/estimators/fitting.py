"""From columns and labels to what an estimator keeps: the parts of a fit in their order."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rows import predicted
from evo.analysis.trivial import useless
from evo.estimators.constraints import allowed_models, signs_of
from evo.estimators.data import label_texts, load_rows
from evo.estimators.evidence import Evidence, Floats, fires, scores_of
from evo.estimators.holdout import held_out
from evo.estimators.importances import Seen
from evo.estimators.learning import Learned, learn
from evo.estimators.members import Members, Trained
from evo.estimators.origin import Origin
from evo.estimators.settings import (
    compute_of,
    features_of,
    flag,
    metric_of,
    positive,
    probability_of,
    seed_of,
    selection_of,
    side_of,
    stop_of,
    whole,
)
from evo.estimators.tables import Raw
from evo.estimators.watching import Watcher, watched_by
from evo.estimators.weights import fitness_of, weighted_rows
from evo.estimators.words import Explainer, Explanation, Rule, rules_of
from evo.export import EXPORTERS, Exported
from evo.export.added import written_by
from evo.export.circuit import circuit_of
from evo.export.dnf import to_dnf
from evo.export.minimize import minimized
from evo.kinds.common.saved import check_format
from evo.kinds.two_level.build import FormulaJob
from evo.kinds.two_level.config import FormulaConfig
from evo.kinds.two_level.job import formula_job
from evo.kinds.two_level.near import Front
from evo.models.scorecard import Scorecard, led_by
from evo.models.two_level import Model
from evo.monitor import FrontRow
from evo.running.clock import Stopwatch
from evo.search.state import State
from fitness.data.dataset import Split
from fitness.data.encoder import Encoder
from fitness.data.pictures.spec import ImageDataSpec
from fitness.data.spec import SplitSpec
from fitness.data.table import Table
from genomes.bits import unpack
from genomes.two_level.spec import FormulaGenomeSpec, Kind, Output

TARGET = "class"
#: Of a search, where none are asked for: tables gain nothing from more.
GENERATIONS = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """What is evolved, and the estimator's parameters; name: its class; target: what y is called."""

    kind: Kind
    output: Output
    parameters: Mapping[str, Any]
    name: str = "evo"
    target: str = TARGET

    def get(self, name: str) -> Any:
        """A parameter; None where the estimator does not have it."""
        return self.parameters.get(name)

    def watched(self) -> AbstractContextManager[Watcher]:
        """Who watches a fit."""
        return watched_by(self.name, self.get("verbose"), self.get("callbacks"))

    def names(self, name: str, columns: Sequence[str]) -> tuple[str, ...]:
        """A parameter that lists columns."""
        return features_of(name, self.get(name), columns)

    def genome(self, n_classes: int) -> FormulaGenomeSpec:
        """The genome section."""
        side = side_of(self.parameters.get("side", "auto"), n_classes)
        longest = self.get("max_term_literals")
        longest = None if longest is None else whole("max_term_literals", longest, 1, 32)
        terms = whole("max_terms", self.get("max_terms"), 1, 65536)
        return FormulaGenomeSpec(kind=self.kind, output=self.output, terms=terms, term_literals=longest, side=side)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a fit leaves.

    names: of all columns; soft: whether probabilities are the scorecard's, led by the model, or the evidence's;
    members: of the front, to pick from; origin: what files say of it; begun: the search's name and end, for a warm
    start.
    """

    names: tuple[str, ...]
    classes: NDArray[Any]
    encoder: Encoder
    model: Model
    front: tuple[FrontRow, ...]
    evidence: Evidence
    scorecard: Scorecard
    soft: bool
    generations: int
    members: Members
    origin: Origin
    begun: tuple[str, State] | None

    def picked(self, member: str) -> Fitted:
        """The same with another member of the front as the model."""
        of = self.members.member(member)
        return replace(self, model=of.model, evidence=of.evidence, scorecard=of.scorecard)

    def influences(self) -> Mapping[str, float]:
        """By column how much it matters to the model."""
        return self.members.influences(self.model.id)

    def without_state(self) -> Fitted:
        """The same without the end of the search, which may be large."""
        return replace(self, begun=None)

    def codes(self, split: Split) -> NDArray[np.intp]:
        """The number of the predicted class: intp[rows]."""
        return np.asarray(predicted(self.model, self.encoder.task, split)[0])

    def chances(self, split: Split) -> Floats:
        """Class probabilities: float64[rows, classes]."""
        if not self.soft:
            return self.evidence.probabilities(fires(self.model, split), self.codes(split))
        return led_by(self.scorecard.chances(split), self.codes(split))

    def scores(self, split: Split) -> Floats:
        """Of several classes their votes: float64[rows, classes]."""
        return scores_of(self.model, self.encoder.task, fires(self.model, split))

    def words(self, encoder: Encoder) -> str:
        """The formula."""
        return to_dnf(self.model, encoder)

    def exported(self, fmt: str, encoder: Encoder, *, minimize: bool) -> Exported:
        """The model in a format."""
        check_format(fmt, EXPORTERS)
        parts = (minimized(self.model, encoder.task).model if minimize else self.model, encoder)
        return written_by(fmt, EXPORTERS, parts, lambda: circuit_of(*parts))

    def rules(self) -> tuple[Rule, ...]:
        """Every distinct term that tells something."""
        return tuple(rule for _, rule in self._placed())

    def explained(self, table: Table, split: Split) -> list[Explanation]:
        """Which rules fired on each row and why, or why none did."""
        fired, chances = fires(self.model, split), self.chances(split)
        holds, binarizer = unpack(split.inputs, split.n_rows), self.encoder.binarizer
        explainer = Explainer(self.model, binarizer.bits, self._placed(), table, binarizer.fields, holds)
        labels = self.classes.tolist()
        return [
            explainer.explain(row, labels[code], float(chances[row, code]), fired)
            for row, code in enumerate(self.codes(split).tolist())
        ]

    def _placed(self) -> tuple[tuple[tuple[int, int], Rule], ...]:
        return rules_of(self.model, self.encoder.binarizer.bits, self.evidence, self.classes.tolist())


def used_table(plan: Plan, raw: Raw) -> Table:
    """The columns that may be used, as the parameters read them.

    Raises:
        ValueError: no such columns, or none is left.
    """
    categorical, forbidden = (plan.names(name, raw.names) for name in ("categorical_features", "forbidden_features"))
    if set(forbidden) >= set(raw.names):
        raise ValueError("forbidden_features leaves no column to learn from")
    return raw.table({**dict.fromkeys(categorical, "category"), **dict.fromkeys(forbidden, "ignore")})


def fit_rows(
    plan: Plan,
    raw: Raw,
    labels: NDArray[Any],
    sample_weight: Any,
    begun: tuple[str, State] | None,
    watch: Stopwatch | None = None,
) -> Fitted:
    """Learn; watch: since the fit began.

    Raises:
        ValueError, TypeError: a parameter, a cell or the labels. DataError: every column is constant.
    """
    probability = probability_of(plan.get("probability"))
    with plan.watched() as watcher:
        with watcher.telling():
            job, classes, codes = _job(plan, raw, labels, sample_weight)
        required = plan.names("required_features", raw.names)
        learned = learn(job, begun, allowed_models(required, plan.get("max_literals")), watch, watcher)
    _warn(plan, learned.job, learned.model, job.dataset.task.classes)
    members = _members(learned, codes)
    member = members.member(learned.model.id)
    return Fitted(
        names=raw.names,
        classes=classes,
        encoder=learned.job.encoder,
        model=member.model,
        front=learned.front,
        evidence=member.evidence,
        scorecard=member.scorecard,
        soft=probability == "front",
        generations=learned.state.generation,
        members=members,
        origin=learned.origin,
        begun=(learned.name, learned.state),
    )


def _job(
    plan: Plan, raw: Raw, labels: NDArray[Any], sample_weight: Any
) -> tuple[FormulaJob, NDArray[Any], NDArray[np.intp]]:
    """The search, the classes, and the class of each row as it is packed."""
    rows, weights = weighted_rows(sample_weight, raw.n_rows, labels)
    table = used_table(plan, raw)
    # The index makes the sort a stable one: which of 0.0 and -0.0 names their class must be the same everywhere.
    classes, _, codes = np.unique(labels[rows], return_index=True, return_inverse=True)
    texts = label_texts(classes)
    config = _config(plan, classes, texts, len(rows))
    used = table.take(rows)
    most, refine = whole("thresholds", plan.get("thresholds"), 1, 255), flag("refine", plan.get("refine"))
    loaded, codes = load_rows(used, codes, texts, plan.target, most, weights, refine=refine)
    if plan.get("selection") == "holdout":
        loaded, codes = held_out(loaded, codes, plan.get("validation_fraction"), config.seed)
    signs = signs_of(plan.get("monotone_features"), raw.names, used, loaded.dataset)
    return formula_job(config, replace(loaded, dataset=replace(loaded.dataset, signs=signs))), classes, codes


def _members(learned: Learned, codes: NDArray[np.intp]) -> Trained:
    """The finished front; codes: intp[training rows], their classes."""
    job = learned.job
    data, binarizer = job.dataset, job.encoder.binarizer
    seen = Seen(data.task, data.bits, binarizer.fields, data.train).sample(job.config.seed)
    return Trained(Front.of(job, learned.archive), data, codes, job.search.problem.class_weights, seen)


def _warn(plan: Plan, job: FormulaJob, model: Model, texts: Sequence[str]) -> None:
    """Say first of a model that is no better on its own rows than a constant."""
    problem, task = job.search.problem, job.dataset.task
    counts = problem.train.confusion(model.batch(task))[0]
    hint = "class_weight='balanced'"
    said = useless(counts, texts, problem.spec.metric, problem.class_weights, hint=hint)
    if said is not None:
        warnings.warn(said, UserWarning, stacklevel=4)


def _config(plan: Plan, classes: NDArray[Any], texts: Sequence[str], n_rows: int) -> FormulaConfig:
    """The same config as a file would give; only `data` describes nothing, because the rows are here."""
    asked = plan.get("price")
    limits = [plan.get(name) for name in ("max_seconds", "max_literals")]
    constrained = any(limit is not None for limit in limits) or bool(plan.get("required_features"))
    selection = selection_of(plan.get("selection"), n_rows, constrained=constrained, priced=asked is not None)
    price = None if asked is None else positive("price", asked)
    weighing = plan.get("class_weight"), classes.tolist(), texts
    return FormulaConfig(
        schema=1,
        seed=seed_of(plan.get("random_state")),
        data=ImageDataSpec(source="npz", split=SplitSpec(valid=0.0, test=0.0)),
        genome=plan.genome(len(classes)),
        fitness=fitness_of(*weighing, selection, price, metric_of(plan.get("metric"))),
        stop=stop_of(plan.get("generations"), plan.get("max_seconds"), GENERATIONS),
        compute=compute_of(plan.get("n_jobs")),
    )
