"""One class, or one output, while it gets its next tables: its votes, those of its rivals, and what rows ask for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.luts.pick import drawn, picked
from fitness.kernels.luts.rows import gathered
from fitness.kernels.luts.signal import rivals, signal
from fitness.kernels.luts.tables import asked, cells, voted
from fitness.networks.wide.ballots import Ballots, entries
from fitness.networks.wide.columns import Columns
from fitness.networks.wide.plan import Boosting
from fitness.networks.wide.tables import Table


class OneClass:
    """votes: int16[rows], its own, which change; the rivals' stay as they are.

    wanted: uint8[rows]; weights: int16[rows], 0 for rows that are not looked at; powers: see `exponentials`.
    """

    def __init__(
        self,
        columns: Columns,
        wanted: NDArray[np.uint8],
        weights: NDArray[np.int16],
        plan: Boosting,
        powers: NDArray[np.float64],
    ) -> None:
        n_rows = len(wanted)
        self._columns, self._wanted, self._weights, self._plan, self._powers = columns, wanted, weights, plan, powers
        self._most, self._mass = np.zeros(n_rows, dtype=np.int16), np.ones(n_rows)
        self._signal = np.empty(n_rows, dtype=np.int16)
        self._cells = np.empty(n_rows, dtype=np.uint8)
        self._rows = np.empty(plan.rows, dtype=np.int64)
        self._signs = np.empty((plan.rows + 63) // 64, dtype=np.uint64)
        self._found = np.empty((len(columns.words), len(self._signs)), dtype=np.uint64)
        self._read: tuple[int, ...] | None = None
        self.votes = np.zeros(n_rows, dtype=np.int16)

    def begin(self, ballots: Ballots, own: int, *, rival: bool) -> None:
        """Take the votes as they are; rival: whether classes are, and an output has itself alone to beat."""
        self.votes = ballots[own].copy()
        if rival:
            rivals(ballots, own, self._powers, self._most, self._mass)

    def grown(self, rng: np.random.Generator) -> Table:
        """The next table, its votes counted."""
        self._ask()
        table, _ = self._answered(self._picked(rng))
        self._vote(table, 1)
        return table

    def again(self, table: Table, rng: np.random.Generator | None) -> Table:
        """A table taken out and answered again, or another in its place that more is asked of.

        rng: chooses its inputs; where there is none they stay.
        """
        self._vote(table, -1)
        self._ask()
        kept, most = self._answered(table.inputs)
        if rng is not None:
            other, more = self._answered(self._picked(rng))
            kept = other if more > most else kept
        self._vote(kept, 1)
        return kept

    def _ask(self) -> None:
        signal(self.votes, self._most, self._mass, self._powers, self._wanted, self._weights, self._signal)

    def _picked(self, rng: np.random.Generator) -> tuple[int, ...]:
        plan, offered = self._plan, self._columns.offered
        n = drawn(self._signal, plan.rows, rng.random(), self._rows, self._signs)
        some = rng.choice(offered, min(plan.candidates, len(offered)), replace=False)
        gathered(self._columns.rows, self._rows, n, self._found)
        levels = np.zeros(plan.inputs, dtype=np.int64)
        picked(self._found, some, self._signs, n, levels)
        return tuple(sorted(set(levels.tolist())))

    def _answered(self, inputs: tuple[int, ...]) -> tuple[Table, int]:
        """The best table over some columns, and how much is asked of it."""
        sums = np.empty(1 << len(inputs), dtype=np.int64)
        self._look(inputs)
        asked(self._cells, self._signal, sums)
        return Table(inputs, sum(1 << i for i, total in enumerate(sums.tolist()) if total > 0)), int(np.abs(sums).sum())

    def _vote(self, table: Table, times: int) -> None:
        self._look(table.inputs)
        voted(self._cells, entries(table, times), self.votes)

    def _look(self, inputs: tuple[int, ...]) -> None:
        """Which cell of a table over some columns every row looks at; as it is where the last had the same."""
        if inputs != self._read:
            cells(self._columns.words, np.array(inputs, dtype=np.int64), self._cells)
            self._read = inputs
