"""Gauss-Newton on large data: each round improves some neurons on one batch and asks a second one.

A step that fits 203,264 bits to 8,192 samples overfits them, so a change must lower the loss on a second batch too,
which chose nothing; and a round visits few neurons before both batches are drawn anew.
"""

from __future__ import annotations

import numpy as np

from fitness.masks.bench import Bench
from fitness.masks.gauss_newton import improve_neuron, neurons_of
from fitness.masks.networks import Network
from fitness.masks.samples import Samples
from genomes.deadline import looking
from genomes.masks.space import Genes, MaskSpace

#: Samples of each of the two batches of a round, and neurons that it visits.
BATCH, VISITS = 4096, 32


def minibatch_gauss_newton(
    network: Network,
    samples: Samples,
    genes: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    rounds: int,
    price: float = 0.0,
) -> Genes:
    """`rounds` of visits; two batches of at most half of all samples per round."""
    places = neurons_of(space)
    size = min(BATCH, len(samples) // 2)
    for _ in range(rounds):
        rows = rng.permutation(len(samples))[: 2 * size]
        bench = Bench(network, samples.take(rows[:size]), space, genes)
        check = Bench(network, samples.take(rows[size:]), space, genes)
        for i in looking(rng.permutation(len(places))[:VISITS]):
            improve_neuron(bench, places[i], price, check)
        genes = bench.genes
    return genes
