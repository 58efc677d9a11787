"""Programs of many gates in C as functions of some hundred gates each, which a compiler takes in seconds.

A compiler's time grows much faster than the length of a function. So gates are cut into parts, in their order; what one
part makes and another reads lies in a slot of an array in between, and a slot is used again when its value is not
needed any more. Inputs have the first slots, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from evo.export.gates import Gate, Gates, Op
from evo.export.literals import Literals, joined

#: Gates from which on programs are cut, gates of a part, and tests of a part, where there are more.
MANY, PART, TESTS = 1_000, 400, 200
#: A function that a compiler does not make a part of another.
APART = (
    "#if defined(__GNUC__)",
    "#define EVO_APART static __attribute__((noinline))",
    "#else",
    "#define EVO_APART static",
    "#endif",
)


@dataclass(frozen=True, slots=True)
class Parts:
    """parts: gates with their nodes; slots: of inputs and of gates that other parts read; n_slots: in all."""

    parts: tuple[tuple[tuple[int, Gate], ...], ...]
    slots: Mapping[int, int]
    n_slots: int


def parts_of(gates: Gates) -> Parts:
    """Gates in parts of `PART`; what outputs and scores read keeps its slot to the end."""
    numbered = gates.numbered()
    parts = tuple(tuple(numbered[start : start + PART]) for start in range(0, len(numbered), PART))
    last = _last_readers(gates, parts)
    slots, n_slots, free = {node: node - 1 for node in range(1, gates.n_inputs + 1)}, gates.n_inputs, list[int]()
    ends: list[list[int]] = [[] for _ in parts]
    for number, part in enumerate(parts):
        for node, _ in part:
            if last.get(node, number) > number:
                if free:
                    slots[node] = heappop(free)
                else:
                    slots[node], n_slots = n_slots, n_slots + 1
                if last[node] < len(parts):
                    ends[last[node]].append(slots[node])
        for slot in ends[number]:
            heappush(free, slot)
    return Parts(parts, slots, n_slots)


def _last_readers(gates: Gates, parts: tuple[tuple[tuple[int, Gate], ...], ...]) -> dict[int, int]:
    """The last part that reads each node; one beyond all where outputs or scores do."""
    last: dict[int, int] = {}
    for number, part in enumerate(parts):
        for _, gate in part:
            for literal in gate.fanin:
                last[literal >> 1] = number
    roots = [*gates.outputs, *(literal for score in gates.scores for literal, _ in score.votes)]
    return last | {root >> 1: len(parts) for root in roots}


def part_lines(
    parts: Parts,
    number: int,
    kind: str,
    cell: Callable[[int], str],
    marks: tuple[str, Mapping[Op, str], str],
    indent: str,
) -> list[str]:
    """The statements of one part.

    kind: what values are declared as; cell: the text of a slot; marks: of a complement, of operators, and the true.
    """
    inverted, joints, true = marks
    lines: list[str] = []
    literals = Literals({}, inverted)
    for node, gate in parts.parts[number]:
        for literal in gate.fanin:
            read = literal >> 1
            if read not in literals.names:
                literals.names[read] = f"n{read}"
                lines.append(f"{indent}const {kind} n{read} = {cell(parts.slots[read])};")
        literals.names[node] = f"n{node}"
        lines.append(f"{indent}const {kind} n{node} = {joined(gate, literals, joints, true)};")
        if node in parts.slots:
            lines.append(f"{indent}{cell(parts.slots[node])} = n{node};")
    return lines
