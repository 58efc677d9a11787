"""The config of a search for masks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Self

from annotated_types import Ge, Le

from evo.config.schema import CheckpointSpec, OutputSpec, RunConfig
from evo.search.mask_spec import MaskLocalSpec, MaskSearchSpec
from evo.search.spec import StopSpec
from fitness.data.spec import BinarizeSpec, DataSpec
from fitness.masks.spec import MaskFitnessSpec
from genomes.bounds import Amount, Count
from genomes.masks.spec import MaskGenomeSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskDataSpec(DataSpec):
    """Where the rows come from."""

    binarize: BinarizeSpec = field(default_factory=lambda: BinarizeSpec(method="none"))
    """How columns become bits; a network takes numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskStopSpec(StopSpec):
    """When a run ends: at the first of these that is reached; null means no such limit."""

    generations: Count | None = 20
    """Generations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskCheckpointSpec(CheckpointSpec):
    """When the state is written, and how many states are kept."""

    every: Count = 1
    """Generations between checkpoints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskOutputSpec(OutputSpec):
    """Where runs are written, and what masks are compared with at the end."""

    controls: Annotated[int, Ge(0), Le(100)] = 3
    """Seeds of every control that the report sets beside the mask; 0 for no controls."""
    control_seconds: Amount | None = None
    """CPU seconds of each control that learns, beside stop.seconds; null: together as many as the search, within it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskConfig(RunConfig):
    """One run that searches for masks, completely described."""

    data: MaskDataSpec
    """Where the rows come from."""
    genome: MaskGenomeSpec = field(default_factory=MaskGenomeSpec)
    """What is evolved."""
    fitness: MaskFitnessSpec = field(default_factory=MaskFitnessSpec)
    """What is optimised."""
    search: MaskSearchSpec = field(default_factory=MaskSearchSpec)
    """How candidates are proposed and kept."""
    local: MaskLocalSpec = field(default_factory=MaskLocalSpec)
    """How offspring are improved before they compete."""
    stop: MaskStopSpec = field(default_factory=MaskStopSpec)
    """When the run ends."""
    checkpoint: MaskCheckpointSpec = field(default_factory=MaskCheckpointSpec)
    """When the state is written."""
    output: MaskOutputSpec = field(default_factory=MaskOutputSpec)
    """Where runs are written, and what masks are compared with at the end."""

    def files(self) -> Mapping[str, str | None]:
        """Those of the data, and the weights."""
        return {**RunConfig.files(self), "genome.network.path": self.genome.network.path}

    def with_files(self, change: Callable[[str | None], str | None]) -> Self:
        """The config with every path of `files` changed."""
        changed, network = RunConfig.with_files(self, change), self.genome.network
        genome = replace(self.genome, network=replace(network, path=change(network.path)))
        return replace(changed, genome=genome)
