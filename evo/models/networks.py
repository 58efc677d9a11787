"""A learned network as it is stored, shown and exported: units over inputs and earlier units, and heads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from evo.models.learned import Predict
from fitness.data.dataset import Task
from fitness.networks.evaluator import space_of
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Network
from genomes.networks.units import AND


@dataclass(frozen=True, slots=True)
class NetworkModel:
    """One network; inputs are the bits of the data, numbered from 1, and unit k is the node `first` + k."""

    id: str
    network: Network
    n_inputs: int

    @property
    def first(self) -> int:
        """The node of the first unit."""
        return self.n_inputs + 1

    @property
    def used(self) -> list[int]:
        """Numbers of the inputs that it reads, ascending from 1."""
        return sorted({literal >> 1 for literal in self.read() if 0 < literal >> 1 < self.first})

    def read(self) -> Iterator[int]:
        """Every literal that a unit or a head reads."""
        yield from self.network.literals.tolist()
        yield from self.network.head_literals.tolist()

    def readers(self) -> list[int]:
        """Per unit, how many units and heads read it."""
        counts = [0] * len(self.network)
        sets = [unit.literals for unit in self.network.units]
        sets += [tuple(literal for literal, _ in head.votes) for head in self.network.heads]
        for literals in sets:
            for node in {literal >> 1 for literal in literals}:
                if node >= self.first:
                    counts[node - self.first] += 1
        return counts

    def batch(self) -> NetworkBatch:
        """The network as a batch of one, ready for an evaluator."""
        return NetworkBatch((self.network,))

    def predictor(self, task: Task) -> Predict:
        """What predicts packed rows."""
        from fitness.networks.population import predictor  # noqa: PLC0415 - kernels load when they are needed

        return predictor(self.network, space_of(task, self.n_inputs))

    def cut_down(self) -> NetworkModel:
        """The same network on the inputs that it reads alone."""
        used, network = self.used, self.network
        moved = np.arange(self.first + len(network), dtype=np.int32) - (self.n_inputs - len(used))
        moved[0], moved[used] = 0, np.arange(1, len(used) + 1)
        literals, heads = (2 * moved[read >> 1] + (read & 1) for read in (network.literals, network.head_literals))
        return replace(self, network=replace(network, literals=literals, head_literals=heads), n_inputs=len(used))


def shown_as_or(network: Network, first: int) -> list[bool]:
    """Per unit, whether people see an OR, which is the complement of the unit: an AND of complements in the main.

    first: the node of the first unit. What reads such a unit reads the other sign, so the signs of ANDs that read it
    change with it.
    """
    flipped: list[bool] = []
    for unit in network.units:
        signs = [literal & 1 ^ (literal >> 1 >= first and flipped[(literal >> 1) - first]) for literal in unit.literals]
        flipped.append(unit.kind == AND and 2 * sum(signs) > len(signs))
    return flipped
