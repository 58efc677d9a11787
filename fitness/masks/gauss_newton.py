"""Neuron-wise Gauss-Newton descent: the default local step (design/masks.md 4.3).

The idea. To drop or keep a connection is not an infinitesimal step, so a gradient alone says little; the curvature
term decides. For one neuron the loss is modelled as slope . d + d . curve . d / 2 in the change d of its effective
weights,

    slope = A^T r,   curve = A^T diag(B) A,
    r_n = c/N sum_c (p_nc - y_nc) J_nc,   B_n = c^2/N ( sum_c p_nc J_nc^2 - (sum_c p_nc J_nc)^2 ),

A what the neuron reads, J the derivative of the logits in its sum (0 where its relu is shut), p the softmax, c the
logit scale: the generalised Gauss-Newton matrix of a softmax loss (Schraudolph 2002), exact but for relu kinks and the
softmax's own higher terms. Over 0/1 genes this is a quadratic pseudo-Boolean problem; `descend` takes it to a local
minimum by single changes and pairs (n:m masks: by exchanges in a group). The true loss then decides: all moves, else
the first third of them, and so on; what does not lower it is not done. So the loss falls monotonically, without a
learning rate, and the density is free (or priced per kept weight).

A filter of a convolution changes at all places of an image at once: there J A becomes sum over places, per class.
Wide neurons take the curvature from a part of the samples; slope and acceptance always see all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.masks.moves import descend
from fitness.masks.bench import Bench
from fitness.masks.networks import Floats, Network
from fitness.masks.samples import Samples
from genomes.deadline import looking
from genomes.masks.space import Genes, MaskSpace

Sites = NDArray[np.int32]
#: Samples that the curvature of a neuron with many inputs is taken from, at least, and per input.
CURVATURE_ROWS, ROWS_PER_INPUT = 512, 4
#: Neurons with more inputs than this take no pair moves: there are too many pairs.
WIDEST_FOR_PAIRS = 128


@dataclass(frozen=True, slots=True)
class Model:
    """slope: float32[inputs]; curve: float32[inputs, inputs], symmetric."""

    slope: Floats
    curve: Floats


def gauss_newton(
    network: Network,
    samples: Samples,
    genes: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    sweeps: int,
    price: float = 0.0,
) -> Genes:
    """At most `sweeps` visits of every neuron, in random order; ends early where a whole sweep changes nothing.

    price: loss that one kept weight costs. Never returns a mask with a larger loss + price * kept.
    """
    bench = Bench(network, samples, space, genes)
    for _ in range(sweeps):
        if not sweep(bench, rng, price):
            break
        bench.refresh()
    return bench.genes


def sweep(bench: Bench, rng: np.random.Generator, price: float = 0.0) -> int:
    """Visit every neuron once; returns how many of them changed."""
    places = neurons_of(bench.space)
    return sum(improve_neuron(bench, places[i], price) for i in looking(rng.permutation(len(places))))


def neurons_of(space: MaskSpace) -> list[tuple[int, int]]:
    """(layer, neuron) of every row of weights, int pairs from the first layer on."""
    return [(layer, neuron) for layer, (neurons, _) in enumerate(space.shapes) for neuron in range(neurons)]


def improve_neuron(bench: Bench, place: tuple[int, int], price: float = 0.0, check: Bench | None = None) -> bool:
    """One step on the neuron (layer, number); True if it changed. `check`: other samples that must improve too."""
    layer, neuron = place
    model = model_of(bench, layer, neuron)
    if model is None:
        return False
    space, weights = bench.space, bench.network.layers[layer].weights[neuron]
    row = bench.masks[layer][neuron].copy()
    sites, values = (np.empty(2 * len(row) + 1, dtype=np.int32) for _ in range(2))
    group = space.m if space.granularity == "n_of_m" else 0
    pairs = len(row) <= WIDEST_FOR_PAIRS
    count = descend(model.slope, model.curve, weights, row, space.low, price, group, pairs, sites, values)
    return accept_prefix(bench, layer, neuron, (sites[:count], values[:count]), price, check)


def accept_prefix(
    bench: Bench, layer: int, neuron: int, moves: tuple[Sites, Sites], price: float, check: Bench | None = None
) -> bool:
    """Make the longest of all, a third, a ninth ... of the moves (sites, values) that lowers the true objective."""
    sites, values = moves
    count = len(sites)
    old = bench.masks[layer][neuron]
    step = 2 if bench.space.granularity == "n_of_m" else 1  # an exchange is two moves
    while count >= step:
        row = old.copy()
        for site, value in zip(sites[:count].tolist(), values[:count].tolist(), strict=True):
            row[site] = value
        if accept(bench, layer, neuron, row, price, check):
            return True
        count = count // (3 * step) * step
    return False


def accept(bench: Bench, layer: int, neuron: int, row: Genes, price: float, check: Bench | None = None) -> bool:
    """Give a neuron the genes `row` int8[inputs] if that lowers loss + price * kept, on the samples of `check` too."""
    old = bench.masks[layer][neuron]
    weights = bench.network.layers[layer].weights[neuron]
    change = weights * (row - old)
    added = price * (np.count_nonzero(row) - np.count_nonzero(old))
    trial = bench.trial(layer, neuron, bench.changed_sums(layer, neuron, change))
    if not trial.loss + added < bench.loss:
        return False
    if check is not None:
        second = check.trial(layer, neuron, check.changed_sums(layer, neuron, change))
        if not second.loss + added < check.loss:
            return False
        check.commit(layer, neuron, row, second)
    bench.commit(layer, neuron, row, trial)
    return True


def model_of(bench: Bench, layer: int, neuron: int) -> Model | None:
    """Slope and curvature of the loss in the effective weights of one neuron; None where it has no influence at all."""
    if bench.network.layers[layer].places > 1:
        return _model_of_filter(bench, layer, neuron)
    scale, n = bench.network.scale, len(bench.samples)
    patches, chances = bench.patches[layer].reshape(n, -1), bench.chances  # of a convolution the one place
    if layer == bench.last:
        chance = chances[:, neuron]
        return _model(patches, bench.errors[:, neuron] * (scale / n), chance * (1 - chance) * (scale * scale / n))
    rows = np.flatnonzero(bench.sums[layer][:, neuron] > 0)
    outgoing = bench.outgoing(layer, neuron)[..., 0]
    if len(rows) == 0 or not outgoing.any():
        return None
    if outgoing.ndim == 1:
        first = bench.errors[rows] @ outgoing
        likely = chances[rows]
        spread = likely @ (outgoing * outgoing) - (likely @ outgoing) ** 2
    else:
        outgoing, likely = outgoing[rows], chances[rows]
        first = np.einsum("nc,nc->n", bench.errors[rows], outgoing)
        spread = np.einsum("nc,nc->n", likely, outgoing * outgoing) - np.einsum("nc,nc->n", likely, outgoing) ** 2
    return _model(patches[rows], first * (scale / n), np.maximum(spread, 0) * (scale * scale / n))


def _model(patches: Floats, first: Floats, spread: Floats) -> Model:
    slope = first.astype(np.float32) @ patches
    n, inputs = patches.shape
    most = max(CURVATURE_ROWS, ROWS_PER_INPUT * inputs)
    if n > 2 * most:  # an even part of the rows, each counting for those left out
        part = np.arange(most) * n // most
        patches, spread = patches[part], spread[part] * (n / most)
    half = patches * np.sqrt(spread, dtype=np.float32)[:, None]
    return Model(slope, half.T @ half)


def _model_of_filter(bench: Bench, layer: int, neuron: int) -> Model | None:
    """The same for a filter: J A is summed over the places of each sample and class."""
    scale, n = np.float32(bench.network.scale), np.float32(len(bench.samples))
    gates = (bench.sums[layer][:, bench.units(layer, neuron)] > 0).astype(np.float32)
    outgoing = bench.outgoing(layer, neuron)
    jacobian = gates[:, None, :] * outgoing  # [N, C, places]
    if not jacobian.any():
        return None
    along = jacobian @ bench.patches[layer]  # [N, C, inputs]
    slope = np.einsum("nc,nci->i", bench.errors, along, optimize=True) * (scale / n)
    mean = np.einsum("nc,nci->ni", bench.chances, along, optimize=True)
    half = (along * np.sqrt(bench.chances)[:, :, None]).reshape(-1, along.shape[-1])
    curve = (half.T @ half - mean.T @ mean) * (scale * scale / n)
    return Model(slope.astype(np.float32), curve.astype(np.float32))
