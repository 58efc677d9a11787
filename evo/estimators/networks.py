"""Composed networks for scikit-learn users: a fit, and what it leaves.

Probabilities come from the training rows: of rows that are predicted as one class, the share of each true class, with
one row of every class added (Laplace).
"""

from __future__ import annotations

import contextlib
import hashlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rows import codes_of
from evo.analysis.trivial import useless
from evo.estimators.data import label_texts, load_rows
from evo.estimators.evidence import Floats
from evo.estimators.fitting import Fitted, Plan, used_table
from evo.estimators.importances import Seen
from evo.estimators.learning import begun_and_searched
from evo.estimators.origin import Origin
from evo.estimators.settings import compute_of, metric_of, seed_of, stop_of, whole
from evo.estimators.tables import Raw, cell_text
from evo.estimators.watching import Watcher
from evo.estimators.weights import fitness_of, weighted_rows
from evo.estimators.words import Explanation
from evo.export import Exported
from evo.export.added import written_by
from evo.kinds.common.in_words import in_words
from evo.kinds.common.saved import check_format
from evo.kinds.common.scorer import Told
from evo.kinds.network.circuit import circuit_of_network
from evo.kinds.network.config import NetworkConfig
from evo.kinds.network.export import EXPORTERS, to_words
from evo.kinds.network.job import NetworkJob, network_job
from evo.kinds.network.saved import evaluator
from evo.models.networks import NetworkModel
from evo.models.scorecard import led_by
from evo.monitor import FrontRow, Phase
from evo.running.clock import Limit, Stopwatch
from evo.search.network_spec import NetworkSearchSpec, NetworkStopSpec
from evo.search.state import State
from evo.text.networks import Wording, network_lines
from fitness.data.dataset import Split
from fitness.data.encoder import Encoder
from fitness.data.pictures.spec import PictureDataSpec
from fitness.data.table import Table
from fitness.networks.spec import NetworkFitnessSpec
from fitness.networks.unit_columns import node_columns
from genomes import portable
from genomes.bits import unpack
from genomes.networks.network import Network
from genomes.networks.spec import NetworkGenomeSpec
from genomes.text.printable import printable

#: Of a search, where none are asked for.
GENERATIONS = 40


@dataclass(frozen=True, slots=True)
class NetworkMember:
    """A network of the front as the pick of an estimator; shares: see `FittedNetwork`."""

    model: NetworkModel
    shares: Floats


@dataclass(frozen=True, slots=True)
class NetworkMembers:
    """Knows every member of a front by its id.

    known: influences that were counted; seen: the rows that further ones are counted on, None where all are known.
    """

    members: Mapping[str, NetworkMember]
    known: Mapping[str, Mapping[str, float]]
    seen: Seen | None

    def member(self, member: str) -> NetworkMember:
        """One of them."""
        return self.members[member]

    def influences(self, member: str) -> Mapping[str, float]:
        """By column what it matters to a member; see `evo.estimators.importances`."""
        return self.known[member] if self.seen is None else self.seen.influences(self.members[member].model)


@dataclass(frozen=True, slots=True)
class FittedNetwork:
    """What a fit leaves.

    names: of all columns; shares: float64[classes, classes], of rows that are predicted as a class (first axis) the
    share of each true one; members: of the front, to pick from; origin: what files say of it; begun: the search's name
    and end, for a warm start.
    """

    names: tuple[str, ...]
    classes: NDArray[Any]
    encoder: Encoder
    model: NetworkModel
    front: tuple[FrontRow, ...]
    shares: Floats
    generations: int
    members: NetworkMembers
    origin: Origin
    begun: tuple[str, State[Any]] | None

    def picked(self, member: str) -> FittedNetwork:
        """The same with another member of the front as the model."""
        of = self.members.member(member)
        return replace(self, model=of.model, shares=of.shares)

    def influences(self) -> Mapping[str, float]:
        """By column how much it matters to the network."""
        return self.members.influences(self.model.id)

    def without_state(self) -> FittedNetwork:
        """The same without the end of the search, which may be large."""
        return replace(self, begun=None)

    def codes(self, split: Split) -> NDArray[np.intp]:
        """The number of the predicted class: intp[rows]."""
        planes = evaluator(self.model, self.encoder.task, split).predictions(self.model.batch())[0]
        return np.asarray(codes_of(self.encoder.task, planes, split.n_rows)[0])

    def chances(self, split: Split) -> Floats:
        """Class probabilities: float64[rows, classes]."""
        codes = self.codes(split)
        return led_by(self.shares[codes], codes)

    def scores(self, split: Split) -> Floats:
        """Of several classes the logarithms of their probabilities: float64[rows, classes]."""
        return portable.log(self.chances(split))

    def words(self, encoder: Encoder) -> str:
        """A line per unit, then what the heads decide."""
        return to_words(self.model, encoder)

    def exported(self, fmt: str, encoder: Encoder, *, minimize: bool) -> Exported:
        """The network in a format; it is in its normal form already."""
        check_format(fmt, EXPORTERS)
        return written_by(fmt, EXPORTERS, (self.model, encoder), lambda: circuit_of_network(self.model, encoder))

    def rules(self) -> tuple[str, ...]:
        """The lines of `words`."""
        task, bits = self.encoder.task, self.encoder.binarizer.bits
        return tuple(network_lines(self.model, task, bits))

    def explained(self, table: Table, split: Split) -> list[Explanation]:
        """Per row the inputs and units that hold on it, of those that anything reads."""
        codes, chances = self.codes(split), self.chances(split)
        holds = unpack(np.stack(node_columns(self.model.network.units, split.inputs, split.n_rows)), split.n_rows)
        labels = self.classes.tolist()
        return [
            self._explained(table, row, labels[code], float(chances[row, code]), holds[:, row])
            for row, code in enumerate(codes.tolist())
        ]

    def _explained(self, table: Table, row: int, label: Any, chance: float, holds: NDArray[np.bool_]) -> Explanation:
        wording = Wording.of(self.model, self.encoder.binarizer.bits)
        units = [f"{wording.name(k)}: {wording.unit(k, unit)}" for k, unit in enumerate(self.model.network.units)]
        said = [text for k, text in enumerate(units) if holds[self.model.first + k] != wording.flipped[k]]
        lines = [f"predicted {label} (probability {chance:.2f})"]
        lines += [f"  {text} holds" for text in said] or ["  no unit holds"]
        features = dict.fromkeys(self.encoder.binarizer.bits[number - 1].feature for number in self.model.used)
        columns = {column.name: column for column in table.columns}
        cells = [f"{name} is {cell_text(columns[name], row)}" for name in features if name in columns]
        text = "\n".join(printable(line) for line in [*lines, f"  where {', '.join(cells)}"] if line.strip() != "where")
        return Explanation(label, chance, (), text)


#: What a fit of any estimator leaves.
Learned = Fitted | FittedNetwork


def fit_network(
    plan: Plan,
    raw: Raw,
    labels: NDArray[Any],
    sample_weight: Any,
    begun: tuple[str, State[Any]] | None,
    watch: Stopwatch | None = None,
) -> FittedNetwork:
    """Learn; watch: since the fit began.

    Raises:
        ValueError, TypeError: a parameter, a cell or the labels. DataError: every column is constant.
    """
    with plan.watched() as watcher:
        with watcher.telling():
            job, classes = _job(plan, raw, labels, sample_weight)
        learned = _learned(job, begun, watch or Stopwatch(), watcher)
    config, texts = job.config, job.dataset.task.classes
    counts = np.array(learned.origin.scores[learned.pick]["train"]["confusion"])
    hint, weighed = "class_weight='balanced'", job.search.problem.class_weights
    said = useless(counts, texts, config.fitness.metric, weighed, hint=hint)
    if said is not None:
        warnings.warn(said, UserWarning, stacklevel=3)
    picked = learned.members[learned.pick]
    binarizer, data = job.encoder.binarizer, job.dataset
    seen = Seen(data.task, data.bits, binarizer.fields, data.train).sample(config.seed)
    return FittedNetwork(
        names=raw.names,
        classes=classes,
        encoder=job.encoder,
        model=picked.model,
        front=learned.front,
        shares=picked.shares,
        generations=learned.state.generation,
        members=NetworkMembers(learned.members, {}, seen),
        origin=learned.origin,
        begun=(learned.name, learned.state),
    )


def _job(plan: Plan, raw: Raw, labels: NDArray[Any], sample_weight: Any) -> tuple[NetworkJob, NDArray[Any]]:
    """The search, and the classes."""
    rows, weights = weighted_rows(sample_weight, raw.n_rows, labels)
    table = used_table(plan, raw)
    classes, _, codes = np.unique(labels[rows], return_index=True, return_inverse=True)
    texts, most = label_texts(classes), whole("thresholds", plan.get("thresholds"), 1, 255)
    config = _config(plan, classes, texts)
    loaded, _ = load_rows(table.take(rows), codes, texts, plan.target, most, weights, refine=False)
    return network_job(config, loaded), classes


@dataclass(frozen=True, slots=True)
class _Learned:
    """What a search leaves: the front, its members, the id of the pick, the search's end and its name."""

    front: tuple[FrontRow, ...]
    members: Mapping[str, NetworkMember]
    pick: str
    state: State[Any]
    name: str
    origin: Origin


def _learned(job: NetworkJob, begun: tuple[str, State[Any]] | None, watch: Stopwatch, watcher: Watcher) -> _Learned:
    """Search, from `begun` where that is the same search, refit and choose."""
    settings = replace(job.config, stop=NetworkStopSpec())
    name = hashlib.sha256(f"{job.dataset.sha256()} {settings!r}".encode()).hexdigest()
    start = begun[1] if begun is not None and begun[0] == name else None
    with contextlib.closing(job.search.backend):
        state, outcome = begun_and_searched(job, start, watch, watcher)
        over = Limit(watch, job.config.stop.seconds).finishing()
        watcher.phase(Phase("finishing the front"))
        with watcher.telling():
            last, finished = job.finishing.finished(job, state, over)
        rows = last.scorer.rows(finished.archive)
        pick = last.scorer.pick(rows).id
        rows = in_words(last, finished.archive, rows)
        watcher.end(last.scorer.lines(finished.archive, pick))
        ids = finished.archive.ids()
        picked = next(row for row in rows if row.id == pick)
        extras = last.scorer.extras(finished.archive, picked, watch.cpu_seconds, Told(_unsaid, _unsaid, _unsaid))
        ended = replace(state, archive=finished.archive)
        origin = Origin.of(last, rows, ended, last.scorer.rule(rows), outcome, watch, extras)
        members = {
            row.id: _member(job, row.id, finished.archive.genomes[ids.index(row.id)], origin.scores[row.id]["train"])
            for row in rows
        }
        return _Learned(rows, members, pick, state, name, origin)


def _unsaid(said: Any) -> None:
    """Nobody is told."""


def _member(job: NetworkJob, member: str, network: Network, scores: Mapping[str, Any]) -> NetworkMember:
    """A network with the shares of the classes among the training rows; scores: on these."""
    one = 1.0 if job.dataset.train.weights is None else job.dataset.train.weights.one
    added = np.array(scores["confusion"])[0].T / one + 1.0
    return NetworkMember(NetworkModel(member, network, job.dataset.n_bits), added / portable.summed(added)[:, None])


def _config(plan: Plan, classes: NDArray[Any], texts: Sequence[str]) -> NetworkConfig:
    """The same config as a file would give; only `data` describes nothing, because the rows are here."""
    weighed = fitness_of(plan.get("class_weight"), classes.tolist(), texts, "auto", 2.0, metric_of(plan.get("metric")))
    stop = stop_of(plan.get("generations"), plan.get("max_seconds"), GENERATIONS)
    search, generations = NetworkSearchSpec(), stop.generations
    if plan.get("algorithm") == "lut_boost":
        units, inputs = whole("units", plan.get("units"), 1, 10_000), whole("inputs", plan.get("inputs"), 1, 6)
        sweeps = whole("sweeps", plan.get("sweeps"), 0, 1000)
        search = NetworkSearchSpec(algorithm="lut_boost", units=units, inputs=inputs, sweeps=sweeps)
        generations = 0  # as many as its plan takes
    gates = whole("max_gates", plan.get("max_gates"), 1, 1_000_000)
    return NetworkConfig(
        schema=1,
        seed=seed_of(plan.get("random_state")),
        data=PictureDataSpec(source="npz"),
        genome=NetworkGenomeSpec(gate_limit=gates),
        fitness=NetworkFitnessSpec(metric=weighed.metric, class_weight=weighed.class_weight),
        search=search,
        stop=NetworkStopSpec(generations=generations, seconds=stop.seconds),
        compute=compute_of(plan.get("n_jobs")),
    )
