"""The model in C99 on bit-sliced data: 64 samples to a word, one operation of the machine for all of them.

Row i of `in` holds input bit i, sample s of it in bit s % 64 of word s / 64 (the layout that evo itself searches with),
so a term is a few ANDs of words and there is no branch. The loop body is straight code on local words, both pointers
are `restrict`, and a pragma says what a compiler would check at run time for each pair of rows, or give up on: rows of
`out` do not overlap. So it becomes vector instructions. Very many gates are cut into functions. Votes are counted by
adders of gates. `evo_pack` makes the input words from raw rows.
"""

from __future__ import annotations

from collections.abc import Mapping

from evo.export.c_bytes import bytes_lines
from evo.export.c_parts import APART, MANY, TESTS, part_lines, parts_of
from evo.export.c_rows import includes, row_struct, tests
from evo.export.c_source import labels
from evo.export.circuit import Circuit
from evo.export.decide import decided
from evo.export.gates import Gates, Op, gates_of
from evo.export.literals import Literals, joined
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
    large = len(gates.gates) >= MANY
    lines = [
        *header(circuit, "//"),
        "",
        *includes(circuit, "stddef.h", "stdint.h", *(("string.h",) if large else ())),
        "",
    ]
    lines += [f"enum {{ EVO_INPUTS = {circuit.n_inputs}, EVO_OUTPUTS = {len(circuit.outputs)} }};", ""]
    lines += [*labels(circuit), "", *row_struct(circuit), "", *_pack(circuit), ""]
    lines += _words_in_parts(circuit, gates) if large else _words(circuit, gates)
    of_bytes = bytes_lines(circuit)
    lines += ["", *of_bytes] if of_bytes else []
    return "\n".join(lines) + "\n"


_HEAD = "void evo_predict_words(const uint64_t *restrict in, uint64_t *restrict out, size_t n_words)"


def _about(circuit: Circuit) -> list[str]:
    lines = [
        "// in: EVO_INPUTS rows of n_words words, as evo_pack makes them; out: EVO_OUTPUTS rows of n_words words.",
        "// Output bits (those of the last word beyond the last sample mean nothing):",
    ]
    return lines + [f"//   row {o}: {comment(text)}" for o, text in enumerate(circuit.output_texts)]


def _words(circuit: Circuit, gates: Gates) -> list[str]:
    lines = [
        *_about(circuit),
        _HEAD,
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


def _words_in_parts(circuit: Circuit, gates: Gates) -> list[str]:
    """The same for very many gates: functions of some hundred, over vectors of words."""
    parts = parts_of(gates)
    lines = [*_VECTORS, f"enum {{ EVO_SLOTS = {parts.n_slots} }}; // values that are kept between parts"]
    lines += [*([] if circuit.n_inputs > TESTS else APART), ""]
    for number in range(len(parts.parts)):
        lines += [f"EVO_APART void evo_part_{number + 1}(evo_lanes *restrict v)", "{"]
        lines += part_lines(parts, number, "evo_lanes", "v[{}]".format, ("~", JOINTS, "v[0] | ~v[0]"), " " * 4)
        lines += ["}", ""]
    lines += [*_about(circuit), _HEAD, *_LOAD]
    lines += [f"        evo_part_{number + 1}(v);" for number in range(len(parts.parts))]
    cells = Literals({node: f"v[{slot}]" for node, slot in parts.slots.items()}, "~")
    lines += [f"        result[{o}] = {cells(lit)};" for o, lit in enumerate(gates.outputs)]
    return [*lines, *_STORE]


_VECTORS = """\
#if defined(__GNUC__)
typedef uint64_t evo_lanes __attribute__((vector_size(32)));
#else
typedef uint64_t evo_lanes;
#endif
enum { EVO_LANES = sizeof(evo_lanes) / 8 };""".splitlines()

_LOAD = """\
{
    evo_lanes v[EVO_SLOTS], result[EVO_OUTPUTS];
    uint64_t words[EVO_LANES];
    size_t first, i, w;
    for (first = 0; first < n_words; first += EVO_LANES) {
        const size_t n = n_words - first < EVO_LANES ? n_words - first : EVO_LANES;
        for (i = 0; i < EVO_INPUTS; i++) {
            for (w = 0; w < EVO_LANES; w++) words[w] = w < n ? in[i * n_words + first + w] : 0;
            memcpy(&v[i], words, sizeof words);
        }""".splitlines()
_STORE = """\
        for (i = 0; i < EVO_OUTPUTS; i++) {
            memcpy(words, &result[i], sizeof words);
            for (w = 0; w < n; w++) out[i * n_words + first + w] = words[w];
        }
    }
}""".splitlines()


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
    if circuit.n_inputs > TESTS:
        before, calls = _pack_in_parts(circuit)
        return [*before, *lines, *calls, "    }", "}"]
    for row, test in enumerate(tests(circuit, "rows[i].")):
        lines.append(f"        if {test} in[{row} * n_words + w] |= bit;")
    if not circuit.bits:
        lines += ["        (void)bit, (void)w;", "    }", "    (void)rows;", "}"]
        return lines
    return [*lines, "    }", "}"]


def _pack_in_parts(circuit: Circuit) -> tuple[list[str], list[str]]:
    """Functions of some tests each, and how they are called for a row."""
    lines, calls, every = [*APART, ""], list[str](), list(enumerate(tests(circuit, "row->")))
    for start in range(0, len(every), TESTS):
        name = f"evo_pack_{start // TESTS + 1}"
        lines += [f"EVO_APART void {name}(const evo_row *row, uint64_t bit, uint64_t *in, size_t n_words)", "{"]
        lines += [f"    if {test} in[{row} * n_words] |= bit;" for row, test in every[start : start + TESTS]]
        lines += ["}", ""]
        calls.append(f"        {name}(&rows[i], bit, in + w, n_words);")
    return lines, calls
