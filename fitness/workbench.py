"""One cover's binary problem in the layout of the kernels: samples sorted by label, both polarities, both orders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, frozen
from fitness.vote_bench import BLOCK, VoteBench
from genomes.bits import Bools, Words, n_words, pack, unpack
from genomes.spec import Kind


@dataclass(frozen=True, slots=True)
class Workbench:
    """See `fitness.kernels.words` for the layout.

    lits: uint64[2n, W]; rows: uint64[W, n]; valid: uint64[W]; words [0, wp) are the wanted samples (the positives of a
    sum of products, the negatives of a product of sums); zobrist: uint64[2n], one random word per literal.
    """

    lits: Words
    rows: Words
    valid: Words
    wp: int
    n_wanted: int
    n_unwanted: int
    zobrist: Words

    @property
    def n_inputs(self) -> int:
        """Input bits."""
        return int(self.rows.shape[1])

    @classmethod
    def of(cls, split: Split, output: int, kind: Kind) -> Workbench:
        """The problem of one output (or class) on `split`; samples that do not count are left out."""
        care = unpack(split.care[output % len(split.care)], split.n_rows)
        label = unpack(split.planes[output], split.n_rows) == (kind == "sop")
        wanted, unwanted = np.flatnonzero(care & label), np.flatnonzero(care & ~label)
        n, wp = len(split.inputs), n_words(len(wanted))
        lits = np.zeros((2 * n, wp + n_words(len(unwanted))), dtype=np.uint64)
        for start in range(0, n, BLOCK):
            block = unpack(split.inputs[start : start + BLOCK], split.n_rows)
            stop = start + len(block)
            _fill(lits[start:stop], block, wanted, unwanted, wp)
            _fill(lits[n + start : n + stop], ~block, wanted, unwanted, wp)
        valid = lits[0] | lits[n]
        rows = np.ascontiguousarray(lits[:n].T)
        return cls(frozen(lits), frozen(rows), frozen(valid), wp, len(wanted), len(unwanted), _zobrist(2 * n))


@dataclass(frozen=True)
class Benches:
    """The workbench of every output of `train`, made when they are first asked for and kept."""

    train: Split
    kind: Kind

    @cached_property
    def all(self) -> tuple[Workbench, ...]:
        """One per output or class."""
        return tuple(Workbench.of(self.train, output, self.kind) for output in range(len(self.train.planes)))

    @cached_property
    def votes(self) -> VoteBench:
        """All classes in one layout."""
        return VoteBench.of(self.train)


def _fill(rows: Words, flags: Bools, wanted: NDArray[np.intp], unwanted: NDArray[np.intp], wp: int) -> None:
    rows[:, :wp] = pack(flags[:, wanted])
    rows[:, wp:] = pack(flags[:, unwanted])


def _zobrist(n: int) -> Words:
    """SplitMix64 of 1..n: fixed, well mixed words (hashes need no stream of the run)."""
    z = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return frozen(z ^ (z >> np.uint64(31)))
