"""The model as a BLIF netlist: one .names table per gate, for abc, yosys, SIS and VTR."""

from __future__ import annotations

from evo.export.circuit import Circuit
from evo.export.decide import decided
from evo.export.gates import Gate, gates_of
from evo.export.names import gate_names, header
from evo.export.ports import bases, input_names, legend, output_names, wired


def to_blif(circuit: Circuit) -> str:
    """`.model evo_model`; inputs and outputs as in the Verilog export."""
    circuit = wired(circuit)
    gates = gates_of(decided(circuit))
    inputs = input_names(circuit)
    outputs = output_names(circuit, inputs)
    name = dict(enumerate(inputs, start=1)) | gate_names(gates, bases((*inputs, *outputs)))
    lines = [*header(circuit, "#"), *legend(circuit, inputs, "#"), f".model {circuit.name}"]
    lines += [_listed(".inputs", inputs), _listed(".outputs", outputs)]
    for node, gate in gates.numbered():
        lines.append(_listed(".names", (*(name[literal >> 1] for literal in gate.fanin), name[node])))
        lines += _table(gate)
    for output, literal in zip(outputs, gates.outputs, strict=True):
        lines += [f".names {name[literal >> 1]} {output}", "0 1" if literal & 1 else "1 1"]
    return "\n".join([*lines, ".end"]) + "\n"


def _listed(keyword: str, names: tuple[str, ...]) -> str:
    """A keyword with its names, folded where the line grows long."""
    lines, line = [], keyword
    for name in names:
        if len(line) + len(name) > 110:
            lines.append(f"{line} \\")
            line = " "
        line += f" {name}"
    return "\n".join([*lines, line])


def _table(gate: Gate) -> list[str]:
    """The rows of inputs for which the gate is 1."""
    wanted = ["0" if literal & 1 else "1" for literal in gate.fanin]
    if gate.op == "and":
        return [f"{''.join(wanted)} 1".strip()]
    if gate.op == "or":
        dashes = "-" * len(wanted)
        return [f"{dashes[:i]}{value}{dashes[i + 1 :]} 1" for i, value in enumerate(wanted)]
    return ["01 1", "10 1"]
