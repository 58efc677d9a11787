"""Down to a wanted density: Gauss-Newton sweeps with a price per kept weight that rises until it is reached.

A fixed price asks for a loss, a user asks for a density. Each sweep at a price drops what is not worth it and lets the
rest take over; the price goes on rising by `RISE` while too much is kept, then stays, and further sweeps repair what
the last drop cost. In contrast to a share per layer, layers are thinned where it costs least.
"""

from __future__ import annotations

import numpy as np

from fitness.masks.bench import Bench
from fitness.masks.gauss_newton import sweep
from fitness.masks.networks import Network
from fitness.masks.samples import Samples
from genomes.masks.space import Genes, MaskSpace

#: First price, as a share of the loss of guessing (log of the number of classes) spread over all weights; its rise.
FIRST, RISE = 0.01, 1.15


def sparsify(
    network: Network,
    samples: Samples,
    genes: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    sweeps: int,
    keep: float,
) -> tuple[Genes, float]:
    """A mask of at most about `keep` * 100 % of the weights (if `sweeps` suffice), and the price it was reached at."""
    bench = Bench(network, samples, space, genes)
    price = FIRST * float(np.log(network.n_outputs)) / space.n_weights
    for _ in range(sweeps):
        changed = sweep(bench, rng, price)
        bench.refresh()
        if space.kept(bench.genes) > keep * space.n_weights:
            price *= RISE
        elif not changed:
            break
    return bench.genes, price
