"""What tables may read: the inputs, patterns over them, and hidden tables, packed over the training rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.luts.rows import by_rows
from fitness.kernels.luts.tables import cells
from fitness.networks.problem import NetworkProblem
from fitness.networks.unit_columns import unit_column
from fitness.networks.wide.tables import Table
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
        varied = _varied(words, problem)
        offered = varied if len(varied) else np.arange(len(words))
        rows = np.zeros((split.n_rows, n_words(len(words))), dtype=np.uint64)
        by_rows(words, split.n_rows, rows)
        return cls(words, offered.astype(np.int64), rows)

    def above(self, hidden: Sequence[Table], problem: NetworkProblem) -> Columns:
        """These and hidden tables behind them, which read columns before their own."""
        if not hidden:
            return self
        n, n_rows = len(self.words), problem.train.split.n_rows
        words = np.concatenate([self.words, np.empty((len(hidden), self.words.shape[1]), dtype=np.uint64)])
        found = np.empty(n_rows, dtype=np.uint8)
        for place, table in enumerate(looking(hidden), start=n):
            cells(words, np.array(table.inputs, dtype=np.int64), found)
            holds = np.array([table.entries >> i & 1 for i in range(1 << len(table.inputs))], dtype=np.bool_)
            words[place] = pack(holds[found][None])[0]
        rows = np.zeros((n_rows, n_words(len(words))), dtype=np.uint64)
        by_rows(words, n_rows, rows)
        return Columns(words, np.concatenate([self.offered, n + _varied(words[n:], problem)]), rows)


def _varied(words: Words, problem: NetworkProblem) -> NDArray[np.int64]:
    """Columns that hold in enough of the rows that grow, and in few enough."""
    n, growing = len(problem.growing), np.zeros(problem.train.split.n_rows, dtype=np.bool_)
    growing[problem.growing] = True
    among = pack(growing[None])[0]
    counts = np.array([popcount((row & among)[None])[0] for row in words], dtype=np.int64)
    return np.flatnonzero((counts > RARE * n) & (counts < n - RARE * n)).astype(np.int64)
