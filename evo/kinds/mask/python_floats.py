"""Pruned networks with real weights as one Python function on raw rows, without dependencies."""

from __future__ import annotations

from evo.export.circuit import Circuit
from evo.export.columns import wide_columns
from evo.export.python_source import STRIPPED
from evo.export.raw_cells import bit_test, prelude, reader
from evo.kinds.mask.floats import Sums, sums_of
from evo.kinds.mask.model import MaskModel
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
    about = "\n".join(f"# {line}".rstrip() for line in sums.about)
    data = "\n".join([f"CLASSES = {list(encoder.task.classes)!a}", *_layers(sums)])
    body = f"{data}\n{_SINGLE}\n\n" + "\n".join(_predict(sums)) + "\n"
    return f"{about}\n{prelude(body, 'from array import array')}\n\n{body}"


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
    cells = _bits(sums.bits, high, low) if sums.bits is not None else _numbers(sums)
    lines += ["    values = [", *(f"        {cell}," for cell in cells), "    ]"]
    return [
        *lines,
        "    for number, layer in enumerate(LAYERS):",
        "        sums = [_sum(bias, kept, values) for bias, kept in layer]",
        f"        values = sums if number == len(LAYERS) - 1 else [{hidden} for total in sums]",
        "    return CLASSES[values.index(max(values))]",
    ]


def _bits(bits: Circuit, high: float, low: float) -> list[str]:
    wide, field_of = wide_columns(bits.binarizer), bits.fields
    tests = [bit_test(bit, field_of[bit.feature], wide=bit.feature in wide) for bit in bits.bits]
    return [f"{high!r} if {test} else {low!r}" for test in tests]


def _numbers(sums: Sums) -> list[str]:
    """Columns scaled by their lowest value and width in training; a column without width says nothing and is 0."""
    first, last = sums.encoder.ends
    cells = []
    for i in sums.used:
        _, low, width = sums.columns[i]
        cell = reader(sums.encoder.fields[i], wide=False)
        scaled = f"_single({first!r} + {last - first!r} * (({cell} - {low!r}) / {width!r}))"
        cells.append(scaled if width > 0 else "0.0")
    return cells
