"""What an operator works with: a pool of signals over the training rows, targets, parents, and a stream."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fitness.networks.pool import Pool
from fitness.networks.problem import NetworkProblem
from fitness.networks.target import Target
from genomes.networks import units as kinds
from genomes.networks.assembler import moved_head
from genomes.networks.network import Head, Network

#: Units of parents that operators are offered, at most.
MOST_SIGNALS = 250


@dataclass(frozen=True)
class Bench:
    """problem: what is learned; parents: two networks; rng: all draws of one task; moves: of a descent, at most."""

    problem: NetworkProblem
    parents: tuple[Network, ...]
    rng: np.random.Generator
    moves: int = 0

    @cached_property
    def pool(self) -> Pool:
        """Signals of the training rows."""
        split = self.problem.train.split
        return Pool(split.inputs, split.n_rows)

    @cached_property
    def nodes(self) -> list[list[int]]:
        """Per parent the literals of its nodes in the pool."""
        return [self.pool.copied(parent) for parent in self.parents]

    @cached_property
    def heads(self) -> list[list[Head]]:
        """Per parent its heads, over literals of the pool."""
        return [
            [moved_head(head, nodes) for head in parent.heads]
            for parent, nodes in zip(self.parents, self.nodes, strict=True)
        ]

    @property
    def own_signals(self) -> list[int]:
        """Literals of the first parent's units that further units may read."""
        return self._signals(1)

    @property
    def signals(self) -> list[int]:
        """Literals of the parents' units that further units may read."""
        return self._signals(2)

    def below(self, literal: int) -> list[int]:
        """Literals of the units that a literal of the pool depends on, itself aside: inner nodes of trees come last."""
        units = self.pool.below(literal)
        ranked = sorted(units, key=lambda unit: (self.pool.kind(unit) == kinds.MUX, unit))
        return [unit for unit in ranked if unit != literal & ~1][:MOST_SIGNALS]

    def _signals(self, n_parents: int) -> list[int]:
        """Those of the first parents, at most `MOST_SIGNALS`: the inner nodes of trees come last."""
        ranked: list[tuple[int, int]] = []
        for parent, nodes in zip(self.parents[:n_parents], self.nodes, strict=False):
            units = zip(parent.units, nodes[self.pool.first :], strict=True)
            ranked += [(int(unit.kind == kinds.MUX), literal & ~1) for unit, literal in units]
        known = dict.fromkeys(literal for _, literal in sorted(ranked, key=lambda pair: pair[0]))
        return [literal for literal in known if literal >> 1 >= self.pool.first][:MOST_SIGNALS]

    @cached_property
    def targets(self) -> list[Target]:
        """One per output or class, its rows split by this task's stream."""
        return self.problem.targets(self.rng)

    def network(self, heads: list[Head]) -> Network:
        """What the pool's units make of `heads`."""
        return self.pool.network(heads)
