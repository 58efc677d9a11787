"""What a mask is judged by: softmax cross entropy of scaled logits, accuracy, kept weights and their price.

The weights are fixed, so a mask cannot make logits larger at will: without a `scale` that fits them cross entropy
either asks for margins the network cannot have or is content with any. `auto_scale` takes the scale at which the logits
of half-density masks differ by about 2 between classes; the objective then follows accuracy on small networks too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.errors import DataError
from fitness.masks.networks import Floats, Network
from fitness.masks.passes import logits_of
from fitness.masks.samples import Samples
from genomes.masks.samples import random_mask
from genomes.masks.space import Genes

#: Deviation between the scaled logits of a random mask.
SPREAD = 2.0
#: Random masks that the scale is measured on.
DRAWN = 4


@dataclass(frozen=True, slots=True)
class Score:
    """loss: mean cross entropy; accuracy: share of samples whose largest logit is their class; kept: weights kept."""

    loss: float
    accuracy: float
    kept: int


def cross_entropy(logits: Floats, labels: NDArray[np.int64], scale: float) -> float:
    """Mean over samples of log sum exp(scale * logits) - scale * logits[label]."""
    shifted = logits * np.float32(scale)
    shifted -= shifted.max(axis=1, keepdims=True)
    normal = np.exp(shifted).sum(axis=1)
    return float(np.mean(np.log(normal) - shifted[np.arange(len(labels)), labels], dtype=np.float64))


def errors_of(logits: Floats, labels: NDArray[np.int64], scale: float) -> Floats:
    """Derivative of the mean cross entropy in the (unscaled) logits: scale / N * (p - one hot)."""
    from fitness.kernels.masks.softmax import softmax_loss  # noqa: PLC0415 - numba is loaded when a search runs

    errors = np.empty_like(logits)
    softmax_loss(logits, labels, np.float32(scale), errors)
    errors[np.arange(len(labels)), labels] -= 1
    errors *= np.float32(scale / len(labels))
    return errors


def accuracy(logits: Floats, labels: NDArray[np.int64]) -> float:
    """Share of samples whose largest logit (the first of equal ones) is their class."""
    return float(np.mean(logits.argmax(axis=1) == labels))


def score(network: Network, masks: Sequence[Genes], samples: Samples) -> Score:
    """Loss, accuracy and kept weights of one mask (int8[out, inputs] per layer)."""
    logits = logits_of(network, masks, samples.inputs)
    kept = int(sum(np.count_nonzero(mask) for mask in masks))
    return Score(cross_entropy(logits, samples.labels, network.scale), accuracy(logits, samples.labels), kept)


def auto_scale(rng: np.random.Generator, network: Network, samples: Samples) -> float:
    """The scale at which logits of half-density masks deviate by `SPREAD` between classes (median over samples).

    Raises:
        DataError: the logits are too large for float32.
    """
    space = network.space()
    spreads = []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(DRAWN):
            logits = logits_of(network, space.weight_masks(random_mask(rng, space)), samples.inputs[:4096])
            spreads.append(float(np.median(logits.std(axis=1))))
    if not np.isfinite(spreads).all():
        text = "outputs of this network overflow float32: its weights are too large; scale them down"
        raise DataError(text, where="genome.network")
    return SPREAD / max(float(np.median(spreads)), 1e-12)
