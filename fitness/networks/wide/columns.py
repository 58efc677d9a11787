"""What tables may read: the inputs, patterns over them, and hidden tables, packed over the training rows."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.luts.rows import by_rows
from fitness.kernels.luts.tables import cells
from fitness.networks.problem import NetworkProblem
from fitness.networks.unit_columns import unit_column
from fitness.networks.wide.tables import Table
from genomes.bits import Words, n_words, pack, popcount, valid_words
from genomes.deadline import looking
from genomes.networks.units import Unit

#: Share of the rows that grow in which a column must hold, and must not, to be offered.
RARE = 0.003


@dataclass(frozen=True, eq=False)
class Columns:
    """words: uint64[columns, W] of the inputs and patterns, in their order; offered: int64, those that vary enough;
    n_rows: of which they are.
    """

    words: Words
    offered: NDArray[np.int64]
    n_rows: int

    @classmethod
    def of(cls, problem: NetworkProblem) -> Columns:
        """Those of the training rows."""
        words = _known(problem)
        varied = _varied(words, problem)
        offered = varied if len(varied) else np.arange(len(words))
        return cls(words, offered.astype(np.int64), problem.train.split.n_rows)

    @cached_property
    def rows(self) -> Words:
        """uint64[rows, ceil(columns / 64)], the bits of each row side by side: as large as all columns."""
        rows = np.zeros((self.n_rows, n_words(len(self.words))), dtype=np.uint64)
        by_rows(self.words, self.n_rows, rows)
        return rows

    def forget_rows(self) -> None:
        """Give their memory back until they are asked for again."""
        self.__dict__.pop("rows", None)

    def above(self, hidden: Sequence[Table], problem: NetworkProblem) -> Columns:
        """These and hidden tables behind them, which read columns before their own."""
        if not hidden:
            return self
        n = len(self.words)
        words = np.empty((n + len(hidden), self.words.shape[1]), dtype=np.uint64)
        words[:n] = self.words
        found = np.empty(self.n_rows, dtype=np.uint8)
        for place, table in enumerate(looking(hidden), start=n):
            cells(words, np.array(table.inputs, dtype=np.int64), found)
            holds = np.array([table.entries >> i & 1 for i in range(1 << len(table.inputs))], dtype=np.bool_)
            words[place] = pack(holds[found][None])[0]
        return Columns(words, np.concatenate([self.offered, n + _varied(words[n:], problem)]), self.n_rows)


#: The inputs and patterns that columns were last made of, and these columns, as long as something else holds them.
_last: list[tuple[weakref.ref[Words], tuple[Unit, ...], weakref.ref[Words]]] = []


def _known(problem: NetworkProblem) -> Words:
    """`_words`, once for a search and what is answered anew at its end on the same rows."""
    inputs, patterns = problem.train.split.inputs, problem.patterns
    for of, known, made in _last:
        words = made()
        if words is not None and of() is inputs and known == patterns:
            return words
    words = _words(problem)
    _last[:] = [(weakref.ref(inputs), patterns, weakref.ref(words))]
    return words


def _words(problem: NetworkProblem) -> Words:
    """uint64[columns, W]: the inputs, then the patterns."""
    split, patterns = problem.train.split, problem.patterns
    if not patterns:
        return split.inputs
    first, valid = len(split.inputs), valid_words(split.n_rows)
    words = np.empty((first + len(patterns), len(valid)), dtype=np.uint64)
    words[:first] = split.inputs
    nodes = [valid ^ valid, *split.inputs]
    for place, unit in enumerate(looking(patterns), start=first):
        words[place] = unit_column(
            unit, lambda k: valid ^ nodes[k >> 1] if k & 1 else nodes[k >> 1], valid, split.n_rows
        )
    return words


def _varied(words: Words, problem: NetworkProblem) -> NDArray[np.int64]:
    """Columns that hold in enough of the rows that grow, and in few enough."""
    n, growing = len(problem.growing), np.zeros(problem.train.split.n_rows, dtype=np.bool_)
    growing[problem.growing] = True
    among = pack(growing[None])[0]
    counts = np.array([popcount((row & among)[None])[0] for row in words], dtype=np.int64)
    return np.flatnonzero((counts > RARE * n) & (counts < n - RARE * n)).astype(np.int64)
