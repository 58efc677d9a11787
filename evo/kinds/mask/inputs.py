"""What a pruned network reads: the bits that some kept weight leads away from, as the circuits' form has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from evo.export.circuit import Circuit
from evo.kinds.mask.model import MaskModel, layer_lines
from fitness.masks.encoder import MaskEncoder
from fitness.masks.networks import Floats
from genomes.circuits.graph import Graph
from genomes.masks.space import MaskSpace


def used_inputs(weights: Floats) -> list[int]:
    """Inputs, from 0, of a first layer float32[out, inputs] that any neuron reads."""
    return [int(i) for i in np.flatnonzero(weights.any(axis=0))]


def bit_inputs(model: MaskModel, space: MaskSpace, encoder: MaskEncoder, used: Sequence[int], title: str) -> Circuit:
    """A circuit with the input bits `used` (from 0) and nothing on them yet; its first class wins ties."""
    assert encoder.binarizer is not None
    bits = tuple(encoder.binarizer.bits[i] for i in used)
    task = encoder.task
    return Circuit(
        title=title,
        words=tuple(layer_lines(model.genes, space)),
        task=replace(task, kind="multiclass", prior=tuple(range(len(task.classes)))),
        bits=bits,
        numbers=tuple(i + 1 for i in used),
        binarizer=encoder.binarizer,
        graph=Graph.of(len(bits)),
        outputs=(),
        scores=(),
    )
