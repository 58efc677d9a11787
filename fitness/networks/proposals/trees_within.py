"""Trees within limits of gates and depth: tests must be worth more and more until what is left fits.

Source: Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees" (1984), chapter 3: pruning by error
and a price for every test, here on the rows that prune.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fitness.kernels.networks.trees import HIGH, LEAF, LOW, TEST
from fitness.networks.pool import Pool
from fitness.networks.proposals.trees import Tree, folded
from genomes.circuits.builder import Builder
from genomes.circuits.graph import FALSE
from genomes.networks.lower import circuit_size, lower
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace
from genomes.networks.units import AND, MUX, XOR


def priced(tree: Tree, price: int) -> Tree:
    """Cut back where a subtree saves no more wrong rows (their weight) than `price` a test."""
    nodes, cost = tree.nodes.copy(), dict[int, int]()
    for node in reversed(tree.reached()):
        cost[node] = int(tree.judged[node, 1 - tree.values[node]])
        if nodes[node, TEST] == LEAF:
            continue
        below = price + sum(cost[child] for child in nodes[node, LOW : HIGH + 1].tolist())
        if cost[node] <= below:
            nodes[node, TEST] = LEAF
        else:
            cost[node] = below
    cut = replace(tree, nodes=nodes)
    tests = sum(nodes[node, TEST] != LEAF for node in cut.reached())
    return replace(cut, wrong=int(cost[0] - price * tests))


def within(pool: Pool, tree: Tree, signals: Sequence[int], space: NetworkSpace) -> Tree:
    """The tree, cut back at the least price (of powers of two) at which it keeps the limits of `space`.

    signals: the pool's node of each signal.
    """
    tests = sorted({int(tree.nodes[node, TEST]) for node in tree.reached()} - {LEAF})
    network = pool.network([Head.of(2 * signals[test]) for test in tests])
    if space.depth_limit is None and _most(network) + 3 * len(tree.reached()) // 2 <= space.gate_limit:
        return tree
    build = Builder(pool.n_inputs)
    lowered = lower(network, build, range(2, 2 * pool.first, 2))
    reads = [FALSE] * len(signals)
    for test, head in zip(tests, lowered.heads, strict=True):
        reads[test] = head.literal
    graph, cut, price = build.graph(), tree, 1
    while cut.nodes[0, TEST] != LEAF:
        upon = Builder.upon(graph)
        root = folded(cut, reads, upon.mux)
        gates, depth = circuit_size(upon.graph().cleaned([root])[0])
        if space.holds(gates, depth):
            break
        cut, price = priced(tree, price), 2 * price
    return cut


def _most(network: Network) -> int:
    """Gates that the units of a network take at most; more than any limit where that is not simple to say."""
    if any(unit.kind not in (AND, XOR, MUX) for unit in network.units):
        return 1 << 62
    return sum(3 if unit.kind == MUX else 3 * (len(unit.literals) - 1) for unit in network.units)
