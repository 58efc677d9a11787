"""Small networks, samples and masks for the tests of pruning masks."""

from __future__ import annotations

import numpy as np

from fitness.masks.networks import Convolution, Network, conv_network, dense_network
from fitness.masks.samples import Samples
from genomes.masks.batch import MaskBatch
from genomes.masks.canonical import canonical
from genomes.masks.plain import mask_from_plain, mask_to_plain
from genomes.masks.samples import random_mask
from genomes.masks.space import Genes, MaskSpace, check_mask
from genomes.masks.variation import mix_neurons, mutate
from tests.kits.genome_kit import Arrays, GenomeCase


def rng_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def samples_for(network: Network, n: int = 40, seed: int = 0, *, signs: bool = False) -> Samples:
    rng = rng_of(seed)
    inputs = rng.normal(size=(n, network.n_inputs))
    inputs = np.where(inputs > 0, 1.0, -1.0) if signs else inputs
    return Samples.of(inputs, rng.integers(0, network.n_outputs, n))


def relu_network(seed: int = 0, sizes: tuple[int, ...] = (6, 5, 3), scale: float = 0.3) -> Network:
    return dense_network(rng_of(seed), sizes).scaled(scale)


def sign_network(seed: int = 0, sizes: tuple[int, ...] = (9, 6, 3)) -> Network:
    return dense_network(rng_of(seed), sizes, "signed_constant", activation="sign", biases=False).scaled(0.5)


def image_network(seed: int = 0) -> Network:
    return conv_network(rng_of(seed), (1, 5, 5), (Convolution(3, 2), Convolution(2, 2, 2)), (3,)).scaled(0.3)


def masked(network: Network, space: MaskSpace, seed: int = 0) -> Genes:
    return random_mask(rng_of(seed), space, 0.5)


def mask_case(name: str, space: MaskSpace, smallest: int, largest: int) -> GenomeCase:

    weights = [rng_of(number).normal(size=shape) for number, shape in enumerate(space.shapes)]
    inputs = rng_of(9).normal(size=(7, space.shapes[0][1]))

    def function(genes: Genes) -> list[float]:
        units = inputs
        for number, (matrix, mask) in enumerate(zip(weights, space.weight_masks(genes), strict=True)):
            units = units @ (matrix * mask).T
            units = np.maximum(units, 0) if number < len(weights) - 1 else units
        return [float(value) for value in units.ravel()]

    def read(arrays: Arrays) -> MaskBatch:
        return MaskBatch.from_arrays(arrays, "p", space)

    return GenomeCase(
        name=name,
        random=lambda rng: random_mask(rng, space, float(rng.random())),
        operators={
            "mix_neurons": lambda rng, a, b: mix_neurons(rng, a, b, space),
            "mutate": lambda rng, a, b: mutate(rng, a, space),
            "mutate_many": lambda rng, a, b: mutate(rng, a, space, 0.3),
        },
        check=lambda genes: check_mask(genes, space),
        key=lambda genes: genes.tobytes(),
        canonical=lambda genes: canonical(genes, space),
        function=function,
        to_plain=lambda genes: mask_to_plain(genes, space),
        from_plain=lambda plain: mask_from_plain(plain, space),
        to_arrays=lambda genomes: MaskBatch.of(genomes, space).to_arrays("p"),
        from_arrays=read,
        padding=lambda genes: [],
        size=lambda genes: int(np.count_nonzero(genes)),
        smallest=smallest,
        largest=largest,
    )
