"""Local step for n:m masks of trained networks: keep what every layer's output needs.

Where the weights are worth imitating, a mask is good that changes the sums of each neuron least. That error is
quadratic in the mask and neurons do not interact, so whole patterns, one and two groups at a time, are chosen by their
exact effect (`fitness.masks.n_of_m`), layer by layer from the input on; each layer reads what the pruned layers below
give.
"""

from __future__ import annotations

import numpy as np

from fitness.masks.n_of_m import exact_steps, gram_of
from fitness.masks.networks import Network
from fitness.masks.passes import effective, forward
from fitness.masks.samples import Samples
from genomes.masks.space import Genes, MaskSpace

#: Samples that a layer's inputs are taken from, at most.
ROWS = 8192


def group(
    network: Network,
    samples: Samples,
    genes: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    sweeps: int,
    price: float = 0.0,
) -> Genes:
    """Descent from the mask's own patterns, then from `sweeps` - 1 starts with a third of the groups drawn anew.

    Raises:
        DataError: inputs that are no whole number of groups.
    """
    improved = genes.copy()
    blocks, inputs = space.blocks(improved), samples.inputs[:ROWS]
    for number, layer in enumerate(network.layers):
        patches = forward(network, effective(network, blocks), inputs).patches[number]
        gram = gram_of(patches.reshape(-1, patches.shape[-1]))
        blocks[number][:] = exact_steps(gram, layer.weights, blocks[number], space, rng, sweeps)
    return improved
