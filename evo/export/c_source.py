"""The model in C99, one raw row at a time: a struct of columns in, a class or the outputs out; no library needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evo.export.c_rows import includes, row_struct, string, tests
from evo.export.circuit import Circuit
from evo.export.gates import Gate, Gates, Op, gates_of
from evo.export.names import comment, header, no_nul

_JOINTS: Mapping[Op, str] = {"and": " && ", "or": " || ", "xor": " ^ "}


def to_c(circuit: Circuit) -> str:
    """A C file to compile or to include: `evo_row`, `evo_classes` or `evo_outputs`, and `evo_predict`."""
    lines = [*header(circuit, "//"), "", *includes(circuit, "stddef.h"), "", *row_struct(circuit), ""]
    lines += [*labels(circuit), "", *_predict(circuit)]
    return "\n".join(lines) + "\n"


def labels(circuit: Circuit) -> list[str]:
    """The names of classes (or outputs) as an array of strings."""
    task = circuit.task
    name, texts = ("outputs", task.outputs) if task.kind == "multioutput" else ("classes", task.classes)
    no_nul(texts, "c")
    return [f"const char *const evo_{name}[{len(texts)}] = {{{', '.join(map(string, texts))}}};"]


def _predict(circuit: Circuit) -> list[str]:
    task = circuit.task
    if task.kind == "multioutput":
        lines = ["// Sets outputs[i] to 0 or 1 for each of evo_outputs."]
        lines.append("void evo_predict(const evo_row *row, int *outputs)")
    else:
        lines = [f"// The predicted {comment(repr(task.outputs[0]))} as its number in evo_classes."]
        lines.append("int evo_predict(const evo_row *row)")
    lines += ["{"] if circuit.needed() else ["{", "    (void)row;"]
    gates = gates_of(circuit)
    literals = Literals(dict(enumerate(tests(circuit, "row->"), start=1)), "!")
    for node, gate in gates.numbered():
        name = f"g{node - gates.n_inputs}"
        lines.append(f"    const int {name} = {joined(gate, literals, _JOINTS, '1')};")
        literals.names[node] = name
    return [*lines, *_decision(circuit, gates, literals), "}"]


class Literals:
    """Texts of literals: `names` grows as gates are written, `inverted` marks a complement."""

    def __init__(self, names: dict[int, str], inverted: str) -> None:
        self.names, self.inverted = names, inverted

    def __call__(self, literal: int) -> str:
        """The text of a literal."""
        return f"{self.inverted if literal & 1 else ''}{self.names[literal >> 1]}"


def joined(gate: Gate, literals: Literals, joints: Mapping[Op, str], true: str) -> str:
    """The gate as its operands with an operator between them, or as the constant true."""
    return joints[gate.op].join(map(literals, gate.fanin)) or true


def _decision(circuit: Circuit, gates: Gates, literals: Literals) -> list[str]:
    if gates.scores:
        return _votes(circuit, gates, literals)
    if circuit.task.kind == "multioutput":
        return [f"    outputs[{o}] = {literals(literal)};" for o, literal in enumerate(gates.outputs)]
    return [f"    return {literals(gates.outputs[0])};"]


def _votes(circuit: Circuit, gates: Gates, literals: Literals) -> list[str]:
    """Scores in the order in which ties are decided; the first of the highest wins."""
    prior = circuit.task.prior
    n, lines = len(prior), [f"    const long scores[{len(prior)}] = {{"]
    for c in prior:
        votes = gates.scores[c].summands(
            str, lambda literal, weight: literals(literal) if weight == 1 else f"{weight} * {literals(literal)}"
        )
        lines.append(f"        {' + '.join(votes)}, // {comment(repr(circuit.task.classes[c]))}")
    order: Sequence[str] = [str(c) for c in prior]
    lines += ["    };", f"    static const int classes[{n}] = {{{', '.join(order)}}};", "    int best = 0, i;"]
    lines += [f"    for (i = 1; i < {n}; i++)", "        if (scores[i] > scores[best]) best = i;"]
    return [*lines, "    return classes[best];"]
