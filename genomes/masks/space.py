"""Where masks live: the shape of the network they prune and the values a gene may have.

The idea. A layer is a matrix of weights with one row per neuron (or per filter of a convolution), and a mask is int8
of the same shape: the weight that counts is weight * mask. All layers lie one after the other in one vector of genes,
so a population is a plain matrix and the gene of a weight is found by arithmetic.

Granularity: `edge` genes are 0 or 1 per weight; `ternary` genes are -1, 0 or 1 per weight (keep, drop, invert);
`n_of_m` genes are 0 or 1 per weight, and of every m consecutive inputs of a neuron exactly n are kept (of a shorter
last group at most n); `neuron` genes are 0 or 1 per hidden neuron; 0 drops all weights into and out of it.

Weights are shared by all masks of a space, so neuron j means the same in each of them: that is why crossover exchanges
whole rows (`genomes.masks.variation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, get_args

import numpy as np
from numpy.typing import NDArray

from genomes.errors import GenomeError
from genomes.masks.spec import Granularity

Genes = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class MaskSpace:
    """The masks of one network.

    shapes: (neurons, inputs per neuron) of every layer; a layer after the first reads a whole number of inputs from
    each neuron below it (one if both are fully connected). n, m: the pattern of `n_of_m`; not used otherwise.

    Raises:
        GenomeError: an unknown granularity, an empty layer, layers that do not chain, or not 1 <= n < m.
    """

    genome: ClassVar[str] = "mask"
    shapes: tuple[tuple[int, int], ...]
    granularity: Granularity = "edge"
    n: int = 2
    m: int = 4

    def __post_init__(self) -> None:
        if self.granularity not in get_args(Granularity):
            raise GenomeError(f"granularity must be one of {', '.join(get_args(Granularity))}, got {self.granularity}")
        if not self.shapes or any(size < 1 for shape in self.shapes for size in shape):
            raise GenomeError(f"expected layers of one neuron and one input at least, got shapes {list(self.shapes)}")
        for (below, _), (_, inputs) in pairwise(self.shapes):
            if inputs % below:
                raise GenomeError(f"a layer with {inputs} inputs per neuron cannot read a layer of {below} neurons")
        if self.granularity == "n_of_m" and not 1 <= self.n < self.m:
            raise GenomeError(f"an n:m pattern needs 1 <= n < m, got {self.n}:{self.m}")
        if self.granularity == "neuron" and len(self.shapes) < 2:
            raise GenomeError("a network without hidden layer has no neurons to prune")

    @property
    def per_weight(self) -> bool:
        """Whether there is a gene for every weight."""
        return self.granularity != "neuron"

    @property
    def low(self) -> int:
        """The smallest value of a gene; the largest is 1."""
        return -1 if self.granularity == "ternary" else 0

    @property
    def n_weights(self) -> int:
        """Weights of the network."""
        return sum(neurons * inputs for neurons, inputs in self.shapes)

    @property
    def gene_shapes(self) -> tuple[tuple[int, int], ...]:
        """(rows, genes per row) of every block of genes; a row belongs to one neuron."""
        return self.shapes if self.per_weight else tuple((neurons, 1) for neurons, _ in self.shapes[:-1])

    @property
    def n_genes(self) -> int:
        """Genes of a mask."""
        return sum(rows * width for rows, width in self.gene_shapes)

    def blocks(self, genes: Genes) -> tuple[Genes, ...]:
        """Views int8[rows, genes per row] of a genome int8[n_genes], one per block."""
        bounds = np.cumsum([0, *(rows * width for rows, width in self.gene_shapes)])
        pieces = (genes[a:b] for a, b in pairwise(bounds.tolist()))
        return tuple(piece.reshape(shape) for piece, shape in zip(pieces, self.gene_shapes, strict=True))

    def weight_masks(self, genes: Genes) -> tuple[Genes, ...]:
        """int8[neurons, inputs] per layer: what the weights are multiplied by (views where genes are per weight)."""
        if self.per_weight:
            return self.blocks(genes)
        masks = [np.ones(shape, dtype=np.int8) for shape in self.shapes]
        for gates, below, above in zip(self.blocks(genes), masks[:-1], masks[1:], strict=True):
            below[:] *= gates  # what goes into a closed neuron is not kept either
            above[:] *= np.repeat(gates[:, 0], above.shape[1] // len(gates))
        return tuple(masks)

    def group_sizes(self, inputs: int) -> list[tuple[int, int]]:
        """(first, last + 1) of every group of m consecutive inputs of a row."""
        return [(start, min(start + self.m, inputs)) for start in range(0, inputs, self.m)]

    def kept(self, genes: Genes) -> int:
        """Weights that a genome keeps."""
        return int(sum(np.count_nonzero(mask) for mask in self.weight_masks(genes)))


def check_mask(genes: Genes, space: MaskSpace) -> None:
    """Raise GenomeError unless `genes` is a member of `space` (closure of every operator)."""
    if genes.dtype != np.int8 or genes.shape != (space.n_genes,):
        raise GenomeError(f"expected a mask int8[{space.n_genes}], got {genes.dtype}{list(genes.shape)}")
    check_masks(genes[None], space)


def check_masks(genes: NDArray[np.int8], space: MaskSpace) -> None:
    """Raise GenomeError unless every row of int8[n, n_genes] is a member of `space`."""
    if genes.size and (genes.min() < space.low or genes.max() > 1):
        raise GenomeError(f"expected mask values from {space.low} to 1, got {genes.min()} to {genes.max()}")
    if space.granularity == "n_of_m":
        bounds = np.cumsum([0, *(rows * width for rows, width in space.gene_shapes)]).tolist()
        for number, (start, stop) in enumerate(pairwise(bounds)):
            _check_groups(genes[:, start:stop].reshape(-1, space.shapes[number][1]), space, number)


def _check_groups(rows: Genes, space: MaskSpace, number: int) -> None:
    """The groups of layer `number`, whose neurons are the rows, mask after mask."""
    neurons, inputs = space.shapes[number]
    bounds = np.array(space.group_sizes(inputs))
    kept = np.add.reduceat(rows, bounds[:, 0], axis=1, dtype=np.int64)
    wanted = np.minimum(space.n, bounds[:, 1] - bounds[:, 0])
    wrong = np.argwhere(kept != wanted)
    if len(wrong):
        row, group = wrong[0].tolist()
        start, stop = bounds[group].tolist()
        place = f"layer {number}, neuron {row % neurons}, inputs {start} to {stop - 1}"
        raise GenomeError(f"expected {wanted[group]} kept of {stop - start}, got {kept[row, group]}: {place}")
