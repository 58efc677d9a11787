"""Common parts of gates computed once: fewer operations for programs that run every gate.

The idea. Terms over the same bits often have two literals in common. The pair that the most gates share becomes a gate
of its own, which those gates read instead, and so on until no pair is shared (the greedy extraction of common cubes of
multi-level synthesis, Brayton et al. 1987, restricted to cubes of two). Every extraction for k gates saves k - 1
operations. AND and OR are treated alike; the function is the same for all inputs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from heapq import heapify, heappop, heappush
from itertools import combinations

from evo.export.circuit import Circuit, Gate, Op, renumbered

#: Pairs of literals that are counted at most; larger networks stay as they are.
MOST_PAIRS = 1_000_000

Pair = tuple[int, int]


def shared(network: Circuit) -> Circuit:
    """The same network with common pairs of operands extracted."""
    gates = [set(gate.fanin) for gate in network.gates]
    if sum(len(fanin) ** 2 // 2 for fanin in gates) > MOST_PAIRS:
        return network
    first = network.n_inputs + len(gates) + 1
    made: list[tuple[Op, Pair]] = []
    for op in ("and", "or"):
        of_op = [row for row, gate in enumerate(network.gates) if gate.op == op and len(gate.fanin) > 2]
        for pair in _extracted(gates, of_op, first + len(made)):
            made.append((op, pair))
    return _ordered(network, gates, made)


def _extracted(gates: list[set[int]], rows: list[int], node: int) -> Iterator[Pair]:
    """Pairs taken out of the gates `rows`, in place, the most common first; the k-th becomes node + k."""
    counts = Counter(pair for row in rows for pair in combinations(sorted(gates[row]), 2))
    heap = [(-times, pair) for pair, times in counts.items() if times > 1]
    heapify(heap)
    while heap:
        times, pair = heappop(heap)
        if -times != counts[pair]:  # it has become rarer since: its turn comes later
            if counts[pair] > 1:
                heappush(heap, (-counts[pair], pair))
            continue
        changed = Counter[Pair]()
        for row in rows:
            if gates[row].issuperset(pair):
                _replace(gates[row], pair, node, counts, changed)
        counts += changed
        for new, found in changed.items():
            if found > 1:
                heappush(heap, (-found, new))
        yield pair
        node += 1


def _replace(fanin: set[int], pair: Pair, node: int, counts: Counter[Pair], changed: Counter[Pair]) -> None:
    """One gate reads `node` instead of the two literals; `counts` loses its old pairs, `changed` gets the new ones."""
    fanin.difference_update(pair)
    counts[pair] -= 1
    for other in fanin:
        for literal in pair:
            counts[min(literal, other), max(literal, other)] -= 1
        changed[min(node, other), max(node, other)] += 1
    fanin.add(node)


def _ordered(network: Circuit, gates: list[set[int]], made: list[tuple[Op, Pair]]) -> Circuit:
    """All gates with final numbers, each after what it reads."""
    first = network.n_inputs + len(gates) + 1
    wanted = {first + k: Gate(op, pair) for k, (op, pair) in enumerate(made)}
    wanted |= {
        node: Gate(gate.op, tuple(sorted(fanin, key=abs))) if fanin != set(gate.fanin) else gate
        for (node, gate), fanin in zip(network.numbered(), gates, strict=True)
    }
    nodes = {node: node for node in range(1, network.n_inputs + 1)}
    done: list[Gate] = []
    for root, _ in network.numbered():
        stack = [root]
        while stack:
            node = stack[-1]
            missing = [abs(f) for f in wanted[node].fanin if abs(f) not in nodes] if node not in nodes else []
            if missing:
                stack += missing
                continue
            stack.pop()
            if node not in nodes:
                gate = wanted[node]
                done.append(Gate(gate.op, tuple(renumbered(nodes, literal) for literal in gate.fanin)))
                nodes[node] = network.n_inputs + len(done)
    outputs = tuple(renumbered(nodes, literal) for literal in network.outputs)
    scores = tuple(score.renumbered(nodes) for score in network.scores)
    return replace(network, gates=tuple(done), outputs=outputs, scores=scores)
