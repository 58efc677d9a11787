"""A run directory of a search for masks as a source of models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from evo.errors import CheckpointError, DataError, ExportError
from evo.export import Exported
from evo.export.circuit import Circuit
from evo.kinds.common.front import model_scores
from evo.kinds.common.saved import Learned, Minimize, SavedRun, check_rows, chosen_model, unpack_limit
from evo.kinds.mask.columns import COLUMNS
from evo.kinds.mask.config import MaskConfig
from evo.kinds.mask.export import exporter_of
from evo.kinds.mask.lower import is_exact, lowered
from evo.kinds.mask.model import MaskModel, layer_lines, read_mask
from evo.kinds.mask.records import read_mask_encoder
from evo.records.runs import metric_of, read_run
from evo.records.trust import readable_config, stored_config
from evo.storage.known import LARGEST_WEIGHTS, WEIGHTS
from evo.storage.run_dir import RunDir, open_run
from fitness.data.blanks import Rows
from fitness.data.dataset import Task
from fitness.masks.build import check_shape, network_of
from fitness.masks.data import load_samples
from fitness.masks.encoder import MaskEncoder
from fitness.masks.evaluator import MaskEvaluator
from fitness.masks.networks import Network
from fitness.masks.samples import Samples
from fitness.masks.stored import network_from_bytes, network_to_arrays
from genomes.masks.batch import MaskBatch
from genomes.masks.space import MaskSpace
from genomes.masks.spec import NetworkSpec


@dataclass(frozen=True, slots=True)
class SavedMasks(SavedRun):
    """A run directory with its fitted encoder, its network, the space of its masks and the image it reads, if any."""

    run: RunDir
    encoder: MaskEncoder
    network: Network
    space: MaskSpace
    image: tuple[int, ...] = ()

    @classmethod
    def open(cls, path: Path) -> SavedMasks:
        """Open a run directory.

        Raises:
            UsageError: not a run directory. CheckpointError: its encoder or its weights are damaged.
        """
        return cls.of(open_run(path))

    @classmethod
    def of(cls, run: RunDir) -> SavedMasks:
        """The same of a run directory that is open.

        Raises:
            CheckpointError: its encoder or its weights are damaged.
        """
        config, encoder = stored_config(run), read_mask_encoder(run)
        if not isinstance(config, MaskConfig):
            text = f"encoder.json is that of a mask, resolved.yaml of genome.kind: {config.genome.kind}"
            raise CheckpointError(text, where=str(run.root))
        genome = config.genome
        try:
            network = _network(run, genome.network) or network_of(genome.network, config.seed)
            check_shape(network, encoder.n_inputs, encoder.task.classes)
        except DataError as problem:
            raise CheckpointError(problem.message, where=str(run.root)) from None
        space = network.space(genome.granularity, n=genome.n, m=genome.m)
        return cls(run, encoder, network, space, genome.network.image)

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self.encoder.task

    def model(self, pick: str = "best") -> MaskModel:
        """The mask meant by `pick`."""
        return read_mask(self.run, chosen_model(self.run, pick, COLUMNS), self.space)

    def rows(self, data: Path, *, labels: bool) -> Rows[Samples]:
        """The rows of a file, and what is odd about them."""
        return self.encoder.read_rows(data, labels=labels, limit=unpack_limit(self.run))

    def predicted(self, split: Samples, pick: str = "best") -> list[Any]:
        """A label per row."""
        codes = self._judge(self.model(pick)).predictions(self.model(pick).genes, split.inputs)
        return [self.task.classes[code] for code in codes.tolist()]

    def scored(self, split: Samples, pick: str = "best") -> dict[str, Any]:
        """Metrics, confusion counts and the loss on labelled rows."""
        model = self.model(pick)
        tables, losses = self._judge(model).confusion(MaskBatch(model.genes[None]), split)
        scores = model_scores(tables, len(self.task.classes), metric_of(read_run(self.run)))
        return {"id": model.id, "rows": len(split), **scores, "loss": float(losses[0])}

    def written(
        self, fmt: str, pick: str = "best", minimize: Minimize = "exact", *, trust: bool = False
    ) -> tuple[Exported, tuple[str, ...]]:
        """As `export`, with notes for the user; a mask has nothing to minimize."""
        write = exporter_of(fmt, self.network, self.encoder)
        return write(self.model(pick), self.network, self.space, self.encoder), ()

    def gates(
        self, pick: str = "best", minimize: Minimize = "exact", *, trust: bool = False
    ) -> tuple[Circuit, tuple[str, ...]]:
        """The pruned network as gates.

        Raises:
            ExportError: it is no network of signs on bits with weights of one size, or rounding decides in it.
        """
        if not is_exact(self.network, self.encoder):
            need = "only masks of signs on bits with weights of one size in each layer are circuits"
            raise ExportError(need, where=str(self.run.root))
        return lowered(self.model(pick), self.network, self.space, self.encoder), ()

    def learned_from(self, *, trust: bool = False) -> Learned:
        """The training rows of a network on bits."""
        record = read_run(self.run)
        config = readable_config(self.run, record, trust=trust, refused="--testbench")
        data = load_samples(config.data, config.seed, self.encoder.ends)[0]
        arrays = network_to_arrays(self.network).values()
        weights = sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
        check_rows(self.run, record, replace(data, weights=weights).sha256())
        return Learned(data.train, data.train.inputs == np.float32(self.encoder.ends[1]))

    def words(self, pick: str = "best") -> str:
        """What each layer keeps."""
        return "\n".join(layer_lines(self.model(pick).genes, self.space)) + "\n"

    def header(self) -> list[str]:
        """Column names of a file of predictions."""
        return [f"predicted_{self.task.outputs[0]}"]

    def _judge(self, model: MaskModel) -> MaskEvaluator:
        return MaskEvaluator(self.network.scaled(model.scale), self.space)


def _network(run: RunDir, spec: NetworkSpec) -> Network | None:
    """The network that the run directory keeps, if it does."""
    if spec.weights != "file":
        return None
    content = run.read_bytes(WEIGHTS, limit=LARGEST_WEIGHTS)
    return network_from_bytes(content, spec.activation, where=run.where(WEIGHTS))
