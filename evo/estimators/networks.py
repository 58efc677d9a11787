"""Composed networks for scikit-learn users: a fit, and what it leaves.

Probabilities come from the training rows: of rows that are predicted as one class, the share of each true class, with
one row of every class added (Laplace).
"""

from __future__ import annotations

import contextlib
import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rows import codes_of
from evo.analysis.trivial import useless
from evo.estimators.data import label_texts, load_rows
from evo.estimators.evidence import Floats
from evo.estimators.fitting import TARGET, Plan, used_table
from evo.estimators.learning import searched
from evo.estimators.settings import compute_of, metric_of, seed_of, stop_of, whole
from evo.estimators.tables import Raw, cell_text
from evo.estimators.weights import fitness_of, weighted_rows
from evo.estimators.words import Explanation
from evo.export import Exported
from evo.export.added import written_by
from evo.kinds.common.saved import check_format
from evo.kinds.network.circuit import circuit_of_network
from evo.kinds.network.config import NetworkConfig
from evo.kinds.network.export import EXPORTERS, to_words
from evo.kinds.network.job import NetworkJob, network_job
from evo.kinds.network.saved import evaluator
from evo.models.networks import NetworkModel
from evo.models.scorecard import led_by
from evo.monitor import FrontRow
from evo.running.clock import Limit, Stopwatch
from evo.search.network_spec import NetworkSearchSpec, NetworkStopSpec
from evo.search.state import State
from evo.text.networks import Wording, network_lines
from fitness.compiling.ready import bring
from fitness.data.dataset import Split
from fitness.data.encoder import Encoder
from fitness.data.pictures.spec import PictureDataSpec
from fitness.data.table import Table
from fitness.networks.spec import NetworkFitnessSpec
from fitness.networks.unit_columns import node_columns
from genomes import portable
from genomes.bits import unpack
from genomes.networks.spec import NetworkGenomeSpec
from genomes.text.printable import printable


@dataclass(frozen=True, slots=True)
class FittedNetwork:
    """What a fit leaves.

    names: of all columns; shares: float64[classes, classes], of rows that are predicted as a class (first axis) the
    share of each true one; begun: the search's name and end, for a warm start.
    """

    names: tuple[str, ...]
    classes: NDArray[Any]
    encoder: Encoder
    model: NetworkModel
    front: tuple[FrontRow, ...]
    shares: Floats
    generations: int
    begun: tuple[str, State[Any]] | None

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
    rows, weights = weighted_rows(sample_weight, raw.n_rows, labels)
    table = used_table(plan, raw)
    classes, _, codes = np.unique(labels[rows], return_index=True, return_inverse=True)
    texts, most = label_texts(classes), whole("thresholds", plan.get("thresholds"), 1, 255)
    config = _config(plan, classes, texts)
    loaded, _ = load_rows(table.take(rows), codes, texts, TARGET, most, weights, refine=False)
    job = network_job(config, loaded)
    model, front, state, name = _learned(job, begun, watch or Stopwatch())
    counts = evaluator(model, job.dataset.task, job.dataset.train).confusion(model.batch())[0, 0]
    said = useless(counts[None], texts, config.fitness.metric, job.search.problem.class_weights,
                   hint="class_weight='balanced'")  # fmt: skip
    if said is not None:
        warnings.warn(said, UserWarning, stacklevel=3)
    one = 1.0 if job.dataset.train.weights is None else job.dataset.train.weights.one
    added = counts.T / one + 1.0
    shares = added / portable.summed(added)[:, None]
    parts = (raw.names, classes, job.encoder, model, front, shares)
    return FittedNetwork(*parts, state.generation, (name, state))


def _learned(
    job: NetworkJob, begun: tuple[str, State[Any]] | None, watch: Stopwatch
) -> tuple[NetworkModel, tuple[FrontRow, ...], State[Any], str]:
    """Search, from `begun` where that is the same search, refit and choose."""
    settings = replace(job.config, stop=NetworkStopSpec())
    name = hashlib.sha256(f"{job.dataset.sha256()} {settings!r}".encode()).hexdigest()
    with contextlib.closing(job.search.backend):
        with watch.paused():
            bring(job.kernels)
        state = searched(job, begun[1] if begun is not None and begun[0] == name else job.search.start(), watch)
        over = Limit(watch, job.config.stop.seconds).finishing()
        last, finished = job.finishing.finished(job, state, over)
        rows = last.scorer.rows(finished.archive)
        member = last.scorer.pick(rows).id
        network = finished.archive.genomes[finished.archive.ids().index(member)]
        return NetworkModel(member, network, job.dataset.n_bits), rows, state, name


def _config(plan: Plan, classes: NDArray[Any], texts: Sequence[str]) -> NetworkConfig:
    """The same config as a file would give; only `data` describes nothing, because the rows are here."""
    weighed = fitness_of(plan.get("class_weight"), classes.tolist(), texts, "auto", 2.0, metric_of(plan.get("metric")))
    stop = stop_of(plan.get("generations"), plan.get("max_seconds"))
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
