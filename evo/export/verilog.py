"""The model as a combinational Verilog-2001 module on input bits."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from evo.errors import ExportError
from evo.export.c_words import JOINTS
from evo.export.circuit import Circuit, Score
from evo.export.gates import Gates, gates_of
from evo.export.literals import Literals, joined
from evo.export.names import comment, gate_names, header, identifiers
from evo.export.ports import Port, bases, input_names, input_ports, output_names, output_ports, wired

_TRUE = "1'b1"


def to_verilog(circuit: Circuit) -> str:
    """`module evo_model`; two classes have one output, more classes one each, exactly one of them 1.

    Raises:
        ExportError: the module is to be called as one of its ports is.
    """
    circuit = wired(circuit)
    inputs = input_names(circuit)
    outputs = output_names(circuit, inputs)
    taken = bases((*inputs, *outputs))
    if circuit.name in taken:
        raise ExportError(f"{circuit.name} is a port of this module; choose another name", where="--module")
    ports = [*_declared("input", input_ports(circuit, inputs)), *_declared("output", output_ports(circuit, outputs))]
    ports[-1] = " //".join(ports[-1].split(", //", 1))
    gates = gates_of(circuit)
    named = gate_names(gates, (*taken, circuit.name))
    literals = Literals(dict(enumerate(inputs, start=1)) | named, "~")
    lines = [*header(circuit, "//"), "", f"module {circuit.name} (", *ports, ");"]
    lines += [f"    wire {named[node]} = {joined(gate, literals, JOINTS, _TRUE)};" for node, gate in gates.numbered()]
    lines += _votes(circuit, gates, literals, outputs) if gates.scores else _outputs(gates, literals, outputs)
    return "\n".join([*lines, "endmodule"]) + "\n"


def _declared(direction: str, ports: list[Port]) -> list[str]:
    return [f"    {direction} wire {port.range}{port.name}, // {comment(port.text)}" for port in ports]


def _outputs(gates: Gates, literals: Literals, names: tuple[str, ...]) -> list[str]:
    return [f"    assign {n} = {literals(lit)};" for n, lit in zip(names, gates.outputs, strict=True)]


def _votes(circuit: Circuit, gates: Gates, literals: Literals, outputs: tuple[str, ...]) -> list[str]:
    """Scores meet in the order in which ties are decided: a later class needs strictly more than the best so far."""
    taken = bases((*literals.names.values(), *outputs, circuit.name))
    prior, width = circuit.task.prior, max(1, max(score.most for score in gates.scores).bit_length())
    names = identifiers([f"{part}_{c}" for part in ("score", "best", "beats") for c in prior], taken)
    score, best, beats = (dict(zip(prior, names[i * len(prior) :], strict=False)) for i in range(3))
    word, lines = f"wire [{width - 1}:0]", []
    for c in prior:
        lines.append(f"    {word} {score[c]} = {_sum(gates.scores[c], literals, width)};")
    lines.append(f"    {word} {best[prior[0]]} = {score[prior[0]]};")
    for before, c in itertools.pairwise(prior):
        lines.append(f"    wire {beats[c]} = {score[c]} > {best[before]};")
        lines.append(f"    {word} {best[c]} = {beats[c]} ? {score[c]} : {best[before]};")
    return lines + _winner(prior, beats, outputs)


def _winner(prior: tuple[int, ...], beats: Mapping[int, str], outputs: tuple[str, ...]) -> list[str]:
    """A class wins that beats those before it and is beaten by none after it; the first needs to beat nobody."""
    wins = {}
    for place, c in enumerate(prior):
        conditions = [beats[c]] if place else []
        wins[c] = " & ".join(conditions + [f"~{beats[later]}" for later in prior[place + 1 :]])
    wanted = [1] if len(outputs) == 1 else range(len(outputs))
    return [f"    assign {name} = {wins[c]};" for name, c in zip(outputs, wanted, strict=True)]


def _sum(score: Score, literals: Literals, width: int) -> str:
    return " + ".join(
        score.summands(
            lambda bias: f"{width}'d{bias}",
            lambda literal, weight: f"({literals(literal)} ? {width}'d{weight} : {width}'d0)",
        )
    )
