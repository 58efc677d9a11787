"""The config of a search for composed networks."""

from __future__ import annotations

from dataclasses import dataclass, field

from evo.config.schema import CheckpointSpec, RunConfig
from evo.search.network_spec import NetworkLocalSpec, NetworkSearchSpec, NetworkStopSpec
from fitness.data.pictures.spec import PictureDataSpec
from fitness.networks.spec import NetworkFitnessSpec
from genomes.bounds import Count
from genomes.networks.spec import NetworkGenomeSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkCheckpointSpec(CheckpointSpec):
    """When the state is written, and how many states are kept."""

    every: Count = 1
    """Generations between checkpoints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig(RunConfig):
    """One run that searches for networks, completely described."""

    data: PictureDataSpec
    """Where the rows come from."""
    genome: NetworkGenomeSpec = field(default_factory=NetworkGenomeSpec)
    """What is evolved."""
    fitness: NetworkFitnessSpec = field(default_factory=NetworkFitnessSpec)
    """What is optimised."""
    search: NetworkSearchSpec = field(default_factory=NetworkSearchSpec)
    """How candidates are proposed and kept."""
    local: NetworkLocalSpec = field(default_factory=NetworkLocalSpec)
    """How offspring are improved before they compete."""
    stop: NetworkStopSpec = field(default_factory=NetworkStopSpec)
    """When the run ends."""
    checkpoint: NetworkCheckpointSpec = field(default_factory=NetworkCheckpointSpec)
    """When the state is written."""
