"""Decision trees over signals of a pool: grown on some rows, cut back on others, and units of their tests.

Source: Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees" (1984); Quinlan, "Simplifying
Decision Trees" (1987), section 2.2 for pruning by the errors on other rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.networks.trees import HIGH, LEAF, LOW, PARENT, TEST, cut_back, grow, pour, spread
from fitness.networks.pool import Pool
from fitness.networks.target import Rows, Target
from genomes.circuits.graph import FALSE, TRUE

#: Tests on a path where nobody says how many.
DEEPEST = 64


class Held:
    """Signals of some rows as bytes, a line per row; signals are added and dropped at the end.

    nodes: the pool's node of each signal; bytes: int8[rows, >= signals], -1 where a signal holds.
    """

    def __init__(self, pool: Pool, nodes: Sequence[int], rows: Rows, room: int = 0) -> None:
        self.rows = np.ascontiguousarray(rows, dtype=np.int64)
        self.nodes: list[int] = []
        self.bytes = np.zeros((len(rows), len(nodes) + room), dtype=np.int8)
        self.add(pool, nodes)

    def add(self, pool: Pool, nodes: Sequence[int]) -> None:
        """More signals, at most as many as there is room for."""
        spread(pool.columns[np.array(nodes, dtype=np.int64)], self.rows, self.bytes, len(self.nodes))
        self.nodes.extend(nodes)

    def keep(self, kept: Sequence[int]) -> None:
        """Only the signals at these ascending places stay."""
        self.bytes[:, : len(kept)] = self.bytes[:, np.array(kept, dtype=np.int64)]
        self.nodes = [self.nodes[place] for place in kept]


@dataclass(frozen=True)
class Tree:
    """nodes: int32[n, 4] and sums: int64[n, 2], see `fitness.kernels.networks.trees`; values: int8[n], what each node
    would say as a leaf; judged: sums of the rows that prune (of those that grew it where there are none); wrong: the
    weight of those that the tree gets wrong. Behind a leaf may be nodes that nothing reaches any more."""

    nodes: NDArray[np.int32]
    sums: NDArray[np.int64]
    values: NDArray[np.int8]
    judged: NDArray[np.int64]
    wrong: int = 0

    def reached(self) -> list[int]:
        """The nodes of the tree, parents first."""
        found = [0]
        for node in found:
            if self.nodes[node, TEST] != LEAF:
                found.extend(self.nodes[node, LOW : HIGH + 1].tolist())
        return found


def grown(held: Held, target: Target, deepest: int = DEEPEST, least: int = 1) -> Tree:
    """A gini tree on the rows of `held`, not pruned; equal weights in a leaf say what its parent says."""
    wanted, weights = target.wanted[held.rows], target.weights[held.rows]
    order = np.argsort(wanted, kind="stable").astype(np.int64)
    nodes = np.empty((max(1, 2 * len(order)), 4), dtype=np.int32)
    sums = np.zeros((len(nodes), 2), dtype=np.int64)
    plain = weights if len(weights) and (weights != 1).any() else weights[:0]
    n_negative = len(wanted) - int(wanted.sum())
    n = grow(held.bytes, len(held.nodes), plain, order, n_negative, deepest, max(1, least), nodes, sums)
    nodes, sums = nodes[:n].copy(), sums[:n].copy()
    return Tree(nodes, sums, _values(nodes, sums), np.zeros_like(sums))


def pruned(tree: Tree, held: Held, target: Target) -> Tree:
    """Cut back on the rows of `held`; without rows only where both leaves of a test say the same."""
    nodes = tree.nodes.copy()
    sums = np.zeros_like(tree.sums) if len(held.rows) else tree.sums.copy()
    pour(held.bytes, target.weights[held.rows], target.wanted[held.rows], nodes, sums)
    return Tree(nodes, tree.sums, tree.values, sums, int(cut_back(nodes, tree.values, sums)))


def folded(tree: Tree, reads: Sequence[int], mux: Callable[[int, int, int], int]) -> int:
    """The literal of a tree, built from its leaves up by `mux(condition, then, otherwise)`.

    reads: the literal of each signal.
    """
    literals: dict[int, int] = {}
    for node in reversed(tree.reached()):
        test, low, high = tree.nodes[node, : HIGH + 1].tolist()
        if test == LEAF:
            literals[node] = TRUE if tree.values[node] else FALSE
        else:
            literals[node] = mux(reads[test], literals[high], literals[low])
    return literals[0]


def literal_of(pool: Pool, tree: Tree, signals: Sequence[int]) -> int:
    """The tree as units of the pool, a MUX for each test; signals: the pool's node of each signal."""
    return folded(tree, [2 * node for node in signals], pool.mux)


def input_nodes(pool: Pool) -> list[int]:
    """The nodes of a pool's inputs."""
    return list(range(1, pool.first))


def nodes_of(pool: Pool, literals: Sequence[int] | None) -> list[int]:
    """The node of each signal once, without constants, in their order; of the inputs where none are named."""
    if literals is None:
        return input_nodes(pool)
    return list(dict.fromkeys(literal >> 1 for literal in literals if literal >> 1))


def tree(
    pool: Pool, target: Target, signals: Sequence[int] | None = None, deepest: int = DEEPEST, least: int = 1
) -> int:
    """The literal of a tree grown and cut back on the rows that the target names for it.

    signals: literals that may be tested, the inputs where None; deepest: most tests on a path; least: the least weight
    of a leaf.
    """
    nodes = nodes_of(pool, signals)
    full = grown(Held(pool, nodes, target.grow), target, deepest, least)
    return literal_of(pool, pruned(full, Held(pool, nodes, target.prune), target), nodes)


def _values(nodes: NDArray[np.int32], sums: NDArray[np.int64]) -> NDArray[np.int8]:
    values = (sums[:, 1] > sums[:, 0]).astype(np.int8)
    for node in np.flatnonzero(sums[:, 0] == sums[:, 1]).tolist():  # parents come first
        values[node] = values[nodes[node, PARENT]] if node else 0
    return values
