"""A voting problem in the layout of the vote kernels: samples sorted by class, both polarities, both orders.

Samples of one class follow each other, and within it, where rows have weights, those of one weight. Each such group
begins a new word: words [starts[g, 0], starts[g + 1, 0]) hold group g of the class starts[g, 1].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, frozen
from fitness.layouts.sample_order import grouped_literals, shuffled
from fitness.layouts.weighted_words import WordOrder, both_polarities, joined
from genomes.bits import WORD, Bools, Words, pack, set_positions, splitmix, unpack


@dataclass(frozen=True, slots=True)
class VoteLayout:
    """lits: uint64[2n, W], row n + i the negation of input i; rows: uint64[W, n]; valid: uint64[W], the real samples.

    starts: int64[groups + 1, 2], first words and classes of the groups; units: int64[groups], what their samples weigh;
    members: per class its samples' numbers in the split, in the order of `BinaryLayout` without weights; order: of the
    samples where they have weights, with what each weighs (int64[rows]).
    """

    lits: Words
    rows: Words
    valid: Words
    starts: NDArray[np.int64]
    units: NDArray[np.int64]
    members: tuple[NDArray[np.intp], ...]
    order: tuple[WordOrder, NDArray[np.int64]] | None = None

    @property
    def n_inputs(self) -> int:
        """Input bits."""
        return int(self.rows.shape[1])

    @property
    def n_classes(self) -> int:
        """Classes that are voted for."""
        return len(self.members)

    @classmethod
    def of(cls, split: Split) -> VoteLayout:
        """The care set of `split`; its planes are one per class."""
        members = tuple(shuffled(set_positions(plane)) for plane in split.planes & split.care)
        if split.weights is None:
            lits, firsts = grouped_literals(split, members)
            starts = np.stack([firsts, np.arange(len(members) + 1)], axis=1)
            return cls._of_literals(lits, starts, np.ones(len(members), dtype=np.int64), members)
        orders = [WordOrder.of(rows, split.weights.units) for rows in members]
        order, labels = joined(orders), np.repeat(np.arange(len(members)), [len(o.weights) for o in orders])
        first = np.flatnonzero((np.diff(labels, prepend=-1) != 0) | (np.diff(order.weights, prepend=np.uint64(0)) != 0))
        starts = np.stack([np.append(first, len(labels)), np.append(labels[first], len(members))], axis=1)
        units = order.weights[first].astype(np.int64)
        return cls._of_literals(both_polarities(split, order), starts, units, members, (order, split.weights.units))

    @classmethod
    def _of_literals(
        cls,
        lits: Words,
        starts: NDArray[np.int64],
        units: NDArray[np.int64],
        members: tuple[NDArray[np.intp], ...],
        order: tuple[WordOrder, NDArray[np.int64]] | None = None,
    ) -> VoteLayout:
        n = len(lits) // 2
        rows, valid = np.ascontiguousarray(lits[:n].T), lits[0] | lits[n]
        return cls(frozen(lits), frozen(rows), frozen(valid), np.ascontiguousarray(starts), units, members, order)

    def of_class(self, mask: Words, label: int) -> Words:
        """A mask uint64[W] of this layout in that of the one-against-the-rest layout of class `label`."""
        flags = unpack(mask, len(mask) * WORD)
        if self.order is not None:
            return self._weighted_of_class(flags, label, *self.order)
        starts = self.starts[:-1, 0].tolist()
        of_class = [flags[s * WORD :][: len(m)] for s, m in zip(starts, self.members, strict=True)]
        others = [c for c in range(len(self.members)) if c != label]
        order = np.argsort(splitmix(np.concatenate([self.members[c] for c in others])), kind="stable")
        return np.concatenate([pack(of_class[label]), pack(np.concatenate([of_class[c] for c in others])[order])])

    def _weighted_of_class(self, flags: Bools, label: int, order: WordOrder, units: NDArray[np.int64]) -> Words:
        """As `of_class`, by the numbers of the samples."""
        of_sample = np.zeros(len(units), dtype=np.bool_)
        of_sample[order.samples[order.present]] = flags[order.present]
        others = np.sort(np.concatenate([rows for c, rows in enumerate(self.members) if c != label]))
        parts = [WordOrder.of(np.asarray(rows), units).shuffled() for rows in (self.members[label], others)]
        return np.concatenate([pack(of_sample[part.samples] & part.present) for part in parts])
