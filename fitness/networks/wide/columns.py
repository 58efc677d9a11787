"""What tables may read: the inputs, and patterns over them, packed over the training rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.luts.rows import by_rows
from fitness.networks.problem import NetworkProblem
from fitness.networks.unit_columns import unit_column
from genomes.bits import Words, n_words, pack, popcount, valid_words
from genomes.deadline import looking

#: Share of the rows that grow in which a column must hold, and must not, to be offered.
RARE = 0.003


@dataclass(frozen=True)
class Columns:
    """words: uint64[columns, W] of the inputs and patterns, in their order; offered: int64, those that vary enough;
    rows: uint64[rows, ceil(columns / 64)], the bits of each row side by side.
    """

    words: Words
    offered: NDArray[np.int64]
    rows: Words

    @classmethod
    def of(cls, problem: NetworkProblem) -> Columns:
        """Those of the training rows."""
        split = problem.train.split
        words = split.inputs
        if problem.patterns:
            valid, zero = valid_words(split.n_rows), np.zeros_like(split.inputs[0])
            both = np.empty((len(words) + len(problem.patterns), words.shape[1]), dtype=np.uint64)
            both[: len(words)] = words
            nodes = chain([zero], split.inputs)
            held = list(nodes)
            for place, unit in enumerate(looking(problem.patterns), start=len(words)):
                both[place] = unit_column(
                    unit, lambda k: valid ^ held[k >> 1] if k & 1 else held[k >> 1], valid, split.n_rows
                )
            words = both
        n, growing = len(problem.growing), np.zeros(split.n_rows, dtype=np.bool_)
        growing[problem.growing] = True
        among = pack(growing[None])[0]
        counts = np.array([popcount((row & among)[None])[0] for row in words], dtype=np.int64)
        varied = np.flatnonzero((counts > RARE * n) & (counts < n - RARE * n))
        offered = varied if len(varied) else np.arange(len(words))
        rows = np.zeros((split.n_rows, n_words(len(words))), dtype=np.uint64)
        by_rows(words, split.n_rows, rows)
        return cls(words, offered.astype(np.int64), rows)
