"""The model as an and-inverter graph in AIGER 1.9's two forms: ASCII ``aag`` to read, binary ``aig`` as abc takes it.

Biere, Heljanko, Wieringa: AIGER 1.9 and beyond (2011). A variable v has the literals 2v and 2v + 1 (inverted), 0 and 1
are the constants. Inputs come first, every gate has a number greater than what it reads, so the binary form can leave
the numbers out and code the differences. Gates of several operands become balanced trees, equal gates one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from evo.export.circuit import Circuit, Gate
from evo.export.decide import decided
from evo.export.names import header, input_names, legend, output_names


@dataclass(slots=True)
class Aig:
    """An and-inverter graph under construction: `ands` are (left, right) literals, left >= right."""

    n_inputs: int
    ands: list[tuple[int, int]] = field(default_factory=list)
    known: dict[tuple[int, int], int] = field(default_factory=dict)

    def both(self, a: int, b: int) -> int:
        """The literal of a AND b."""
        left, right = max(a, b), min(a, b)
        if right == 0 or left == right ^ 1:
            return 0
        if right in (1, left):
            return left
        if (left, right) not in self.known:
            self.ands.append((left, right))
            self.known[left, right] = 2 * (self.n_inputs + len(self.ands))
        return self.known[left, right]

    def gate(self, gate: Gate, fanin: list[int]) -> int:
        """The literal of a gate whose operands are `fanin`."""
        if gate.op == "xor":
            a, b = fanin
            return self.both(self.both(a, b ^ 1) ^ 1, self.both(a ^ 1, b) ^ 1) ^ 1
        invert = int(gate.op == "or")
        return self._all([literal ^ invert for literal in fanin]) ^ invert

    def _all(self, literals: list[int]) -> int:
        while len(literals) > 1:
            pairs = [self.both(*literals[i : i + 2]) for i in range(0, len(literals) - 1, 2)]
            literals = pairs + (literals[-1:] if len(literals) % 2 else [])
        return literals[0] if literals else 1

    @property
    def levels(self) -> list[int]:
        """The depth of every variable, the constant being variable 0."""
        depth = [0] * (self.n_inputs + 1)
        for left, right in self.ands:
            depth.append(1 + max(depth[left >> 1], depth[right >> 1]))
        return depth


def graph(network: Circuit) -> tuple[Aig, list[int]]:
    """The and-inverter graph of a network that is decided, and the literals of its outputs."""
    aig = Aig(network.n_inputs)
    literals = {node: 2 * node for node in range(1, network.n_inputs + 1)}

    def of(literal: int) -> int:
        return literals[abs(literal)] ^ int(literal < 0)

    for node, gate in network.numbered():
        literals[node] = aig.gate(gate, [of(literal) for literal in gate.fanin])
    return aig, [of(literal) for literal in network.outputs]


def to_aag(network: Circuit) -> str:
    """The ASCII form with a symbol table; outputs as in the Verilog export."""
    aig, outputs = graph(decided(network))
    lines = [_head("aag", aig, outputs), *(str(2 * v) for v in range(1, aig.n_inputs + 1)), *map(str, outputs)]
    first = aig.n_inputs + 1
    lines += [f"{2 * v} {left} {right}" for v, (left, right) in enumerate(aig.ands, start=first)]
    return "\n".join(lines) + "\n" + _symbols(network)


def to_aig(network: Circuit) -> bytes:
    """The binary form with the same symbol table."""
    aig, outputs = graph(decided(network))
    text = "\n".join([_head("aig", aig, outputs), *map(str, outputs)]) + "\n"
    coded = bytearray()
    for v, (left, right) in enumerate(aig.ands, start=aig.n_inputs + 1):
        coded += _varint(2 * v - left) + _varint(left - right)
    return text.encode() + bytes(coded) + _symbols(network).encode()


def _head(form: str, aig: Aig, outputs: list[int]) -> str:
    return f"{form} {aig.n_inputs + len(aig.ands)} {aig.n_inputs} 0 {len(outputs)} {len(aig.ands)}"


def _symbols(network: Circuit) -> str:
    inputs = input_names(network)
    lines = [f"i{i} {name}" for i, name in enumerate(inputs)]
    lines += [f"o{o} {name}" for o, name in enumerate(output_names(network, inputs))]
    return "\n".join([*lines, "c", *header(network, ""), *legend(network, inputs, "")]) + "\n"


def _varint(value: int) -> bytes:
    """Seven bits to a byte, the lowest first; the top bit says that more follow."""
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
