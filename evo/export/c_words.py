"""The model in C99 on bit-sliced data: 64 samples to a word, one operation of the machine for all of them.

Row i of `in` holds input bit i, sample s of it in bit s % 64 of word s / 64 (the layout that evo itself searches with),
so a term is a few ANDs of words and there is no branch. The loop body is straight code on local words, both pointers
are `restrict`, and a pragma says what a compiler would check at run time for each pair of rows, or give up on: rows of
`out` do not overlap. So it becomes vector instructions. Votes are counted by adders of gates. `evo_pack` makes the
input words from raw rows.
"""

from __future__ import annotations

from collections.abc import Mapping

from evo.export.c_rows import includes, row_struct, tests
from evo.export.c_source import Literals, joined, labels
from evo.export.circuit import Circuit
from evo.export.decide import decided
from evo.export.gates import Gates, Op, gates_of
from evo.export.names import comment, header
from evo.export.share import shared

JOINTS: Mapping[Op, str] = {"and": " & ", "or": " | ", "xor": " ^ "}

_NO_OVERLAP = (
    "#if defined(__clang__)",
    "#pragma clang loop vectorize(assume_safety)",
    "#elif defined(__GNUC__)",
    "#pragma GCC ivdep",
    "#endif",
)


def to_c_bitsliced(circuit: Circuit) -> str:
    """A C file to compile or to include: `evo_predict_words` on bits, `evo_pack` from raw rows to bits."""
    circuit = decided(circuit)
    gates = shared(gates_of(circuit))
    lines = [*header(circuit, "//"), "", *includes(circuit, "stddef.h", "stdint.h"), ""]
    lines += [f"enum {{ EVO_INPUTS = {circuit.n_inputs}, EVO_OUTPUTS = {len(circuit.outputs)} }};", ""]
    lines += [*labels(circuit), "", *row_struct(circuit), "", *_pack(circuit), "", *_words(circuit, gates)]
    return "\n".join(lines) + "\n"


def _words(circuit: Circuit, gates: Gates) -> list[str]:
    lines = [
        "// in: EVO_INPUTS rows of n_words words, as evo_pack makes them; out: EVO_OUTPUTS rows of n_words words.",
        "// Output bits (those of the last word beyond the last sample mean nothing):",
    ]
    lines += [f"//   row {o}: {comment(text)}" for o, text in enumerate(circuit.output_texts)]
    lines += [
        "void evo_predict_words(const uint64_t *restrict in, uint64_t *restrict out, size_t n_words)",
        "{",
        "    size_t w;",
        *_NO_OVERLAP,
        "    for (w = 0; w < n_words; w++) {",
    ]
    names = {node: f"x{node}" for node in range(1, circuit.n_inputs + 1)}
    used = circuit.needed()
    for node in used:
        row = f"in[{node - 1} * n_words + w]"
        lines.append(f"        const uint64_t x{node} = {row}; // {comment(circuit.bits[node - 1].when_true)}")
    literals = Literals(names, "~")
    for node, gate in gates.numbered():
        name = f"g{node - gates.n_inputs}"
        lines.append(f"        const uint64_t {name} = {joined(gate, literals, JOINTS, '~UINT64_C(0)')};")
        names[node] = name
    lines += [f"        out[{o} * n_words + w] = {literals(lit)};" for o, lit in enumerate(gates.outputs)]
    return [*lines, "    }", *([] if used else ["    (void)in;"]), "}"]


def _pack(circuit: Circuit) -> list[str]:
    lines = [
        "// Bits of n_rows raw rows; n_words must be (n_rows + 63) / 64. Bits beyond the last row are 0.",
        "void evo_pack(const evo_row *rows, size_t n_rows, uint64_t *in, size_t n_words)",
        "{",
        "    size_t i;",
        "    for (i = 0; i < EVO_INPUTS * n_words; i++) in[i] = 0;",
        "    for (i = 0; i < n_rows; i++) {",
        "        const uint64_t bit = UINT64_C(1) << (i % 64);",
        "        const size_t w = i / 64;",
    ]
    for row, test in enumerate(tests(circuit, "rows[i].")):
        lines.append(f"        if {test} in[{row} * n_words + w] |= bit;")
    if not circuit.bits:
        lines += ["        (void)bit, (void)w;", "    }", "    (void)rows;", "}"]
        return lines
    return [*lines, "    }", "}"]
