"""What C and Python of real weights have in common: which inputs and weights are written, and what the head says.

Only kept weights are written. Sums run over them in the order of the inputs, every step rounded to single precision,
and the bias comes last; columns are scaled by the encoder's own formula in double precision. The evaluator does the
same but for the order in which it adds, so C and Python agree with each other on every row, and with `evo predict`
wherever the rounding of sums decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evo.export.circuit import Circuit
from evo.export.names import comment
from evo.kinds.mask.inputs import bit_inputs, used_inputs
from evo.kinds.mask.lower import adds_exactly
from evo.kinds.mask.model import MaskModel, layer_lines, pruned_network
from fitness.masks.encoder import MaskEncoder
from fitness.masks.networks import Network
from genomes.masks.space import MaskSpace


@dataclass(frozen=True, slots=True)
class Sums:
    """A pruned network as it is written.

    pruned: it, its first layer reading `used` only; used: inputs (from 0) that kept weights read; bits: the tests that
    make these, None where they are numbers; about: lines for the file's head.
    """

    pruned: Network
    used: tuple[int, ...]
    encoder: MaskEncoder
    bits: Circuit | None
    about: tuple[str, ...]

    @property
    def ends(self) -> tuple[float, float]:
        """What a bit that is not set and one that is are to the network."""
        low, high = self.encoder.ends
        return float(np.float32(low)), float(np.float32(high))

    @property
    def columns(self) -> list[tuple[str, float, float]]:
        """Name, lowest value and width in training of every column of numbers, used or not; width 0: constant."""
        width = self.encoder.high - self.encoder.low
        names = [field.name for field in self.encoder.fields]
        return list(zip(names, self.encoder.low.tolist(), width.tolist(), strict=True))

    def rows(self, number: int) -> list[tuple[float, list[tuple[int, float]]]]:
        """Per neuron of a layer its bias and its kept weights as (input, weight)."""
        layer = self.pruned.layers[number]
        return [
            (bias, [(int(i), float(row[i])) for i in np.flatnonzero(row)])
            for row, bias in zip(layer.weights, layer.bias.tolist(), strict=True)
        ]


def sums_of(model: MaskModel, network: Network, space: MaskSpace, encoder: MaskEncoder) -> Sums:
    """The mask's network as sums over kept weights."""
    pruned = pruned_network(model, network, space)
    used = used_inputs(pruned.layers[0].weights)
    about = _about(model, space, network, encoder)
    bits = None if encoder.binarizer is None else bit_inputs(model, space, encoder, used, about[0])
    return Sums(narrowed(pruned, used), tuple(used), encoder, bits, about)


def narrowed(pruned: Network, used: list[int]) -> Network:
    """The network whose first layer reads the inputs `used` only."""
    first = replace(pruned.layers[0], weights=pruned.layers[0].weights[:, used])
    return replace(pruned, layers=(first, *pruned.layers[1:]))


def _about(model: MaskModel, space: MaskSpace, network: Network, encoder: MaskEncoder) -> tuple[str, ...]:
    lines = [f"Pruned {network.activation} network {model.id}, made by evo.", *layer_lines(model.genes, space)]
    if not adds_exactly(network, encoder):
        lines.append("Sums are rounded to single precision in another order than by evo predict: classes whose logits")
        lines.append("differ by that rounding only may come out differently.")
        if network.activation == "sign" and len(network.layers) > 1:
            lines.append("So may rows in which the sum of a hidden neuron is 0 up to rounding.")
    return tuple(map(comment, lines))
