"""Units from the fringe of trees: what a tree tests last, next to its leaves, becomes one signal for the next tree.

Source: Pagallo and Haussler, "Boolean Feature Discovery in Empirical Learning" (Machine Learning 5, 1990), section 5,
here with XOR and MUX beside AND. A target such as (a AND b) OR (c AND d) makes a tree repeat the test of c and d below
every way on which a AND b fails; with the pair as one signal the tree shrinks, and its new fringe says more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fitness.kernels.networks.trees import HIGH, LEAF, LOW, TEST
from fitness.networks.pool import Pool
from fitness.networks.proposals.trees import Held, Tree, grown, literal_of, nodes_of, pruned
from fitness.networks.proposals.trees_within import within
from fitness.networks.target import Target
from genomes.deadline import look
from genomes.networks.space import NetworkSpace
from genomes.networks.units import AND, MUX, XOR

#: Units beside the signals that were there from the start, and units that a round adds, at most.
MOST_UNITS, MOST_NEW = 200, 48
Proposal = tuple[int, tuple[int, ...]]


@dataclass(frozen=True)
class Member:
    """A tree as a literal of the pool, and the literals of the units that it may be worth to try elsewhere."""

    literal: int
    units: list[int]


def fringe(
    pool: Pool,
    target: Target,
    rng: np.random.Generator,
    rounds: int = 16,
    patience: int = 5,
    signals: Sequence[int] | None = None,
    space: NetworkSpace | None = None,
) -> int:
    """The literal of the best tree of up to `rounds` on the inputs and the units of all trees before.

    patience: rounds in a row that may gain nothing on the rows that prune; signals: literals (units of a parent) that
    are offered beside the inputs from the start; space: whose limits of gates and depth the tree keeps, alone. Units
    stay in the pool.
    """
    return member(pool, target, rng, rounds, patience, signals, space).literal


def member(
    pool: Pool,
    target: Target,
    rng: np.random.Generator,
    rounds: int = 16,
    patience: int = 5,
    signals: Sequence[int] | None = None,
    space: NetworkSpace | None = None,
) -> Member:
    """`fringe`, and the units that its best tree reads."""
    nodes = nodes_of(pool, [*range(2, 2 * pool.first, 2), *(signals or ())])
    first, room = len(nodes), MOST_UNITS + MOST_NEW
    grows, prunes = Held(pool, nodes, target.grow, room), Held(pool, nodes, target.prune, room)
    best, waited = _Best(), 0
    for _ in range(max(1, rounds)):
        look()
        tree = pruned(grown(grows, target), prunes, target)
        reached = tree.reached()
        waited = 0 if best.meets(tree, len(reached), grows.nodes) else waited + 1
        if waited >= patience or tree.nodes[0, TEST] == LEAF:
            break
        new = _added(pool, proposed(tree, reached, grows.nodes), set(grows.nodes), rng)
        if not new:
            break
        kept = _kept(tree, reached, len(grows.nodes), first, len(new))
        for held in (grows, prunes):
            held.keep(kept)
            held.add(pool, new)
    return best.member(pool, space)


class _Best:
    """The best tree so far: least wrong on the rows that prune, then the smallest, then the first."""

    def __init__(self) -> None:
        self._tree: Tree | None = None
        self._size, self._signals = 0, list[int]()

    def meets(self, tree: Tree, size: int, signals: list[int]) -> bool:
        """See another tree over the pool's nodes `signals`; returns whether it is less often wrong than all before."""
        before = self._tree
        if before is None or (tree.wrong, size) < (before.wrong, self._size):
            self._tree, self._size, self._signals = tree, size, list(signals)
        return before is None or tree.wrong < before.wrong

    def member(self, pool: Pool, space: NetworkSpace | None) -> Member:
        assert self._tree is not None
        tree = self._tree if space is None else within(pool, self._tree, self._signals, space)
        tested = sorted({self._signals[test] for test in tree.nodes[tree.reached(), TEST].tolist() if test != LEAF})
        return Member(literal_of(pool, tree, self._signals), [2 * node for node in tested if node >= pool.first])


def proposed(tree: Tree, reached: Sequence[int], signals: Sequence[int]) -> Counter[Proposal]:
    """Units for every test next to a leaf and the test above it, and the weight of the rows that come there."""
    found = Counter[Proposal]()
    nodes = tree.nodes.tolist()
    for node in reached[1:]:
        test, low, high, parent = nodes[node]
        if test == LEAF or (nodes[low][TEST] != LEAF and nodes[high][TEST] != LEAF):
            continue
        here, above, weight = 2 * signals[test], 2 * signals[nodes[parent][TEST]], int(tree.sums[node].sum())
        is_high = nodes[parent][HIGH] == node
        way = above if is_high else above ^ 1
        sibling = nodes[nodes[parent][LOW if is_high else HIGH]][TEST]
        for proposal in ((AND, (way, here)), (AND, (way, here ^ 1)), (XOR, (above, here))):
            found[proposal] += weight
        if sibling != LEAF:
            there = 2 * signals[sibling]
            found[MUX, (above, here, there) if is_high else (above, there, here)] += weight
    return found


def _added(pool: Pool, found: Counter[Proposal], known: set[int], rng: np.random.Generator) -> list[int]:
    """The nodes of the heaviest proposals that are new signals; equally heavy ones come in random order."""
    proposals, new = list(found.items()), list[int]()
    for place in sorted(rng.permutation(len(proposals)).tolist(), key=lambda place: -proposals[place][1]):
        node = pool.add(*proposals[place][0]) >> 1
        if node and node not in known:
            known.add(node)
            new.append(node)
            if len(new) == MOST_NEW:
                break
    return new


def _kept(tree: Tree, reached: Sequence[int], n: int, first: int, n_new: int) -> list[int]:
    """The places of the signals that stay: what was there from the start, and units while there is room.

    The units that the tree tests least go first, of equal ones the older.
    """
    weights = np.zeros(n, dtype=np.int64)
    for node in reached:
        if tree.nodes[node, TEST] != LEAF:
            weights[tree.nodes[node, TEST]] += tree.sums[node].sum()
    room = MOST_UNITS + MOST_NEW - n_new
    by_use = sorted(range(first, n), key=lambda place: (-weights[place], -place))
    return [*range(first), *sorted(by_use[:room])]
