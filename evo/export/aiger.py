"""The model as an and-inverter graph in AIGER 1.9's two forms: ASCII ``aag`` to read, binary ``aig`` as abc takes it.

Biere, Heljanko, Wieringa: AIGER 1.9 and beyond (2011). Its literals are those of genomes/circuits/graph.py. Inputs come
first, every gate has a number greater than what it reads, so the binary form can leave the numbers out and code the
differences.
"""

from __future__ import annotations

from dataclasses import replace

from evo.export.circuit import Circuit
from evo.export.decide import decided
from evo.export.names import header
from evo.export.ports import input_names, legend, output_names, wired
from genomes.circuits.builder import Builder
from genomes.circuits.graph import FALSE, XOR, moved


def and_inverters(circuit: Circuit) -> Circuit:
    """The same predictions from ANDs alone."""
    circuit = decided(wired(circuit))
    build = Builder(circuit.n_inputs)
    literals = [FALSE, *circuit.graph.inputs()]
    for _, op, left, right in circuit.graph.gates():
        a, b = moved(literals, left), moved(literals, right)
        both = build.both(a, b)
        literals.append(build.both(both ^ 1, build.either(a, b)) if op == XOR else both)
    outputs = tuple(moved(literals, literal) for literal in circuit.outputs)
    return replace(circuit, graph=build.graph(), outputs=outputs, parts=()).cleaned()


def to_aag(circuit: Circuit) -> str:
    """The ASCII form with a symbol table; outputs as in the Verilog export."""
    aig = and_inverters(circuit)
    lines = [_head("aag", aig), *map(str, aig.graph.inputs()), *map(str, aig.outputs)]
    lines += [f"{2 * node} {right} {left}" for node, _, left, right in aig.graph.gates()]
    return "\n".join(lines) + "\n" + _symbols(circuit)


def to_aig(circuit: Circuit) -> bytes:
    """The binary form with the same symbol table."""
    aig = and_inverters(circuit)
    text = "\n".join([_head("aig", aig), *map(str, aig.outputs)]) + "\n"
    coded = bytearray()
    for node, _, left, right in aig.graph.gates():
        coded += _varint(2 * node - right) + _varint(right - left)
    return text.encode() + bytes(coded) + _symbols(circuit).encode()


def _head(form: str, aig: Circuit) -> str:
    gates = len(aig.graph)
    return f"{form} {aig.n_inputs + gates} {aig.n_inputs} 0 {len(aig.outputs)} {gates}"


def _symbols(circuit: Circuit) -> str:
    circuit = wired(circuit)
    inputs = input_names(circuit)
    lines = [f"i{i} {name}" for i, name in enumerate(inputs)]
    lines += [f"o{o} {name}" for o, name in enumerate(output_names(circuit, inputs))]
    return "\n".join([*lines, "c", *header(circuit, ""), *legend(circuit, inputs, "")]) + "\n"


def _varint(value: int) -> bytes:
    """Seven bits to a byte, the lowest first; the top bit says that more follow."""
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
