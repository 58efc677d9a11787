"""Hidden tables, and the tables that vote on top of them, trained together: whole numbers all the way.

Every entry of every table has an accumulator of what the rows of batch after batch have asked of it, directly or by the
chain rule of Boolean variation, and holds where that is above 0 (Nguyen et al., BOLD, 2024, section 3). What is kept
is what stood after the epoch with the fewest errors, or what came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.luts.layers import added, ask_back, classes_ask, run, unpacked
from fitness.networks.wide.plan import Boosting, exponentials
from fitness.networks.wide.tables import Table, Tables
from genomes.bits import Words
from genomes.deadline import looking

#: Words of rows in a batch; signals of an entry at which its accumulator is bounded, and at which all begin.
BATCH, BOUND, BEGIN = 8, 8000, 200
#: 256ths of what is asked that count in the first epoch, and so many fewer in the last: tables come to rest.
WHOLE, FEWER = 256, 224


@dataclass(frozen=True)
class Stack:
    """Tables that read tables, as arrays: hidden ones first, then those that vote.

    used: int64, the columns that they read, which are the first nodes; starts: int64[tables + 1] into read, int32
    nodes; tables: uint64[tables]; owners: int16[tables], see `fitness.kernels.luts.layers`.
    """

    used: NDArray[np.int64]
    starts: NDArray[np.int64]
    read: NDArray[np.int32]
    tables: NDArray[np.uint64]
    owners: NDArray[np.int16]

    @classmethod
    def of(cls, hidden: Sequence[Table], classes: Tables, n_columns: int) -> Stack:
        """Hidden tables are read as the columns behind `n_columns`."""
        every = [*hidden, *(table for own in classes for table in own)]
        inputs = np.array([column for table in every for column in table.inputs], dtype=np.int64)
        used = np.unique(inputs[inputs < n_columns])
        read = np.where(inputs < n_columns, np.searchsorted(used, inputs), inputs - n_columns + len(used))
        starts = np.cumsum([0, *(len(table.inputs) for table in every)], dtype=np.int64)
        owners = [-1] * len(hidden) + [number for number, own in enumerate(classes) for _ in own]
        tables = np.array([table.entries for table in every], dtype=np.uint64)
        return cls(used, starts, read.astype(np.int32), tables, np.array(owners, dtype=np.int16))

    @property
    def flags(self) -> NDArray[np.bool_]:
        """bool[tables, 64]: which entries hold."""
        return (self.tables[:, None] >> np.arange(64, dtype=np.uint64) & np.uint64(1)).astype(np.bool_)

    def back(
        self, hidden: Sequence[Table], classes: Tables, tables: NDArray[np.uint64]
    ) -> tuple[list[Table], list[list[Table]]]:
        """The tables that this is of, with other entries."""
        entries = iter(tables.tolist())
        below = [Table(table.inputs, next(entries)) for table in hidden]
        return below, [[Table(table.inputs, next(entries)) for table in own] for own in classes]


def wired(rng: np.random.Generator, offered: NDArray[np.int64], n: int, inputs: int) -> list[Table]:
    """Random tables over random columns of those offered, each of so many at most."""
    size = min(inputs, len(offered))
    found = []
    for _ in range(n):
        read = np.sort(rng.choice(offered, size, replace=False)).tolist()
        entries = rng.integers(0, 2, 1 << size).tolist()
        found.append(Table(tuple(read), sum(bit << i for i, bit in enumerate(entries))))
    return found


class Batch:
    """What tables do on some words of rows, and what these ask."""

    def __init__(self, stack: Stack, n_classes: int, n_words: int) -> None:
        n, n_rows = len(stack.tables), 64 * n_words
        self._stack = stack
        self._values = np.empty((len(stack.used) + n, n_rows), dtype=np.uint8)
        self._cells = np.empty((n, n_rows), dtype=np.uint8)
        self.votes = np.empty((n_classes, n_rows), dtype=np.int32)
        self.asked = np.empty((n, n_rows), dtype=np.int32)
        self.sums = np.empty((n, 64), dtype=np.int64)
        self.classes = np.empty((n_classes, n_rows), dtype=np.int32)
        self._mass, self._most = np.empty(n_rows), np.empty(n_rows, dtype=np.int32)

    def run(self, columns: Words, words: NDArray[np.int64], tables: NDArray[np.uint64]) -> None:
        """The votes on rows of some words of packed columns."""
        stack = self._stack
        unpacked(columns, stack.used, words, self._values)
        run(len(stack.used), stack.starts, stack.read, tables, stack.owners, self._values, self._cells, self.votes)

    def ask(
        self,
        tables: NDArray[np.uint64],
        powers: NDArray[np.float64],
        wanted: NDArray[np.uint8],
        weights: NDArray[np.int16],
        *,
        rival: bool,
    ) -> None:
        """What rows ask of each table and entry, after `run`; wanted, weights: of their classes."""
        stack = self._stack
        classes_ask(self.votes, powers, rival, wanted, weights, self._mass, self._most, self.classes)
        nodes = (len(stack.used), stack.starts, stack.read, tables, stack.owners)
        ask_back(*nodes, self._cells, self.classes, self.asked, self.sums)


class Training:
    """Rows that layers are trained on.

    columns: uint64[columns, W], those behind them are hidden tables; wanted: uint8[classes, rows]; weights:
    int16[classes, rows], 0 for rows that are not looked at; rival: whether classes are each other's; prior: the order
    in which ties of these are decided.
    """

    def __init__(
        self,
        columns: Words,
        wanted: NDArray[np.uint8],
        weights: NDArray[np.int16],
        prior: Sequence[int],
    ) -> None:
        self._columns, self._prior = columns, np.array(prior, dtype=np.int64)
        self._n_words = columns.shape[1]
        padding = ((0, 0), (0, 64 * self._n_words - wanted.shape[1]))
        self._wanted, self._weights = np.pad(wanted, padding), np.pad(weights, padding)

    def trained(
        self, hidden: Sequence[Table], classes: Tables, plan: Boosting, rng: np.random.Generator
    ) -> tuple[list[Table], list[list[Table]]]:
        """Hidden tables and those of classes with fewer errors, or as they are."""
        stack = Stack.of(hidden, classes, len(self._columns))
        powers = exponentials(plan.tau(max(map(len, classes))))
        unit = int(self._weights.max(initial=1))
        tables, kept = stack.tables.copy(), np.where(stack.flags, BEGIN * unit, -BEGIN * unit).astype(np.int32)
        best, fewest = stack.tables, self.errors(stack, stack.tables)
        whole = Batch(stack, len(classes), BATCH)
        for epoch in looking(range(plan.epochs)):
            share = WHOLE - FEWER * epoch // plan.epochs
            for words in self._batches(rng):
                batch = whole if len(words) == BATCH else Batch(stack, len(classes), len(words))
                batch.run(self._columns, words, tables)
                batch.ask(tables, powers, *self._of(words), rival=len(self._prior) > 0)
                added(stack.starts, batch.sums, share, BOUND * unit, kept, tables)
            errors = self.errors(stack, tables)
            if errors < fewest:
                best, fewest = tables.copy(), errors
        return stack.back(hidden, classes, best)

    def errors(self, stack: Stack, tables: NDArray[np.uint64]) -> int:
        """What the rows that are looked at weigh where the votes are wrong."""
        total = 0
        for words in self._in_order():
            batch = Batch(stack, len(self._wanted), len(words))
            batch.run(self._columns, words, tables)
            wanted, weights = self._of(words)
            total += self._wrong(batch.votes, wanted, weights)
        return total

    def _wrong(self, votes: NDArray[np.int32], wanted: NDArray[np.uint8], weights: NDArray[np.int16]) -> int:
        if not len(self._prior):
            return int(weights[(votes >= 0) != (wanted > 0)].sum(dtype=np.int64))
        codes = self._prior[votes[self._prior].argmax(axis=0)]
        right = np.take_along_axis(wanted, codes[None], axis=0)[0] > 0
        return int(weights.max(axis=0)[~right].sum(dtype=np.int64))

    def _of(self, words: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int16]]:
        n, shape = len(self._wanted), (len(self._wanted), self._n_words, 64)
        wanted = np.ascontiguousarray(self._wanted.reshape(shape)[:, words].reshape(n, -1))
        return wanted, np.ascontiguousarray(self._weights.reshape(shape)[:, words].reshape(n, -1))

    def _batches(self, rng: np.random.Generator) -> list[NDArray[np.int64]]:
        """The words of all rows in random order, so many at a time."""
        order = rng.permutation(self._n_words)
        return [order[i : i + BATCH] for i in range(0, self._n_words, BATCH)]

    def _in_order(self) -> list[NDArray[np.int64]]:
        order = np.arange(self._n_words)
        return [order[i : i + BATCH] for i in range(0, self._n_words, BATCH)]
