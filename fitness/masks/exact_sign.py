"""Exact local step for networks with sign activations (design/masks.md 4.6 and 4.7).

A hidden neuron is +1 or -1. The loss with it on minus the loss with it off, sample by sample, does not depend on its
own mask: gain_n = CE_n(+1) - CE_n(-1), one rank-one update of the logits. What remains is to choose the neuron's mask
so that it is on where the gain is negative: a weighted threshold-learning problem that `descend_threshold` descends
with exact counts, all moves of a neuron at once. The readout layer is smooth and takes the Gauss-Newton step.

Every change is exact, so the loss falls monotonically; weights and inputs may be any numbers, +-1 are the fast case
(the fewest samples lie close enough to the threshold to matter).
"""

from __future__ import annotations

import numpy as np

from fitness.errors import DataError
from fitness.kernels.masks.thresholds import descend_threshold
from fitness.masks.bench import Bench
from fitness.masks.gauss_newton import accept, improve_neuron, neurons_of
from fitness.masks.networks import Floats, Network
from fitness.masks.samples import Samples
from genomes.deadline import looking
from genomes.masks.space import Genes, MaskSpace

#: Moves per visit of a neuron: the gains of others change with every neuron, so a visit need not go to its end.
MOVES = 16


def exact_sign(
    network: Network,
    samples: Samples,
    genes: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    sweeps: int,
    price: float = 0.0,
) -> Genes:
    """At most `sweeps` visits of every neuron, in random order; never returns a larger loss + price * kept.

    Raises:
        DataError: a network of another activation, or with convolutions.
    """
    if network.activation != "sign" or any(layer.gather is not None for layer in network.layers):
        raise DataError("exact_sign needs a fully connected network with activation sign", where="local.kind")
    bench = Bench(network, samples, space, genes)
    inputs = np.ascontiguousarray(samples.inputs.T)
    for _ in range(sweeps):
        if not sweep_signs(bench, inputs, rng, price):
            break
        bench.refresh()
    return bench.genes


def sweep_signs(bench: Bench, inputs: Floats, rng: np.random.Generator, price: float = 0.0) -> int:
    """Visit every neuron once; returns how many changed. inputs: float32[features, N], the samples turned."""
    places = neurons_of(bench.space)
    changed = 0
    for i in looking(rng.permutation(len(places))):
        layer, neuron = places[i]
        if layer == bench.last:
            changed += improve_neuron(bench, places[i], price)
        else:
            features = inputs if layer == 0 else np.ascontiguousarray(bench.patches[layer].T)
            changed += improve_threshold(bench, features, layer, neuron, price)
    return changed


def gains_of(bench: Bench, layer: int, neuron: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """float64[N]: loss with the neuron on minus with it off, each sample's share of the mean."""
    n = len(bench.samples)
    on, off = (bench.trial(layer, neuron, np.full((n, 1), side, dtype=np.float32)) for side in (1, -1))
    rows, labels = np.arange(n), bench.samples.labels
    with np.errstate(divide="ignore"):
        chances = [np.log(np.maximum(t.chances[rows, labels], 1e-38), dtype=np.float64) for t in (on, off)]
    return (chances[1] - chances[0]) / n


def improve_threshold(bench: Bench, features: Floats, layer: int, neuron: int, price: float = 0.0) -> bool:
    """One exact step on one hidden neuron; True if it changed. features: float32[inputs, N], what it reads."""
    if layer == bench.last - 1 and not bench.weights[bench.last][:, neuron].any():
        return False
    gains = gains_of(bench, layer, neuron)
    row, sums = bench.masks[layer][neuron].copy(), bench.sums[layer][:, neuron].copy()
    weights = bench.network.layers[layer].weights[neuron]
    space, group = bench.space, bench.space.m if bench.space.granularity == "n_of_m" else 0
    if not descend_threshold(features, sums, gains, weights, row, space.low, price, group, MOVES):
        return False
    return accept(bench, layer, neuron, row, price)  # differences below the rounding of single precision are refused
