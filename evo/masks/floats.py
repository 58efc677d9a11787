"""Pruned networks with real weights as C99 and as a Python function: scaled columns, sums over the kept weights.

Sums run over the kept weights in the order of the inputs, in C in single precision as the evaluator's do. It adds in
another order, so classes whose logits differ by rounding only may come out differently; nothing else does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.export.c_rows import string
from evo.export.names import comment, no_nul
from evo.masks.model import MaskModel, layer_lines, pruned_network
from fitness.masks.encoder import MaskEncoder
from fitness.masks.networks import Network
from genomes.masks.space import MaskSpace


def to_c_floats(model: MaskModel, network: Network, space: MaskSpace, encoder: MaskEncoder) -> str:
    """`int evo_predict(const double *row)`: the class's number in evo_classes; row[i] is column evo_columns[i]."""
    left, task = pruned_network(model, network, space), encoder.task
    columns = [field.name for field in encoder.fields]
    no_nul((*columns, *task.classes), "c")
    lines = [*_head(model, space, network, "//"), "", "#include <stddef.h>", ""]
    lines.append(f"const char *const evo_classes[{len(task.classes)}] = {{{', '.join(map(string, task.classes))}}};")
    lines.append(f"const char *const evo_columns[{len(columns)}] = {{{', '.join(map(string, columns))}}};")
    low, factor, base = _scaling(encoder)
    lines += ["", _array("double", "low", low), _array("double", "factor", factor), _array("double", "base", base)]
    for number, layer in enumerate(left.layers):
        starts, places, weights = _sparse(layer.weights)
        lines += [
            _array("int", f"start_{number}", starts),
            _array("int", f"from_{number}", places or [0]),
            _array("float", f"weight_{number}", weights or [0.0]),
            _array("float", f"bias_{number}", layer.bias.tolist()),
        ]
    return "\n".join([*lines, "", *_c_function(left, task.outputs[0])]) + "\n"


def _c_function(network: Network, target: str) -> list[str]:
    widest = max(network.n_inputs, *(len(layer.bias) for layer in network.layers))
    lines = [
        f"// The predicted {comment(repr(target))} as its number in evo_classes.",
        "int evo_predict(const double *row)",
        "{",
    ]
    lines += [f"    float below[{widest}], above[{widest}];", "    int i, k, best = 0;"]
    lines.append(
        f"    for (i = 0; i < {network.n_inputs}; i++) below[i] = (float)(base[i] + factor[i] * (row[i] - low[i]));"
    )
    for number, layer in enumerate(network.layers):
        out, last = len(layer.bias), number == len(network.layers) - 1
        hidden = "sum > 0 ? 1.0f : -1.0f" if network.activation == "sign" else "sum > 0 ? sum : 0.0f"
        lines += [
            f"    for (i = 0; i < {out}; i++) {{",
            "        float sum = 0.0f;",
            f"        for (k = start_{number}[i]; k < start_{number}[i + 1]; k++)",
            f"            sum += weight_{number}[k] * below[from_{number}[k]];",
            f"        sum += bias_{number}[i];",
            f"        above[i] = {'sum' if last else hidden};",
            "    }",
        ]
        if not last:
            lines.append(f"    for (i = 0; i < {out}; i++) below[i] = above[i];")
    lines += [f"    for (i = 1; i < {network.n_outputs}; i++)", "        if (above[i] > above[best]) best = i;"]
    return [*lines, "    return best;", "}"]


def to_python_floats(model: MaskModel, network: Network, space: MaskSpace, encoder: MaskEncoder) -> str:
    """`predict(row)`: the class of a mapping from column to number."""
    left = pruned_network(model, network, space)
    low, factor, base = _scaling(encoder)
    lines = [*_head(model, space, network, "#"), "", f"CLASSES = {list(encoder.task.classes)!a}"]
    scaled = list(zip([field.name for field in encoder.fields], low, factor, base, strict=True))
    lines += [
        "# column, lowest value in training, factor, offset",
        "COLUMNS = [",
        *(f"    {one!a}," for one in scaled),
        "]",
    ]
    lines += ["# per layer and neuron: bias and the kept weights as (input, weight)", "LAYERS = ["]
    for layer in left.layers:
        lines.append("    [")
        for row, bias in zip(layer.weights, layer.bias.tolist(), strict=True):
            kept = [(i, float(row[i])) for i in np.flatnonzero(row).tolist()]
            lines.append(f"        ({bias!r}, {kept!r}),")
        lines.append("    ],")
    hidden = "1.0 if s > 0 else -1.0" if network.activation == "sign" else "max(s, 0.0)"
    lines += [
        "]",
        "",
        "",
        "def predict(row):",
        '    """The class of one row, a mapping from column to number."""',
        "    values = [base + factor * (float(row[name]) - low) for name, low, factor, base in COLUMNS]",
        "    for number, layer in enumerate(LAYERS):",
        "        sums = [bias + sum(w * values[i] for i, w in kept) for bias, kept in layer]",
        f"        values = sums if number == len(LAYERS) - 1 else [{hidden} for s in sums]",
        "    return CLASSES[values.index(max(values))]",
    ]
    return "\n".join(lines) + "\n"


def _head(model: MaskModel, space: MaskSpace, network: Network, mark: str) -> list[str]:
    about = f"Pruned {network.activation} network {model.id}, made by evo."
    note = "Classes whose logits differ by the rounding of sums only may come out differently than from evo predict."
    return [f"{mark} {line}" for line in (about, *layer_lines(model.genes, space), note)]


def _scaling(encoder: MaskEncoder) -> tuple[list[float], list[float], list[float]]:
    """Per column: low, factor and base of base + factor * (x - low); constant columns are 0."""
    first, last = encoder.ends
    width = encoder.high - encoder.low
    factor = np.where(width > 0, (last - first) / np.where(width > 0, width, 1.0), 0.0)
    return encoder.low.tolist(), factor.tolist(), np.where(width > 0, first, 0.0).tolist()


def _sparse(matrix: NDArray[np.float32]) -> tuple[list[int], list[int], list[float]]:
    """Starts per row (one more than rows), columns and values of what is not 0."""
    rows, columns = np.nonzero(matrix)
    starts = np.searchsorted(rows, np.arange(len(matrix) + 1))
    return starts.tolist(), columns.tolist(), matrix[rows, columns].astype(np.float64).tolist()


def _array(kind: str, name: str, values: Sequence[Any]) -> str:
    suffix = "f" if kind == "float" else ""
    texts = ", ".join(f"{float(value)!r}{suffix}" if kind != "int" else str(value) for value in values)
    return f"static const {kind} {name}[{len(values)}] = {{{texts}}};"
