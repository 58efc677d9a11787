"""A mask at work on samples: everything a local step needs to know, kept up to date change by change.

Steps change one neuron's incoming weights at a time. Of a network with H hidden neurons and C classes such a change
costs N * C for the loss (a rank-one update of the logits) where a whole forward pass costs N * H * (inputs + C). Only
neurons with another hidden layer above them need the layers above once more.

Not a value: a bench is made, used and dropped inside one local step; what goes in and comes out are arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitness.kernels.masks.softmax import softmax_loss
from fitness.masks.networks import Floats, Network
from fitness.masks.passes import Pass, activate, effective, forward, forward_from, places_first, units_below
from fitness.masks.samples import Samples
from genomes.masks.space import Genes, MaskSpace


@dataclass(frozen=True, slots=True)
class Trial:
    """What a change of one neuron would lead to: its sums float32[N, places], passes above, logits, softmax, loss."""

    sums: Floats
    above: Pass | None
    logits: Floats
    chances: Floats
    loss: float


class Bench:
    """One mask on one set of samples; `genes`, `masks` and `weights` are its own copies."""

    def __init__(self, network: Network, samples: Samples, space: MaskSpace, genes: Genes) -> None:
        self.network, self.samples, self.space = network, samples, space
        self.genes = genes.copy()
        self.masks = space.weight_masks(self.genes)
        self.weights = [np.ascontiguousarray(matrix) for matrix in effective(network, self.masks)]
        self.last = len(network.layers) - 1
        self.refresh()

    def refresh(self) -> None:
        """Everything anew from the weights (removes the rounding of many small updates)."""
        done = forward(self.network, self.weights, self.samples.inputs)
        self.patches, self.sums = list(done.patches), list(done.sums)
        self._jacobians: dict[int, Floats] = {}
        self._judge(done.logits, *self._softmax(done.logits))

    def _softmax(self, logits: Floats) -> tuple[Floats, float]:
        chances = np.empty_like(logits)
        return chances, softmax_loss(logits, self.samples.labels, np.float32(self.network.scale), chances)

    def _judge(self, logits: Floats, chances: Floats, loss: float) -> None:
        self.logits, self.chances, self.loss = logits, chances, loss
        self.errors = chances.copy()
        self.errors[np.arange(len(self.samples)), self.samples.labels] -= 1

    def units(self, layer: int, neuron: int) -> slice:
        """Units of one neuron or filter, at all its places."""
        places = self.network.layers[layer].places
        return slice(neuron * places, (neuron + 1) * places)

    def outgoing(self, layer: int, neuron: int) -> Floats:
        """Derivative of the logits in the activations of one neuron: float32[C, places], or [N, C, places] if they
        depend on the sample (where there is another hidden layer above).
        """
        units = self.units(layer, neuron)
        if layer == self.last - 1:
            return self.weights[self.last][:, units]
        above, matrix = self.network.layers[layer + 1], self.weights[layer + 1]
        jacobian = self._jacobian(layer + 1)
        n, classes, _ = jacobian.shape
        if above.gather is None:
            return jacobian @ matrix[:, units]
        width = matrix.shape[1] // len(self.weights[layer])
        columns = slice(neuron * width, (neuron + 1) * width)
        at_places = places_first(above, jacobian.reshape(n * classes, -1)) @ matrix[:, columns]
        inner = above.gather[:, columns] - units.start
        below = np.zeros((n * classes, units.stop - units.start), dtype=np.float32)
        for place, read in enumerate(inner):
            below[:, read] += at_places[:, place]
        return below.reshape(n, classes, -1)

    def _jacobian(self, layer: int) -> Floats:
        """Derivative of the logits in the sums of a hidden layer: float32[N, C, units], kept until a change."""
        if layer not in self._jacobians:
            gates = (self.sums[layer] > 0)[:, None, :]
            if layer == self.last - 1:
                whole = np.broadcast_to(self.weights[self.last], (len(self.samples), *self.weights[self.last].shape))
            else:
                above, jacobian = self.network.layers[layer + 1], self._jacobian(layer + 1)
                flat = places_first(above, jacobian.reshape(-1, jacobian.shape[-1])) @ self.weights[layer + 1]
                whole = units_below(above, flat, self.sums[layer].shape[1]).reshape(*jacobian.shape[:2], -1)
            self._jacobians[layer] = whole * gates
        return self._jacobians[layer]

    def changed_sums(self, layer: int, neuron: int, change: Floats) -> Floats:
        """Sums float32[N, places] of one neuron after its effective weights changed by `change` float32[inputs]."""
        moved = np.flatnonzero(change)
        patches = self.patches[layer]
        few = 2 * len(moved) < len(change)
        difference = patches[..., moved] @ change[moved] if few else patches @ change
        return self.sums[layer][:, self.units(layer, neuron)] + difference.reshape(len(patches), -1)

    def trial(self, layer: int, neuron: int, sums: Floats) -> Trial:
        """The loss if one neuron had the sums float32[N, places]; nothing is changed."""
        units, above = self.units(layer, neuron), None
        if layer == self.last:
            logits = self.logits.copy()
            logits[:, units] = sums
        else:
            activation = self.network.activation
            values = activate(sums, activation)
            if layer == self.last - 1:
                difference = values - activate(self.sums[layer][:, units], activation)
                outgoing = self.weights[self.last][:, units]
                added = difference @ outgoing.T if sums.shape[1] > 1 else difference * outgoing[:, 0]
                logits = np.add(self.logits, added, dtype=np.float32)
            else:
                below = activate(self.sums[layer], activation)
                below[:, units] = values
                above = forward_from(self.network, self.weights, layer + 1, below)
                logits = above.logits
        return Trial(sums, above, logits, *self._softmax(logits))

    def commit(self, layer: int, neuron: int, row: Genes, trial: Trial) -> None:
        """Make a trial real: the neuron's genes become `row` int8[inputs]."""
        self.masks[layer][neuron] = row
        self.weights[layer][neuron] = self.network.layers[layer].weights[neuron] * row
        units = self.units(layer, neuron)
        self.sums[layer][:, units] = trial.sums
        if trial.above is not None:
            self.patches[layer + 1 :], self.sums[layer + 1 :] = trial.above.patches, trial.above.sums
        elif layer < self.last:
            self.patches[self.last][:, units] = activate(trial.sums, self.network.activation)
        self.sums[self.last], self._jacobians = trial.logits, {}
        self._judge(trial.logits, trial.chances, trial.loss)
