"""The model in C99, one raw row at a time: a struct of columns in, a class or the outputs out; no library needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evo.export.c_parts import APART, MANY, TESTS, part_lines, parts_of
from evo.export.c_rows import includes, row_struct, string, tests
from evo.export.circuit import Circuit
from evo.export.gates import Gates, Op, gates_of
from evo.export.literals import Literals, joined
from evo.export.names import comment, header, no_nul

_JOINTS: Mapping[Op, str] = {"and": " && ", "or": " || ", "xor": " ^ "}
_BITS: Mapping[Op, str] = {"and": " & ", "or": " | ", "xor": " ^ "}


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
    gates = gates_of(circuit)
    if len(gates.gates) >= MANY:
        return _predict_in_parts(circuit, gates)
    lines = [*_head(circuit), *(["{"] if circuit.needed() else ["{", "    (void)row;"])]
    literals = Literals(dict(enumerate(tests(circuit, "row->"), start=1)), "!")
    for node, gate in gates.numbered():
        name = f"g{node - gates.n_inputs}"
        lines.append(f"    const int {name} = {joined(gate, literals, _JOINTS, '1')};")
        literals.names[node] = name
    return [*lines, *_decision(circuit, gates, literals), "}"]


def _predict_in_parts(circuit: Circuit, gates: Gates) -> list[str]:
    """The same for very many gates: functions of some hundred on bytes that are 0 or, where they hold, -1."""
    parts, lines = parts_of(gates), [*APART, ""]
    for number in range(len(parts.parts)):
        lines += [f"EVO_APART void evo_part_{number + 1}(signed char *restrict v)", "{"]
        lines += [*part_lines(parts, number, "int", "v[{}]".format, ("~", _BITS, "-1"), " " * 4), "}", ""]
    every = list(enumerate(tests(circuit, "row->")))
    groups = [every[start : start + TESTS] for start in range(0, len(every), TESTS)]
    for number, group in enumerate(groups, start=1):
        lines += [f"EVO_APART void evo_tests_{number}(const evo_row *row, signed char *v)", "{"]
        lines += [*(f"    v[{place}] = -{test};" for place, test in group), "}", ""]
    lines += [*_head(circuit), "{", f"    signed char v[{parts.n_slots}];", "    size_t slot;"]
    lines += [f"    evo_tests_{number}(row, v);" for number in range(1, len(groups) + 1)]
    lines += [f"    evo_part_{number + 1}(v);" for number in range(len(parts.parts))]
    lines += [f"    for (slot = 0; slot < {parts.n_slots}; slot++) v[slot] &= 1;"]
    literals = Literals({node: f"v[{slot}]" for node, slot in parts.slots.items()}, "!")
    return [*lines, *_decision(circuit, gates, literals), "}"]


def _head(circuit: Circuit) -> list[str]:
    """What the function does, and its first line."""
    task = circuit.task
    if task.kind == "multioutput":
        lines = ["// Sets outputs[i] to 0 or 1 for each of evo_outputs."]
        lines.append("void evo_predict(const evo_row *row, int *outputs)")
    else:
        lines = [f"// The predicted {comment(repr(task.outputs[0]))} as its number in evo_classes."]
        lines.append("int evo_predict(const evo_row *row)")
    return lines


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
