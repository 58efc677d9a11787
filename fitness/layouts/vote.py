"""A voting problem in the layout of the vote kernels: samples sorted by class, both polarities, both orders.

Samples of one class follow each other and every class begins a new word, so a word belongs to one true class: words
[starts[y], starts[y + 1]) hold class y, and a count over them is worth `weights[y]` each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, frozen
from fitness.layouts.sample_order import grouped_literals, shuffled
from genomes.bits import WORD, Words, pack, set_positions, splitmix, unpack


@dataclass(frozen=True, slots=True)
class VoteLayout:
    """lits: uint64[2n, W], row n + i the negation of input i; rows: uint64[W, n]; valid: uint64[W], the real samples.

    starts: int64[C + 1] in words; members: per class its samples' numbers in the split, in the order of `BinaryLayout`.
    """

    lits: Words
    rows: Words
    valid: Words
    starts: NDArray[np.int64]
    members: tuple[NDArray[np.intp], ...]

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
        lits, starts = grouped_literals(split, members)
        n = len(split.inputs)
        valid = lits[0] | lits[n]
        return cls(frozen(lits), frozen(np.ascontiguousarray(lits[:n].T)), frozen(valid), starts, members)

    def of_class(self, mask: Words, label: int) -> Words:
        """A mask uint64[W] of this layout in that of the one-against-the-rest layout of class `label`."""
        flags = unpack(mask, len(mask) * WORD)
        of_class = [flags[s * WORD :][: len(m)] for s, m in zip(self.starts[:-1].tolist(), self.members, strict=True)]
        others = [c for c in range(len(self.members)) if c != label]
        order = np.argsort(splitmix(np.concatenate([self.members[c] for c in others])), kind="stable")
        return np.concatenate([pack(of_class[label]), pack(np.concatenate([of_class[c] for c in others])[order])])
