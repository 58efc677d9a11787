"""Networks of signs as gates: every neuron counts, so a circuit can do the same exactly.

With inputs and hidden values of +1 and -1 and weights of one size q a neuron's sum is q (2 k - m) + b, k of its m kept
inputs agreeing with their weights' signs. It is above 0 exactly from some count on, so a hidden neuron is "at least t
of these literals". The outputs are compared as numbers: class c scores M (2 k - m) + r, with integers M and r so chosen
that all values the single precision logits of any two classes can have compare as the scores do, ties included. That
is checked value by value, not assumed. q must be a power of two, or sums in single precision would not be exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evo.errors import ExportError
from evo.export.decide import Builder
from evo.export.network import Network as Circuit
from evo.export.network import Score, pruned
from evo.masks.model import MaskModel, layer_lines
from fitness.masks.encoder import MaskEncoder
from fitness.masks.networks import Network
from fitness.masks.passes import effective
from genomes.masks.space import MaskSpace

#: Scores are tried at finer and finer scales, up to this one.
FINEST = 1 << 20
WHERE = "--format"


@dataclass(frozen=True, slots=True)
class Counter:
    """One neuron: value = size * (2 * true literals - offset) + bias."""

    literals: tuple[int, ...]
    offset: int
    size: float
    bias: float

    def values(self) -> NDArray[np.float32]:
        """float32[len(literals) + 1]: the sum for 0, 1, ... true literals, as the evaluator computes it."""
        counts = 2 * np.arange(len(self.literals) + 1) - self.offset
        return (np.float32(self.size) * counts.astype(np.float32) + np.float32(self.bias)).astype(np.float32)


def is_exact(network: Network, encoder: MaskEncoder) -> bool:
    """Whether a mask of this network is a circuit: signs on bits, weights of one size, a power of two, per layer."""
    low, high = encoder.ends
    if network.activation != "sign" or encoder.binarizer is None or low != -high:
        return False
    sizes = [np.unique(np.abs(layer.weights[layer.weights != 0])) for layer in network.layers]
    factors = [high, *([1.0] * (len(sizes) - 1))]
    return all(
        len(size) == 1 and np.frexp(float(size[0]) * factor)[0] == 0.5
        for size, factor in zip(sizes, factors, strict=True)
    )


def lowered(model: MaskModel, network: Network, space: MaskSpace, encoder: MaskEncoder) -> Circuit:
    """The pruned network as gates and scores over the bits it uses; `is_exact` must hold.

    Raises:
        ExportError: logits that no integers up to `FINEST` compare like.
    """
    assert encoder.binarizer is not None
    weights = effective(network, space.weight_masks(model.genes))
    numbers = [int(i) + 1 for i in np.flatnonzero(weights[0].any(axis=0))]
    build = Builder(len(numbers), [], {})
    nodes = dict(zip((number - 1 for number in numbers), range(1, len(numbers) + 1), strict=True))
    below: list[int] = [nodes.get(i, 0) for i in range(weights[0].shape[1])]
    factor = encoder.ends[1]
    for layer, matrix in zip(network.layers[:-1], weights[:-1], strict=True):
        counters = _counters(matrix, layer.bias, below, build, factor)
        below = [build.at_least(counter.literals, _least(counter)) for counter in counters]
        factor = 1.0
    last = _counters(weights[-1], network.layers[-1].bias, below, build, factor)
    bits, task = encoder.binarizer.bits, encoder.task
    used = tuple(bits[number - 1] for number in numbers)
    kind_of = {field.name: field.kind for field in encoder.binarizer.fields}
    return pruned(
        Circuit(
            title=f"Network of signs {model.id}, made by evo.",
            words=tuple(layer_lines(model.genes, space)),
            task=replace(task, kind="multiclass", prior=tuple(range(len(task.classes)))),
            bits=used,
            numbers=tuple(numbers),
            kinds={bit.feature: kind_of[bit.feature] for bit in used},
            gates=tuple(build.gates),
            outputs=(),
            scores=scores_of(last),
        )
    )


def _counters(
    matrix: NDArray[np.float32], biases: NDArray[np.float32], below: Sequence[int], build: Builder, factor: float
) -> list[Counter]:
    """The neurons of a layer over literals `below`; constants among these are counted in the offset."""
    size = float(np.abs(matrix).max()) * factor or 1.0
    counters = []
    for row, bias in zip(matrix, biases.tolist(), strict=True):
        literals, offset = [], 0
        for i in np.flatnonzero(row).tolist():
            literal = below[i] if row[i] > 0 else -below[i]
            if abs(literal) == build.true:
                offset -= 1 if literal > 0 else -1
            else:
                literals.append(literal)
                offset += 1
        counters.append(Counter(tuple(literals), offset, size, bias))
    return counters


def _least(counter: Counter) -> int:
    """The fewest true literals with which the sum is above 0; one more than there are where none will do."""
    above = np.flatnonzero(counter.values() > 0)
    return int(above[0]) if len(above) else len(counter.literals) + 1


def scores_of(counters: Sequence[Counter]) -> tuple[Score, ...]:
    """Integer scores that compare as the logits do.

    Raises:
        ExportError: no scale up to `FINEST` gives such.
    """
    values = [counter.values() for counter in counters]
    scale = 1
    while scale <= FINEST:
        ranks = [round(scale * counter.bias / counter.size) for counter in counters]
        told = [
            scale * (2 * np.arange(len(counter.literals) + 1) - counter.offset) + rank
            for counter, rank in zip(counters, ranks, strict=True)
        ]
        if _alike(values, told):
            biases = [rank - scale * counter.offset for counter, rank in zip(counters, ranks, strict=True)]
            return tuple(
                Score(bias - min(biases), tuple((literal, 2 * scale) for literal in counter.literals))
                for counter, bias in zip(counters, biases, strict=True)
            )
        scale *= 2
    raise ExportError(
        "the biases of two classes are too close for a circuit; formats npz and json hold it", where=WHERE
    )


def _alike(values: Sequence[NDArray[np.float32]], told: Sequence[NDArray[np.int64]]) -> bool:
    """Whether any two numbers of different classes compare alike in both."""
    flat, numbers = np.concatenate(values), np.concatenate(told)
    order = np.lexsort((numbers, flat))
    steps, jumps = np.diff(flat[order]), np.diff(numbers[order])
    return bool((((steps > 0) & (jumps > 0)) | ((steps == 0) & (jumps == 0))).all())
