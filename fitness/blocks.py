"""One split in the layout of the compiled evaluator: 32 words of every row side by side, block after block.

Layout. literals[block, literal, 32] is one flat array. For one block the rows of all literals are neighbours: 256 bytes
each, 32 KiB for 64 inputs, and all covers of a batch are evaluated on them before the next block is touched, so a
literal comes from the first or second level of cache however many samples there are. The list of literals is what
streams by instead, 4 bytes for each 256. planes[block, rows, 32] holds first the care rows, then the positive samples
that count, one row per output; keys[block, 2, 32] the keys of `fitness.behaviours`. The last block is filled with zeros,
in which nothing counts. Measured against it on AVX2 (`python -m benchmarks.kernels` for the result): blocks of 16 words
3 % slower at 64 inputs, of 8 words 15 %, of 4 words 60 %; rows over all samples leave the cache at some 10**4 samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.behaviours import LANES, lane_keys
from fitness.data.dataset import Split, frozen
from genomes.batch import CoverBatch
from genomes.bits import Words, popcount

#: Words of one block; `fitness.kernels.vectors` says how it becomes registers.
BLOCK = 32
_CACHE_LINE = 64


@dataclass(frozen=True, slots=True)
class Blocks:
    """See the layout above; every array is flat and read-only."""

    literals: Words
    planes: Words
    keys: Words
    n_literals: int
    n_cares: int
    n_planes: int

    @classmethod
    def of(cls, split: Split, literals: Words) -> Blocks:
        """The blocks of `split` with its literal rows uint64[2n, words]."""
        rows = np.concatenate([split.care, split.planes & split.care])
        keys = lane_keys(literals.shape[1])
        n_cares, n_planes = len(split.care), len(split.planes)
        return cls(_blocked(literals), _blocked(rows), _blocked(keys), len(literals), n_cares, n_planes)

    def covers(self, batch: CoverBatch, *, hashed: bool) -> tuple[NDArray[np.int64], Words]:
        """What each cover is true on, before any complement.

        Returns:
            int64[genomes, outputs, 2]: counted samples covered, and those of them that are positive; and the lanes
            of the covered samples that count, uint64[genomes, outputs, LANES] (zeros unless `hashed`).
        """
        from fitness.kernels.evaluate import count_covers  # noqa: PLC0415 - loads numba

        n = len(batch.offsets) - 1
        counts, lanes = np.zeros((n, 2), dtype=np.int64), np.zeros((n, LANES), dtype=np.uint64)
        count_covers(
            self.literals, self.planes, self.keys, self.n_literals, self.n_cares, self.n_planes,
            *self._listed(batch), hashed, counts, lanes,
        )  # fmt: skip
        return counts.reshape(-1, batch.n_outputs, 2), lanes.reshape(-1, batch.n_outputs, LANES)

    def votes(
        self, batch: CoverBatch, order: tuple[int, ...], *, fewest: bool, hashed: bool
    ) -> tuple[NDArray[np.int64], Words]:
        """Confusion counts of votes, int64[genomes, classes, classes], and lanes as of `covers`, of the winners.

        Arguments as of `fitness.kernels.numpy_packed.winners`.
        """
        from fitness.kernels.evaluate import count_votes  # noqa: PLC0415 - loads numba

        n_classes, genomes = batch.n_outputs, len(batch)
        tables = np.zeros((genomes, n_classes, n_classes), dtype=np.int64)
        lanes = np.zeros((genomes, n_classes, LANES), dtype=np.uint64)
        bits = int(batch.terms_per_output().max(initial=0)).bit_length()
        scratch = np.empty(((n_classes + 1) * bits + n_classes) * BLOCK, dtype=np.uint64)
        count_votes(
            self.literals, self.planes, self.keys, self.n_literals, self.n_cares, *self._listed(batch),
            np.array(order, dtype=np.int64), bits, fewest, hashed, scratch, tables, lanes,
        )  # fmt: skip
        return tables, lanes

    def _listed(self, batch: CoverBatch) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
        from fitness.kernels.evaluate import SPILL, list_terms  # noqa: PLC0415 - loads numba
        from fitness.kernels.vectors import SHORT  # noqa: PLC0415 - loads numba

        n = len(batch.offsets) - 1
        entries = int(popcount(batch.cubes, axis=(0, 1, 2))) + len(batch.cubes) + SPILL
        stream = np.empty(entries, dtype=np.uint32)
        starts, counts = np.empty((n, 2), dtype=np.int64), np.zeros((n, SHORT + 2), dtype=np.int64)
        list_terms(
            np.ascontiguousarray(batch.cubes), np.ascontiguousarray(batch.offsets), self.n_literals // 2,
            stream, starts, counts,
        )  # fmt: skip
        return stream, starts, counts


def _blocked(rows: Words) -> Words:
    """uint64[rows, words] -> flat uint64[blocks * rows * BLOCK], zeros behind the last word, aligned to a cache line."""
    n, words = rows.shape
    blocks = -(-words // BLOCK)
    buffer = np.zeros(blocks * n * BLOCK + _CACHE_LINE // 8, dtype=np.uint64)
    skipped = -buffer.ctypes.data % _CACHE_LINE // 8
    flat = buffer[skipped : skipped + blocks * n * BLOCK]
    for block, part in enumerate(flat.reshape(blocks, n, BLOCK)):
        source = rows[:, block * BLOCK : (block + 1) * BLOCK]
        part[:, : source.shape[1]] = source
    return frozen(flat)
