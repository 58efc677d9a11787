"""Raw rows in C: a struct with one field per column, and the comparisons on it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from evo.export.circuit import Circuit
from evo.export.names import comment, identifiers, no_nul
from fitness.data.dataset import Bit
from fitness.data.table import Kind

_FIELDS: Mapping[Kind, tuple[str, str]] = {
    "number": ("double {}", "missing: NaN (do not compile with -ffast-math)"),
    "category": ("const char *{}", "UTF-8 without surrounding blanks; missing: NULL"),
    "bit": ("int {}", "0 or 1"),
}


def string(text: str) -> str:
    """A C string literal; what is not plain ASCII becomes octal escapes of UTF-8."""
    return '"' + "".join(_char(byte) for byte in text.encode("utf-8", "surrogatepass")) + '"'


def _char(byte: int) -> str:
    plain = 0x20 <= byte < 0x7F and chr(byte) not in '"\\?'
    return chr(byte) if plain else f"\\{byte:03o}"


def fields(circuit: Circuit) -> dict[str, str]:
    """The struct's field for each column, in lower case: the headers' macros are in upper case."""
    no_nul((text for bit in circuit.bits for text in (bit.feature, str(bit.operand))), "c")
    return dict(zip(circuit.kinds, identifiers([column.lower() for column in circuit.kinds]), strict=True))


def row_struct(circuit: Circuit) -> list[str]:
    """The struct of one raw row, with every column that the model reads."""
    lines = ["typedef struct {"]
    for column, name in fields(circuit).items():
        declaration, note = _FIELDS[circuit.kinds[column]]
        lines.append(f"    {declaration.format(name)}; // {comment(repr(column))} {note}")
    if not circuit.kinds:
        lines.append("    int nothing; // the model reads no column")
    return [*lines, "} evo_row;"]


def includes(circuit: Circuit, *names: str) -> list[str]:
    """Headers, with string.h where texts are compared."""
    texts = ("string.h",) if any(isinstance(bit.operand, str) for bit in circuit.bits) else ()
    return [f"#include <{name}>" for name in (*names, *texts)]


def tests(circuit: Circuit, row: str) -> list[str]:
    """The comparison of each input bit on the fields of `row`, an expression such as ``row->``."""
    names = fields(circuit)
    return [_test(bit, row + names[bit.feature], circuit.kinds[bit.feature]) for bit in circuit.bits]


def _test(bit: Bit, cell: str, kind: Kind) -> str:
    """What sets `bit`; as in the evaluator, a missing value sets nothing but "missing"."""
    match bit.op, bit.operand:
        case "missing", _:
            return f"({cell} == NULL)" if kind == "category" else f"({cell} != {cell})"
        case "<=", limit:
            return f"({cell} <= {limit!r})"
        case "in", (low, high):
            return _between(cell, float(low), float(high))
        case "=", str(category):
            return f"({cell} != NULL && strcmp({cell}, {string(category)}) == 0)"
        case "=", value:
            return f"({cell} == {value!r})"
    return f"({cell} == 1)"


def _between(cell: str, low: float, high: float) -> str:
    below, above = f"{cell} <= {high!r}", f"{cell} > {low!r}"
    if math.isinf(low):
        return f"({below})"
    return f"({above})" if math.isinf(high) else f"({above} && {below})"
