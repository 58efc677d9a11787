"""Common parts of gates computed once: fewer operations for programs that run every gate.

The idea. Terms over the same bits often have two literals in common. The pair that the most gates share becomes a gate
of its own, which those gates read instead, and so on until no pair is shared (the greedy extraction of common cubes of
multi-level synthesis, Brayton et al. 1987, restricted to cubes of two). Every extraction for k gates saves k - 1
operations. AND and OR are treated alike; the function is the same for all inputs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import combinations

from evo.export.gates import Gate, Gates, Op
from genomes.circuits.graph import moved

#: Pairs of literals that are counted at most; larger circuits stay as they are.
MOST_PAIRS = 1_000_000

Pair = tuple[int, int]


def shared(gates: Gates) -> Gates:
    """The same gates with common pairs of operands extracted."""
    fanins = [set(gate.fanin) for gate in gates.gates]
    if sum(len(fanin) ** 2 // 2 for fanin in fanins) > MOST_PAIRS:
        return gates
    first = gates.n_inputs + len(fanins) + 1
    extracted: list[tuple[Op, Pair]] = []
    for op in ("and", "or"):
        rows = [row for row, gate in enumerate(gates.gates) if gate.op == op and len(gate.fanin) > 2]
        for pair in _extracted(fanins, rows, first + len(extracted)):
            extracted.append((op, pair))
    return _ordered(gates, fanins, extracted)


def _extracted(gates: list[set[int]], rows: list[int], node: int) -> Iterator[Pair]:
    """Pairs taken out of the gates `rows`, in place, the most common first; the k-th becomes node + k."""
    counts = Counter(pair for row in rows for pair in combinations(sorted(gates[row]), 2))
    readers: dict[int, set[int]] = {}
    for row in rows:
        for literal in gates[row]:
            readers.setdefault(literal, set()).add(row)
    heap = [(-times, pair) for pair, times in counts.items() if times > 1]
    heapify(heap)
    while heap:
        times, pair = heappop(heap)
        if -times != counts[pair]:  # it has become rarer since: its turn comes later
            if counts[pair] > 1:
                heappush(heap, (-counts[pair], pair))
            continue
        changed = Counter[Pair]()
        both = readers[pair[0]] & readers[pair[1]]
        for row in both:
            _replace(gates[row], pair, 2 * node, counts, changed)
        for literal in pair:
            readers[literal] -= both
        readers[2 * node] = both
        counts.update(changed)
        for new, count in changed.items():
            if count > 1:
                heappush(heap, (-count, new))
        yield pair
        node += 1


def _replace(fanin: set[int], pair: Pair, whole: int, counts: Counter[Pair], changed: Counter[Pair]) -> None:
    """One gate reads `whole` instead of the two literals; `counts` loses its old pairs, `changed` gets the new ones."""
    fanin.difference_update(pair)
    counts[pair] -= 1
    for other in fanin:
        for literal in pair:
            counts[min(literal, other), max(literal, other)] -= 1
        changed[min(whole, other), max(whole, other)] += 1
    fanin.add(whole)


def _ordered(gates: Gates, fanins: list[set[int]], extracted: list[tuple[Op, Pair]]) -> Gates:
    """All gates with final nodes, each after what it reads; what is left with one operand is that operand."""
    first = gates.n_inputs + len(fanins) + 1
    wanted = {first + k: Gate(op, pair) for k, (op, pair) in enumerate(extracted)}
    for (node, gate), operands in zip(gates.numbered(), fanins, strict=True):
        wanted[node] = Gate(gate.op, tuple(sorted(operands)))
    literals = {node: 2 * node for node in range(1, gates.n_inputs + 1)}
    done: list[Gate] = []
    stack = [node for node, _ in reversed(gates.numbered())]
    while stack:
        gate = wanted[stack[-1]]
        missing = [literal >> 1 for literal in gate.fanin if literal >> 1 not in literals]
        stack += missing
        if missing or (node := stack.pop()) in literals:
            continue
        fanin = tuple(moved(literals, literal) for literal in gate.fanin)
        if len(fanin) != 1:
            done.append(Gate(gate.op, fanin))
        literals[node] = fanin[0] if len(fanin) == 1 else 2 * (gates.n_inputs + len(done))
    outputs = tuple(moved(literals, literal) for literal in gates.outputs)
    return Gates(gates.n_inputs, tuple(done), outputs, tuple(score.moved(literals) for score in gates.scores))
