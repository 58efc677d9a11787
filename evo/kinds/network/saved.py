"""A run directory of a search for networks as a source of models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from evo.analysis import rows
from evo.export import Exported
from evo.export.added import written_by
from evo.export.circuit import Circuit
from evo.kinds.common.front import model_scores
from evo.kinds.common.saved import Learned, Minimize, check_format, check_rows, chosen_model
from evo.kinds.common.saved_bits import SavedBits
from evo.kinds.network.circuit import circuit_of_network
from evo.kinds.network.columns import COLUMNS
from evo.kinds.network.export import EXPORTERS, to_words
from evo.kinds.network.records import read_network
from evo.models.networks import NetworkModel
from evo.records.runs import metric_of, read_run
from evo.records.trust import readable_config
from fitness.data.dataset import Split, Task
from fitness.data.pictures.load import load_pictures
from fitness.networks.evaluator import space_of
from genomes.bits import unpack

_AS_FOUND = "networks are written as they are found; --care-set-only is for formulas"


@dataclass(frozen=True, slots=True)
class SavedNetworks(SavedBits):
    """A run directory with its fitted encoder."""

    def model(self, pick: str = "best") -> NetworkModel:
        """The network meant by `pick`."""
        n_bits = len(self.encoder.binarizer.bits)
        return read_network(self.run, chosen_model(self.run, pick, COLUMNS), self.task, n_bits)

    def predicted(self, split: Split, pick: str = "best") -> list[Any]:
        """A label per row; for several outputs a tuple of 0 and 1 per row."""
        return self.labels(rows.predicted(self.model(pick), self.task, split))

    def scored(self, split: Split, pick: str = "best") -> dict[str, Any]:
        """Metrics and confusion counts on labelled rows."""
        model = self.model(pick)
        metric = metric_of(read_run(self.run))
        confusion = evaluator(model, self.task, split).confusion(model.batch())
        return {"id": model.id, "rows": split.n_rows, **model_scores(confusion, len(self.task.classes), metric)}

    def written(
        self, fmt: str, pick: str = "best", minimize: Minimize = "exact", *, trust: bool = False
    ) -> tuple[Exported, tuple[str, ...]]:
        """As `export`, with notes for the user; a network is in its normal form when it is found, so nothing is left
        to minimize for all inputs, and no other rows are asked."""
        check_format(fmt, EXPORTERS)
        parts, notes = (self.model(pick), self.encoder), (_AS_FOUND,) if minimize == "care-set" else ()
        return written_by(fmt, EXPORTERS, parts, lambda: circuit_of_network(*parts)), notes

    def gates(
        self, pick: str = "best", minimize: Minimize = "exact", *, trust: bool = False
    ) -> tuple[Circuit, tuple[str, ...]]:
        """The network as gates, with notes for the user."""
        notes = (_AS_FOUND,) if minimize == "care-set" else ()
        return circuit_of_network(self.model(pick), self.encoder), notes

    def learned_from(self, *, trust: bool = False) -> Learned:
        """The training rows, without copies of them."""
        record = read_run(self.run)
        config: Any = readable_config(self.run, record, trust=trust, refused="--testbench")
        dataset = load_pictures(config.data, config.seed).dataset
        check_rows(self.run, record, dataset.sha256())
        split = dataset.train.take(np.arange(dataset.n_originals))
        return Learned(split, unpack(split.inputs, split.n_rows).T)

    def words(self, pick: str = "best") -> str:
        """A line per unit, then what the heads decide."""
        return to_words(self.model(pick), self.encoder)


def evaluator(model: NetworkModel, task: Task, split: Split) -> Any:
    """What scores a network on a split."""
    from fitness.networks.evaluator import NetworkEvaluator  # noqa: PLC0415 - kernels load only when they are needed

    return NetworkEvaluator.of(task, split, space_of(task, model.n_inputs))
