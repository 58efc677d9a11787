"""One split in the layout of the compiled evaluator: 16 words of every row side by side, block after block.

Layout. literals[block, literal, 16] is one flat array. For one block the rows of all literals are neighbours: 128
bytes each, 16 KiB for 64 inputs, half of a first-level cache. All covers of a batch are evaluated on them before the
next block is touched, so a literal comes from the nearest cache that holds one block, however many samples there are.
What streams by instead is the list of literals, 4 bytes for each 128. planes[block, rows, 16] holds first the care
rows, then the positive samples that count, one row per output; keys[block, 2, 16] the keys of `semantic_hash`;
weights[block, 16], where there are any, what a sample of each word weighs. The last block is filled with zeros, in
which nothing counts. Arrays begin on a cache line, for speed only.

Why 16. Kernel alone, 6 literals per term, 200 covers, AVX2, G literal-samples/s, best of many:

    inputs x rows     8 words    16 words    32 words    64 words
    64 x 10,240          1052        1171        1184         814
    128 x 10,240          999        1102         954         661
    256 x 10,240          908         901         771         605
    64 x 1,000            973         895         562         230

Small blocks repeat the work around each term more often; large ones leave the cache and fill up with padding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, frozen
from fitness.evaluation.semantic_hash import LANES, lane_keys
from fitness.kernels.widths import BLOCK, LONG, SPILL
from genomes.bits import Words
from genomes.two_level.batch import CoverBatch

_CACHE_LINE = 64


@dataclass(frozen=True, slots=True)
class Blocks:
    """See the layout above; every array is flat and read-only."""

    literals: Words
    planes: Words
    keys: Words
    weights: Words
    n_literals: int
    n_cares: int
    n_planes: int

    @classmethod
    def of(cls, split: Split, literals: Words, weights: Words) -> Blocks:
        """The blocks of `split` with its literal rows uint64[2n, words]; weights: as of `WordOrder`, or of length 0."""
        rows = np.concatenate([split.care, split.planes & split.care])
        keys = lane_keys(literals.shape[1])
        n_cares, n_planes = len(split.care), len(split.planes)
        of_words = _blocked(weights[None]) if len(weights) else weights
        blocked = _blocked(literals), _blocked(rows), _blocked(keys)
        return cls(*blocked, of_words, len(literals), n_cares, n_planes)

    def covers(self, batch: CoverBatch, *, hashed: bool) -> tuple[NDArray[np.int64], Words]:
        """What each cover is true on, before any complement.

        Returns:
            int64[genomes, outputs, 2]: counted samples covered, and those of them that are positive; and the lanes
            of the covered samples that count, uint64[genomes, outputs, LANES] (zeros unless `hashed`).
        """
        from fitness.kernels.two_level.evaluate import count_covers  # noqa: PLC0415 - loads numba

        n = len(batch.offsets) - 1
        counts, lanes = np.zeros((n, 2), dtype=np.int64), np.zeros((n, LANES), dtype=np.uint64)
        count_covers(
            self.literals, self.planes, self.keys, self.weights, self.n_literals, self.n_cares, self.n_planes,
            *self._listed(batch), hashed, counts, lanes,
        )  # fmt: skip
        return counts.reshape(-1, batch.n_outputs, 2), lanes.reshape(-1, batch.n_outputs, LANES)

    def votes(
        self, batch: CoverBatch, order: tuple[int, ...], *, fewest: bool, hashed: bool
    ) -> tuple[NDArray[np.int64], Words]:
        """Confusion counts of votes, int64[genomes, classes, classes], and lanes as of `covers`, of the winners.

        Arguments as of `fitness.evaluation.numpy_packed.winners`.
        """
        from fitness.kernels.votes.evaluate import count_votes  # noqa: PLC0415 - loads numba

        n_classes, genomes = batch.n_outputs, len(batch)
        tables = np.zeros((genomes, n_classes, n_classes), dtype=np.int64)
        lanes = np.zeros((genomes, n_classes, LANES), dtype=np.uint64)
        bits = int(batch.terms_per_output().max(initial=0)).bit_length()
        scratch = np.empty(((n_classes + 1) * bits + n_classes) * BLOCK, dtype=np.uint64)
        count_votes(
            self.literals, self.planes, self.keys, self.weights, self.n_literals, self.n_cares, *self._listed(batch),
            np.array(order, dtype=np.int64), bits, fewest, hashed, scratch, tables, lanes,
        )  # fmt: skip
        return tables, lanes

    def _listed(self, batch: CoverBatch) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
        from fitness.kernels.two_level.listing import list_terms, measure_terms  # noqa: PLC0415 - loads numba

        n, cubes = len(batch.offsets) - 1, np.ascontiguousarray(batch.cubes)
        lengths = np.empty(len(cubes), dtype=np.int64)
        stream = np.empty(measure_terms(cubes, lengths) + len(cubes) + SPILL, dtype=np.uint32)
        starts, counts = np.empty((n, 2), dtype=np.int64), np.zeros((n, LONG + 1), dtype=np.int64)
        offsets = np.ascontiguousarray(batch.offsets)
        list_terms(cubes, lengths, offsets, self.n_literals // 2, stream, starts, counts)
        return stream, starts, counts


def _blocked(rows: Words) -> Words:
    """uint64[rows, words] -> flat uint64[blocks * rows * BLOCK], zeros behind the last word, on a cache line."""
    n, words = rows.shape
    blocks = -(-words // BLOCK)
    buffer = np.zeros(blocks * n * BLOCK + _CACHE_LINE // 8, dtype=np.uint64)
    skipped = -buffer.ctypes.data % _CACHE_LINE // 8
    flat = buffer[skipped : skipped + blocks * n * BLOCK]
    for block, part in enumerate(flat.reshape(blocks, n, BLOCK)):
        source = rows[:, block * BLOCK : (block + 1) * BLOCK]
        part[:, : source.shape[1]] = source
    return frozen(flat)
