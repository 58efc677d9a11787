"""From columns and labels to what an estimator of networks keeps: the parts of a fit in their order."""

from __future__ import annotations

import contextlib
import hashlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.analysis.trivial import useless
from evo.estimators.data import label_texts, load_rows
from evo.estimators.fitting import Plan, used_table
from evo.estimators.importances import Seen
from evo.estimators.learning import begun_and_searched
from evo.estimators.networks import FittedNetwork, NetworkMember, NetworkMembers
from evo.estimators.origin import Origin
from evo.estimators.settings import compute_of, metric_of, seed_of, stop_of, whole
from evo.estimators.tables import Raw
from evo.estimators.watching import Watcher
from evo.estimators.weights import fitness_of, weighted_rows
from evo.kinds.common.in_words import in_words
from evo.kinds.common.scorer import Told
from evo.kinds.network.config import NetworkConfig
from evo.kinds.network.job import NetworkJob, network_job
from evo.models.networks import NetworkModel
from evo.monitor import FrontRow, Phase
from evo.running.clock import Limit, Stopwatch
from evo.search.network_spec import NetworkSearchSpec, NetworkStopSpec
from evo.search.state import State
from fitness.data.pictures.spec import PictureDataSpec
from fitness.networks.spec import NetworkFitnessSpec
from genomes import portable
from genomes.networks.network import Network
from genomes.networks.spec import NetworkGenomeSpec

#: Of a search, where none are asked for.
GENERATIONS = 40


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
        picked = last.scorer.pick(rows)
        rows = in_words(last, finished.archive, rows)
        watcher.end(last.scorer.lines(finished.archive, picked.id))
        ids = finished.archive.ids()
        extras = last.scorer.extras(finished.archive, picked, watch.cpu_seconds, Told(_unsaid, _unsaid, _unsaid))
        ended = replace(state, archive=finished.archive)
        origin = Origin.of(last, rows, ended, last.scorer.rule(rows), outcome, watch, extras)
        members = {
            row.id: _member(job, row.id, finished.archive.genomes[ids.index(row.id)], origin.scores[row.id]["train"])
            for row in rows
        }
        return _Learned(rows, members, picked.id, state, name, origin)


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
