"""Edge-popup: a score per connection, learnt by gradients; the mask is where they are largest (Ramanujan et al. 2020).

The weights stay as they are. In the forward pass a layer uses the k * 100 % connections with the largest |score| (n:m
masks: the n largest of every m; ternary masks: with the score's sign); in the backward pass the choice counts as the
identity, so a score gets its weight times the derivative of the loss in the effective weight ("straight-through").
Stochastic gradient descent with momentum, weight decay and a cosine schedule, as in the authors' code.

It is the strongest cheap competitor of the other local steps, the best seed for them on wide networks and the best step
on large ones. The state is a value: `advance` may be called any number of times and never looks at a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fitness.errors import DataError
from fitness.masks.loss import errors_of
from fitness.masks.networks import Floats, Network
from fitness.masks.passes import backward, forward
from fitness.masks.samples import Samples
from genomes.deadline import looking
from genomes.masks.samples import n_largest
from genomes.masks.space import Genes, MaskSpace

#: Of the authors' stochastic gradient descent; samples per step.
MOMENTUM, DECAY, BATCH = 0.9, 1e-4, 128


@dataclass(frozen=True, slots=True)
class PopupSettings:
    """keep: share of every layer's connections; rate: learning rate at the start of the cosine; noise: deviation of
    Gaussian noise on the inputs of every batch, drawn anew (Bishop 1995: it regularizes).
    """

    keep: float = 0.5
    rate: float = 0.1
    noise: float = 0.0


@dataclass(frozen=True, slots=True)
class PopupState:
    """scores, speeds: float32[out, inputs] per layer; order: samples of the current epoch; done: steps so far."""

    scores: tuple[Floats, ...]
    speeds: tuple[Floats, ...]
    order: np.ndarray[tuple[int], np.dtype[np.intp]]
    done: int = 0


def edge_popup(
    network: Network,
    samples: Samples,
    genes: Genes | None,
    space: MaskSpace,
    rng: np.random.Generator,
    steps: int,
    settings: PopupSettings | None = None,
) -> Genes:
    """The mask after `steps` batches from random scores, or from scores that agree with `genes`.

    Raises:
        DataError: neuron masks, whose genes have no weight of their own to learn from.
    """
    settings = settings or PopupSettings()
    state = begin(network, samples, genes, space, rng)
    return mask_of(advance(network, samples, state, space, rng, steps, steps, settings).scores, space, settings.keep)


def relearnt(
    network: Network,
    samples: Samples,
    genes: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    steps: int,
    price: float,
) -> Genes:
    """The local step: `edge_popup` from scores that agree with `genes`; it keeps a share and has no price."""
    return edge_popup(network, samples, genes, space, rng, steps)


def begin(
    network: Network, samples: Samples, genes: Genes | None, space: MaskSpace, rng: np.random.Generator
) -> PopupState:
    """Scores U(-1, 1) / sqrt(inputs), as the authors draw them; with `genes`, the larger ones where it keeps."""
    if not space.per_weight:
        raise DataError("edge_popup needs a gene per weight; neuron masks have none", where="local.kind")
    scores = []
    masks = space.weight_masks(genes) if genes is not None else [None] * len(network.layers)
    for layer, mask in zip(network.layers, masks, strict=True):
        values = rng.uniform(-1.0, 1.0, layer.weights.shape) / np.sqrt(layer.weights.shape[1])
        if mask is not None:
            values = _agreeing(values, mask, space)
        scores.append(values.astype(np.float32))
    speeds = tuple(np.zeros_like(score) for score in scores)
    return PopupState(tuple(scores), speeds, np.zeros(0, dtype=np.intp))


def _agreeing(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], mask: Genes, space: MaskSpace
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The same values in another order, so that every kept connection has a larger |score| than a dropped one."""
    ordered = np.sort(np.abs(values), axis=None)
    ranks = np.argsort(np.argsort(np.abs(mask).ravel() * 2.0 + np.abs(values).ravel(), kind="stable"), kind="stable")
    signs = np.where(mask < 0, -1.0, 1.0) if space.granularity == "ternary" else 1.0
    return ordered[ranks].reshape(mask.shape) * signs


def mask_of(scores: tuple[Floats, ...], space: MaskSpace, keep: float) -> Genes:
    """int8[n_genes]: the mask that the scores stand for."""
    return np.concatenate([_chosen(score, space, keep).ravel() for score in scores])


def _chosen(score: Floats, space: MaskSpace, keep: float) -> Genes:
    size = np.abs(score)
    if space.granularity == "n_of_m":
        return n_largest(size, space)
    kept = round(keep * size.size)
    if kept == 0:
        return np.zeros(score.shape, dtype=np.int8)
    border = np.partition(size, size.size - kept, axis=None)[size.size - kept]
    chosen: Genes = (size >= border).astype(np.int8)
    if space.granularity == "ternary":
        np.multiply(chosen, np.sign(score).astype(np.int8), out=chosen)
    return chosen


def advance(
    network: Network,
    samples: Samples,
    state: PopupState,
    space: MaskSpace,
    rng: np.random.Generator,
    steps: int,
    total: int,
    settings: PopupSettings,
) -> PopupState:
    """`steps` more batches of a run of `total` (the end of the cosine schedule)."""
    scores, speeds, order = [s.copy() for s in state.scores], [s.copy() for s in state.speeds], state.order
    batch = min(BATCH, len(samples))
    for done in looking(range(state.done, state.done + steps)):
        if len(order) < batch:
            order = rng.permutation(len(samples))
        rows, order = order[:batch], order[batch:]
        rate = settings.rate * 0.5 * (1 + np.cos(np.pi * min(1.0, done / max(1, total))))
        _step(
            network,
            _noisy(samples.take(rows), rng, settings.noise),
            scores,
            speeds,
            space,
            replace(settings, rate=rate),
        )
    return PopupState(tuple(scores), tuple(speeds), order, state.done + steps)


def _noisy(samples: Samples, rng: np.random.Generator, deviation: float) -> Samples:
    if not deviation:
        return samples
    noise = rng.standard_normal(samples.inputs.shape, dtype=np.float32)
    return replace(samples, inputs=samples.inputs + np.float32(deviation) * noise)


def _step(
    network: Network,
    samples: Samples,
    scores: list[Floats],
    speeds: list[Floats],
    space: MaskSpace,
    settings: PopupSettings,
) -> None:
    """One batch, scores and speeds in place."""
    weights = [
        layer.weights * _chosen(score, space, settings.keep)
        for layer, score in zip(network.layers, scores, strict=True)
    ]
    done = forward(network, weights, samples.inputs)
    errors = errors_of(done.logits, samples.labels, network.scale)
    slopes, _ = backward(network, weights, done, errors)
    for layer, score, speed, slope in zip(network.layers, scores, speeds, slopes, strict=True):
        np.multiply(slope, layer.weights, out=slope)
        if space.granularity != "ternary":  # the mask stands for |score|
            np.multiply(slope, np.sign(score), out=slope)
        np.add(slope, np.float32(DECAY) * score, out=slope)
        np.multiply(speed, np.float32(MOMENTUM), out=speed)
        np.add(speed, slope, out=speed)
        np.subtract(score, np.float32(settings.rate) * speed, out=score)
