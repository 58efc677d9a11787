"""Networks of signs as gates: every neuron counts, so a circuit can do the same exactly.

A hidden neuron over inputs of +1 and -1 and weights of one size is "at least t of these literals"
(`evo.kinds.mask.counters`), which the builder of circuits counts as it counts votes. The outputs are compared as
numbers: class c scores M (2 k - m) + r, with integers M and r so chosen that all values the logits of any two classes
can have compare as the scores do, ties included. That is checked value by value, not assumed. Neurons that never change
are constants, and the layers above count them in their thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evo.export.circuit import Circuit
from evo.kinds.mask.counters import Counter, is_power_of_two, scores_of
from evo.kinds.mask.inputs import bit_inputs, used_inputs
from evo.kinds.mask.model import MaskModel
from fitness.masks.encoder import MaskEncoder
from fitness.masks.networks import Network
from fitness.masks.passes import effective
from genomes.circuits.builder import Builder
from genomes.circuits.graph import FALSE, TRUE
from genomes.masks.space import MaskSpace


def is_exact(network: Network, encoder: MaskEncoder) -> bool:
    """Whether masks of this network can be circuits: fully connected, signs on bits, weights of one size per layer."""
    low, high = encoder.ends
    if network.activation != "sign" or encoder.binarizer is None or low != -high or high <= 0:
        return False
    if any(layer.gather is not None for layer in network.layers):
        return False
    return all(len(np.unique(np.abs(layer.weights[layer.weights != 0]))) == 1 for layer in network.layers)


def adds_exactly(network: Network, encoder: MaskEncoder) -> bool:
    """Whether `is_exact` and no sum of weights is ever rounded: sizes that are powers of two."""
    sizes = [float(np.abs(layer.weights).max()) for layer in network.layers]
    high = float(np.float32(encoder.ends[1]))
    return is_exact(network, encoder) and all(map(is_power_of_two, [sizes[0] * high, *sizes[1:]]))


def lowered(model: MaskModel, network: Network, space: MaskSpace, encoder: MaskEncoder) -> Circuit:
    """The pruned network as gates and scores over the bits it uses; `is_exact` must hold.

    Raises:
        ExportError: rounding decides whether a neuron's sum is above 0, or which of two logits is higher.
    """
    weights = effective(network, space.weight_masks(model.genes))
    used = used_inputs(weights[0])
    inputs = bit_inputs(model, space, encoder, used, f"Network of signs {model.id}, made by evo.")
    build = Builder(len(used))
    literals = dict(zip(used, inputs.graph.inputs(), strict=True))
    below: list[int] = [literals.get(i, FALSE) for i in range(weights[0].shape[1])]  # nothing reads the others
    factor = float(np.float32(encoder.ends[1]))
    for layer, matrix in zip(network.layers[:-1], weights[:-1], strict=True):
        counters = _counters(matrix, layer.bias, below, factor)
        below = [build.at_least(counter.literals, counter.least()) for counter in counters]
        factor = 1.0
    last = _counters(weights[-1], network.layers[-1].bias, below, factor)
    return replace(inputs, graph=build.graph(), scores=scores_of(last)).cleaned()


def _counters(
    matrix: NDArray[np.float32], biases: NDArray[np.float32], below: Sequence[int], factor: float
) -> list[Counter]:
    """The neurons of a layer over literals `below`; constants among these are counted in the offset."""
    size = float(np.abs(matrix).max()) * factor or 1.0
    counters = []
    for row, bias in zip(matrix, biases.tolist(), strict=True):
        literals, offset = [], 0
        kept = np.flatnonzero(row).tolist()
        for i in kept:
            literal = below[i] ^ int(row[i] < 0)
            if literal in (FALSE, TRUE):
                offset -= 1 if literal == TRUE else -1
            else:
                literals.append(literal)
                offset += 1
        counters.append(Counter(tuple(literals), offset, len(kept), size, bias))
    return counters
