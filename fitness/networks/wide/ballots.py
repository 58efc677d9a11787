"""The votes of all rows for all classes, kept up to date as tables come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.luts.tables import cells, voted
from fitness.networks.wide.columns import Columns
from fitness.networks.wide.tables import Table, Tables
from genomes.deadline import looking

Ballots = NDArray[np.int16]


class Counting:
    """Counts the votes of networks of which one is like the next: what they share is not counted again.

    A memory that changes no result: ballots are a function of the tables alone.
    """

    def __init__(self, columns: Columns, n_classes: int) -> None:
        self._columns, self._cells = columns, np.empty(columns.n_rows, dtype=np.uint8)
        self._counted = [Counter[Table]() for _ in range(n_classes)]
        self._last: Tables | None = None
        self._ahead = dict[int, tuple[list[Table], NDArray[np.int16]]]()
        self._ballots: Ballots = np.zeros((n_classes, columns.n_rows), dtype=np.int16)

    def of(self, tables: Tables) -> Ballots:
        """int16[classes, rows], read-only: tables that hold less those that do not."""
        if tables is self._last:
            return self._ballots
        wanted = [Counter(own) for own in tables]
        if wanted != self._counted:
            ballots = self._ballots.copy()
            for place, (votes, new, old) in enumerate(zip(ballots, wanted, self._counted, strict=True)):
                mine, counted = self._ahead.pop(place, ([], votes))
                if mine and mine == list(tables[place]):
                    votes[:] = counted
                    continue
                for table, times in looking([*(new - old).items()]):
                    self.add(table, times, votes)
                for table, times in looking([*(old - new).items()]):
                    self.add(table, -times, votes)
            ballots.flags.writeable = False
            self._counted, self._ballots = wanted, ballots
        self._last = tables if isinstance(tables, tuple) else None  # lists may change
        return self._ballots

    def foresee(self, own: int, tables: Sequence[Table], votes: NDArray[np.int16]) -> None:
        """The votes that class `own` will have with other tables, as whoever made these has counted them already."""
        self._ahead[own] = (list(tables), votes)

    def add(self, table: Table, times: int, votes: NDArray[np.int16]) -> None:
        """Put `times` times the votes of a table on top of votes int16[rows]."""
        cells(self._columns.words, np.array(table.inputs, dtype=np.int64), self._cells)
        voted(self._cells, entries(table, times), votes)


def entries(table: Table, times: int = 1) -> NDArray[np.int16]:
    """int16[2 ** inputs]: `times` where a table holds, else -`times`."""
    holds = [table.entries >> i & 1 for i in range(1 << len(table.inputs))]
    return np.where(np.array(holds, dtype=np.bool_), times, -times).astype(np.int16)
