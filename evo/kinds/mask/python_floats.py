"""Pruned networks with real weights as one Python function on raw rows, without dependencies."""

from __future__ import annotations

from evo.export.python_source import PRELUDE, STRIPPED, bit_test, set_text
from evo.kinds.mask.floats import Sums, sums_of
from evo.kinds.mask.model import MaskModel
from fitness.data.tables.cells import MISSING
from fitness.masks.encoder import MaskEncoder
from fitness.masks.networks import Network
from genomes.masks.space import MaskSpace

_SINGLE = '''

def _single(value):
    """The nearest number of single precision."""
    return array("f", [value])[0]


def _sum(bias, kept, values):
    """Of bias and weight times value, each step in single precision."""
    total = 0.0
    for i, weight in kept:
        total = _single(total + _single(weight * values[i]))
    return _single(total + bias)
'''


def to_python_floats(model: MaskModel, network: Network, space: MaskSpace, encoder: MaskEncoder) -> str:
    """`predict(row)`: the class of a mapping from column to raw value."""
    sums = sums_of(model, network, space, encoder)
    lines = [*(f"# {line}".rstrip() for line in sums.about), "", "from array import array", ""]
    lines += [f"CLASSES = {list(encoder.task.classes)!a}", *_front_data(sums), *_layers(sums)]
    prelude = "" if sums.bits is None else PRELUDE
    return "\n".join(lines) + f"\n{prelude}{_SINGLE}\n\n" + "\n".join(_predict(sums)) + "\n"


def _front_data(sums: Sums) -> list[str]:
    if sums.bits is not None:
        return [f"MISSING = {set_text(MISSING)}"]
    columns = [sums.columns[i] for i in sums.used]
    head = "# column, lowest value and width in training; a column without width says nothing and is 0"
    return [head, "COLUMNS = [", *(f"    {column!a}," for column in columns), "]"]


def _layers(sums: Sums) -> list[str]:
    lines = ["# per layer and neuron: bias and the kept weights as (input, weight)", "LAYERS = ["]
    for number in range(len(sums.pruned.layers)):
        lines += ["    [", *(f"        {row!r}," for row in sums.rows(number)), "    ],"]
    return [*lines, "]"]


def _predict(sums: Sums) -> list[str]:
    low, high = sums.ends
    hidden = "1.0 if total > 0 else -1.0" if sums.pruned.activation == "sign" else "max(total, 0.0)"
    lines = ["def predict(row):", '    """The class of one row, a mapping from column to value."""']
    lines.append(f"    row = {STRIPPED}")
    if sums.bits is not None:
        tests = [f"        {high!r} if {bit_test(bit)} else {low!r}," for bit in sums.bits.bits]
        lines += ["    values = [", *tests, "    ]"]
    else:
        first, last = sums.encoder.ends
        scaled = f"{first!r} + {last - first!r} * ((float(row[name]) - low) / width)"
        lines += ["    values = [", f"        _single({scaled}) if width > 0 else 0.0"]
        lines += ["        for name, low, width in COLUMNS", "    ]"]
    return [
        *lines,
        "    for number, layer in enumerate(LAYERS):",
        "        sums = [_sum(bias, kept, values) for bias, kept in layer]",
        f"        values = sums if number == len(LAYERS) - 1 else [{hidden} for total in sums]",
        "    return CLASSES[values.index(max(values))]",
    ]
