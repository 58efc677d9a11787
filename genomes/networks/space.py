"""The space of networks: what they read and decide, and how large they may be."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from genomes.errors import GenomeError
from genomes.networks.network import Network
from genomes.networks.units import MOST_LITERALS, MOST_WEIGHT, NAMES, fault

#: Units that a network may have at most.
MOST_UNITS = 1 << 20


@dataclass(frozen=True, slots=True)
class NetworkSpace:
    """All networks over `n_inputs` bits.

    n_heads: outputs, or classes where they vote; prior: of classes that vote, the order in which ties are decided,
    empty for outputs; gate_limit: AND gates at most, a XOR counts 3; depth_limit: levels of gates at most, None where
    any depth will do.
    """

    genome: ClassVar[str] = "network"
    n_inputs: int
    n_heads: int
    prior: tuple[int, ...] = ()
    gate_limit: int = 5000
    depth_limit: int | None = None

    @property
    def votes(self) -> bool:
        """Whether classes vote."""
        return bool(self.prior)

    def holds(self, gates: int, depth: int, before: tuple[int, int] = (0, 0)) -> bool:
        """Whether a network of so many gates and levels keeps each limit, or has no more of it than one `before`."""
        flat = self.depth_limit is None or depth <= max(self.depth_limit, before[1])
        return flat and gates <= max(self.gate_limit, before[0])

    @property
    def first(self) -> int:
        """The node of the first unit."""
        return self.n_inputs + 1


def check_network(network: Network, space: NetworkSpace) -> None:
    """Raise GenomeError unless a network is one of `space`; how many gates it takes is not looked at."""
    if not 0 <= len(network) <= MOST_UNITS:
        raise GenomeError(f"expected at most {MOST_UNITS:,} units, got {len(network):,}", where="kinds")
    if len(network.kinds) and not (network.kinds.min() >= 0 and network.kinds.max() < len(NAMES)):
        raise GenomeError(f"expected kinds of units from 0 to {len(NAMES) - 1}", where="kinds")
    if len(network.biases) != space.n_heads:
        raise GenomeError(f"expected {space.n_heads} heads, got {len(network.biases)}", where="biases")
    _check_literals(network, space)
    for number, unit in enumerate(network.units, start=1):
        problem = fault(unit)
        if problem or len(unit.literals) > MOST_LITERALS:
            need = problem or f"at most {MOST_LITERALS:,} literals"
            raise GenomeError(f"unit {number} ({NAMES[unit.kind]}) must have {need}", where="params")
    _check_heads(network, space)


def _check_literals(network: Network, space: NetworkSpace) -> None:
    for number, (start, stop) in enumerate(pairwise(network.starts.tolist())):
        read = network.literals[start:stop]
        if len(read) and not (read.min() >= 0 and read.max() < 2 * (space.first + number)):
            raise GenomeError(f"unit {number + 1} must read inputs and earlier units", where="literals")


def _check_heads(network: Network, space: NetworkSpace) -> None:
    read, most = network.head_literals, 2 * (space.first + len(network))
    if len(read) and not (read.min() >= 0 and read.max() < most):
        raise GenomeError("a head must read inputs and units", where="head_literals")
    weights = (network.head_weights, network.biases)
    if any(len(values) and np.abs(values.astype(np.int64)).max() > MOST_WEIGHT for values in weights):
        raise GenomeError(f"expected weights of at most {MOST_WEIGHT:,}", where="head_weights")
    if space.votes:
        return
    plain = np.diff(network.head_starts) == 1
    if not plain.all() or (network.head_weights != 1).any() or network.biases.any():
        raise GenomeError("the head of an output must be one literal of weight 1", where="head_weights")
