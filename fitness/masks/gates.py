"""Local step for neuron masks: open or shut whole hidden neurons, by their exact effect.

A gate multiplies its neuron's activation, which is the same as closing all its outgoing weights. In the last hidden
layer a flip changes the logits by +- a_j v_j, a rank-one update; below it each costs the layers above once more. Visits
are in random order and a flip that lowers loss + price * kept weights is made at once.
"""

from __future__ import annotations

import numpy as np

from fitness.masks.loss import cross_entropy
from fitness.masks.networks import Floats, Network
from fitness.masks.passes import activate, patches_of, sums_of
from fitness.masks.samples import Samples
from genomes.deadline import looking
from genomes.masks.space import Genes, MaskSpace


def gates(
    network: Network,
    samples: Samples,
    genes: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    sweeps: int,
    price: float = 0.0,
) -> Genes:
    """At most `sweeps` visits of every gate; never returns a larger loss + price * kept."""
    state = _Gated(network, samples, space, genes)
    places = [(layer, neuron) for layer, block in enumerate(state.blocks) for neuron in range(len(block))]
    for _ in range(sweeps):
        changed = [state.improve(places[i], price) for i in looking(rng.permutation(len(places)))]
        if not any(changed):
            break
        state.refresh()
    return state.genes


class _Gated:
    """The network behind its gates: values float32[N, units] per hidden layer as if all gates were open, and logits."""

    def __init__(self, network: Network, samples: Samples, space: MaskSpace, genes: Genes) -> None:
        self.network, self.samples, self.space, self.genes = network, samples, space, genes.copy()
        self.blocks = space.blocks(self.genes)
        self.refresh()

    def refresh(self) -> None:
        self.values, self.logits = self._run(0, self.samples.inputs)
        self.loss = cross_entropy(self.logits, self.samples.labels, self.network.scale)

    def _open(self, layer: int, values: Floats) -> Floats:
        return values * np.repeat(self.blocks[layer][:, 0], self.network.layers[layer].places)

    def _run(self, first: int, units: Floats) -> tuple[list[Floats], Floats]:
        """Values of hidden layers from `first` on, and the logits."""
        values: list[Floats] = []
        for number in range(first, len(self.network.layers)):
            layer = self.network.layers[number]
            sums = sums_of(layer, layer.weights, patches_of(layer, units))
            if number == len(self.network.layers) - 1:
                return values, sums
            values.append(activate(sums, self.network.activation))
            units = self._open(number, values[-1])
        raise AssertionError("there is a layer of logits")

    def improve(self, place: tuple[int, int], price: float) -> bool:
        """Flip one gate if that lowers loss + price * kept weights."""
        layer, neuron = place
        before = self.space.kept(self.genes) if price else 0
        self.blocks[layer][neuron, 0] ^= 1
        above: list[Floats] = []
        if layer == len(self.blocks) - 1:
            places = self.network.layers[layer].places
            units = slice(neuron * places, (neuron + 1) * places)
            sign = np.float32(2 * self.blocks[layer][neuron, 0] - 1)
            logits = self.logits + sign * (self.values[layer][:, units] @ self.network.layers[-1].weights[:, units].T)
        else:
            above, logits = self._run(layer + 1, self._open(layer, self.values[layer]))
        loss = cross_entropy(logits, self.samples.labels, self.network.scale)
        added = price * (self.space.kept(self.genes) - before) if price else 0.0
        if loss + added < self.loss:
            self.loss, self.logits = loss, logits
            self.values[layer + 1 :] = above
            return True
        self.blocks[layer][neuron, 0] ^= 1
        return False
