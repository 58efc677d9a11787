"""Raw rows in C: a struct with one field per column, and the comparisons on it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from evo.export.circuit import Circuit
from evo.export.columns import reads_as, when_missing, wide_columns
from evo.export.names import comment, identifiers, no_nul
from fitness.data.dataset import Bit
from fitness.data.schema import Field
from fitness.data.table import Kind

_FIELDS: Mapping[Kind, tuple[str, str]] = {
    "number": ("double {}", "missing: NaN (do not compile with -ffast-math)"),
    "date": ("double {}", "seconds since 1970-01-01 00:00 UTC; missing: NaN (do not compile with -ffast-math)"),
    "category": ("const char *{}", "UTF-8 without surrounding blanks; missing: NULL"),
    "bit": ("int {}", "0 or 1"),
}
_WIDE = ("int64_t {}", "missing: INT64_MIN")


def string(text: str) -> str:
    """A C string literal; what is not plain ASCII becomes octal escapes of UTF-8."""
    return '"' + "".join(_char(byte) for byte in text.encode("utf-8", "surrogatepass")) + '"'


def _char(byte: int) -> str:
    plain = 0x20 <= byte < 0x7F and chr(byte) not in '"\\?'
    return chr(byte) if plain else f"\\{byte:03o}"


def fields(circuit: Circuit) -> dict[str, str]:
    """The struct's field for each column, in lower case: the headers' macros are in upper case."""
    no_nul((text for bit in circuit.bits for text in (bit.feature, *_texts(bit))), "c")
    every = [field.name for field in circuit.binarizer.fields]
    name_of = dict(zip(every, identifiers([column.lower() for column in every]), strict=True))
    return {column: name_of[column] for column in circuit.fields}


def row_struct(circuit: Circuit) -> list[str]:
    """The struct of one raw row, with every column that the model reads."""
    lines, of_circuit, wide = ["typedef struct {"], circuit.fields, wide_columns(circuit.binarizer)
    for column, name in fields(circuit).items():
        field = of_circuit[column]
        declaration, note = _WIDE if column in wide else _FIELDS[field.kind]
        fill = f", {reads_as(field)}" if field.fill is not None else ""
        lines.append(f"    {declaration.format(name)}; // {comment(f'{column!r} {note}{fill}')}")
    if not of_circuit:
        lines.append("    int nothing; // the model reads no column")
    return [*lines, "} evo_row;"]


def includes(circuit: Circuit, *names: str) -> list[str]:
    """Headers, with string.h where texts are compared and stdint.h where numbers are wide."""
    texts = ("string.h",) if any(_texts(bit) for bit in circuit.bits) else ()
    wide = ("stdint.h",) if wide_columns(circuit.binarizer) & set(circuit.fields) else ()
    return [f"#include <{name}>" for name in dict.fromkeys((*names, *wide, *texts))]


def tests(circuit: Circuit, row: str) -> list[str]:
    """The comparison of each input bit on the fields of `row`, an expression such as ``row->``."""
    names, of_circuit, wide = fields(circuit), circuit.fields, wide_columns(circuit.binarizer)
    return [_test(b, row + names[b.feature], of_circuit[b.feature], wide=b.feature in wide) for b in circuit.bits]


def _texts(bit: Bit) -> tuple[str, ...]:
    """The categories that the bit names."""
    parts = bit.operand if isinstance(bit.operand, tuple) else (bit.operand,)
    return tuple(part for part in parts if isinstance(part, str))


def _test(bit: Bit, cell: str, field: Field, *, wide: bool) -> str:
    """What sets `bit`; a missing value reads as the column's fill, or else sets "missing" alone."""
    if field.kind == "bit":
        return f"({cell} == 1)"
    known, absent = f"{cell} != NULL", f"{cell} == NULL"
    if field.kind != "category":
        known, absent = (f"{cell} {op} INT64_MIN" for op in ("!=", "==")) if wide else ("", f"{cell} != {cell}")
    if bit.op == "missing":
        return f"({absent})"
    holds = _category(bit, cell) if field.kind == "category" else _comparison(bit, cell)
    if when_missing(bit, field):
        return f"({absent} || {holds})"
    return f"({known} && {holds})" if known else f"({holds})"


def _category(bit: Bit, cell: str) -> str:
    same, joint = ("!= 0", " && ") if bit.op == "other" else ("== 0", " || ")
    parts = [f"strcmp({cell}, {string(level)}) {same}" for level in _texts(bit)]
    return f"({joint.join(parts)})" if len(parts) > 1 and joint == " || " else joint.join(parts)


def _comparison(bit: Bit, cell: str) -> str:
    match bit.op, bit.operand:
        case "<=", int() | float() as limit:
            return f"{cell} <= {number(limit)}"
        case "in", _:
            low, high = bit.ends
            below, above = f"{cell} <= {number(high)}", f"{cell} > {number(low)}"
            both = below if math.isinf(low) else above if math.isinf(high) else f"({above} && {below})"
            return both
        case _, int() | float() as value:
            return f"{cell} == {number(value)}"
    raise ValueError(f"no test of numbers: {bit.op}")


def number(value: float) -> str:
    """A constant of C: a double, or a whole number that a double would round."""
    if isinstance(value, float):
        return repr(value)
    return f"INT64_C({value})" if value >= 0 else f"(-INT64_C({-value}))"
