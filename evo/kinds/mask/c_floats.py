"""Pruned networks with real weights as C99, one raw row at a time; no library needed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from evo.export.c_rows import includes, row_struct, string, tests
from evo.export.c_source import labels
from evo.export.circuit import Circuit
from evo.export.names import comment, no_nul
from evo.kinds.mask.floats import Sums, sums_of
from evo.kinds.mask.model import MaskModel
from fitness.data.schema import Field
from fitness.masks.encoder import MaskEncoder
from fitness.masks.networks import Network
from genomes.masks.space import MaskSpace


def to_c_floats(model: MaskModel, network: Network, space: MaskSpace, encoder: MaskEncoder) -> str:
    """A C file to compile or to include; `evo_predict` gives the class as its number in evo_classes.

    Where inputs are bits it reads an `evo_row`, as in the exports of formulas; where they are numbers an array of
    doubles, of which row[i] is column evo_columns[i].
    """
    sums = sums_of(model, network, space, encoder)
    lines = [f"// {line}".rstrip() for line in sums.about]
    lines += ["", *(_numbers_data(sums) if sums.bits is None else _bits_data(sums.bits)), ""]
    for number in range(len(sums.pruned.layers)):
        lines += _layer_data(sums, number)
    return "\n".join([*lines, "", *_function(sums)]) + "\n"


def _bits_data(bits: Circuit) -> list[str]:
    return [*includes(bits, "stddef.h"), "", *row_struct(bits), "", *labels(bits)]


def _numbers_data(sums: Sums) -> list[str]:
    names, lows, widths = zip(*sums.columns, strict=True)
    classes = sums.encoder.task.classes
    no_nul((*names, *classes), "c")
    return [
        f"const char *const evo_classes[{len(classes)}] = {{{', '.join(map(string, classes))}}};",
        f"const char *const evo_columns[{len(names)}] = {{{', '.join(map(string, names))}}};",
        "",
        "// Of each column that is read: its number, its lowest value and its width in training (0: it says nothing).",
        _array("int", "column", [str(i) for i in sums.used]),
        _array("double", "low", [repr(lows[i]) for i in sums.used]),
        _array("double", "width", [repr(widths[i]) for i in sums.used]),
        "// What a missing cell (NaN) is read as: the median of the training rows.",
        _array("double", "missing", [_fill(sums.encoder.fields[i]) for i in sums.used]),
    ]


def _fill(field: Field) -> str:
    return "0.0 / 0.0" if field.fill is None else repr(float(field.fill))


def _layer_data(sums: Sums, number: int) -> list[str]:
    rows = sums.rows(number)
    kept = [pair for _, pairs in rows for pair in pairs]
    starts = accumulate((len(pairs) for _, pairs in rows), initial=0)
    return [
        _array("int", f"start_{number}", list(map(str, starts))),
        _array("int", f"from_{number}", [str(i) for i, _ in kept]),
        _array("float", f"weight_{number}", [f"{weight!r}f" for _, weight in kept]),
        _array("float", f"bias_{number}", [f"{bias!r}f" for bias, _ in rows]),
    ]


def _array(kind: str, name: str, values: Sequence[str]) -> str:
    """A static array; C has none without elements."""
    return f"static const {kind} {name}[{len(values) or 1}] = {{{', '.join(values) or '0'}}};"


def _function(sums: Sums) -> list[str]:
    layers, row = sums.pruned.layers, "double *row" if sums.bits is None else "evo_row *row"
    widest = max(len(sums.used), *(len(layer.bias) for layer in layers))
    lines = [f"// The predicted {comment(repr(sums.encoder.task.outputs[0]))} as its number in evo_classes."]
    lines += [f"int evo_predict(const {row})", "{"]
    blank = "" if sums.used else " = {0}"
    lines += [f"    float below[{widest}]{blank}, above[{widest}];", "    int i, k, best = 0;", *_front(sums)]
    for number in range(len(layers)):
        lines += _layer(sums, number)
    lines += [f"    for (i = 1; i < {len(layers[-1].bias)}; i++)", "        if (above[i] > above[best]) best = i;"]
    return [*lines, "    return best;", "}"]


def _front(sums: Sums) -> list[str]:
    """Raw values to what the first layer reads."""
    if not sums.used:
        return [
            "    (void)row;"
            if sums.bits is not None
            else "    (void)row, (void)column, (void)low, (void)width, (void)missing;"
        ]
    low, high = sums.ends
    if sums.bits is not None:
        numbered = enumerate(tests(sums.bits, "row->"))
        return [f"    below[{i}] = {test} ? {high!r}f : {low!r}f;" for i, test in numbered]
    first, last = sums.encoder.ends
    scaled = f"(float)({first!r} + {last - first!r} * ((cell - low[i]) / width[i]))"
    return [
        f"    for (i = 0; i < {len(sums.used)}; i++) {{",
        "        const double cell = row[column[i]] == row[column[i]] ? row[column[i]] : missing[i];",
        f"        below[i] = width[i] > 0 ? {scaled} : 0.0f;",
        "    }",
    ]


def _layer(sums: Sums, number: int) -> list[str]:
    out, last = len(sums.pruned.layers[number].bias), number == len(sums.pruned.layers) - 1
    hidden = "sum > 0 ? 1.0f : -1.0f" if sums.pruned.activation == "sign" else "sum > 0 ? sum : 0.0f"
    lines = [
        f"    for (i = 0; i < {out}; i++) {{",
        "        float sum = 0.0f;",
        f"        for (k = start_{number}[i]; k < start_{number}[i + 1]; k++)",
        f"            sum += weight_{number}[k] * below[from_{number}[k]];",
        f"        sum += bias_{number}[i];",
        f"        above[i] = {'sum' if last else hidden};",
        "    }",
    ]
    return lines if last else [*lines, f"    for (i = 0; i < {out}; i++) below[i] = above[i];"]
