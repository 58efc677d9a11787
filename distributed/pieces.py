"""Which tasks are still to be done, and how they are cut.

A piece should take about TARGET seconds: long beside the 1.5 to 3 ms of CPU that sending one costs, short beside a
generation; with many workers longer, or the one driver could not keep them busy. Towards the end pieces get smaller
(guided self-scheduling, Polychronopoulos and Kuck 1987), so that workers end together. A piece that was lost comes back
first, and one task at a time: if a task is at fault, it is found, and takes no other one with it.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace

TARGET = 0.06
#: Seconds per worker that a piece should take at least: the driver needs some 1 ms for each piece.
DRIVER = 0.004
#: Weight of the newest measurement in the mean seconds per task.
NEWEST = 0.3


@dataclass(frozen=True, slots=True)
class Piece:
    """Tasks start..stop-1; losses: how often they were lost; avoid: number of the worker that lost them last."""

    start: int
    stop: int
    losses: int = 0
    avoid: int | None = None

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def suspect(self) -> bool:
        """Whether it was lost before. It is alone with its worker then: the reply to the piece before it could be lost
        with the worker, too, and the blame would fall on that one."""
        return self.losses > 0


class Pace:
    """Mean seconds per task, as measured so far."""

    def __init__(self) -> None:
        self.seconds: float | None = None

    def measured(self, piece: Piece, seconds: float) -> None:
        """One more piece took so long."""
        each = seconds / len(piece)
        self.seconds = each if self.seconds is None else (1 - NEWEST) * self.seconds + NEWEST * each

    def size(self, grain: int, workers: int) -> int:
        """Tasks that make a piece of useful length for `workers`; `grain` before anything is known."""
        return grain if not self.seconds else max(1, round(max(TARGET, DRIVER * workers) / self.seconds))


class Pieces:
    """The tasks of one call that are still to be handed out, or are under way."""

    def __init__(self, n: int, fixed: int | None = None) -> None:
        self._next, self._n, self._fixed = 0, n, fixed
        self._lost: deque[Piece] = deque()
        self.unfinished = n

    def take(self, wanted: int, workers: int, worker: int, *, idle: bool = True) -> Piece | None:
        """The next piece of about `wanted` tasks for `worker`, one of `workers`; None if there is none for it.

        Only an idle worker gets what was lost before: see `Piece.suspect`.
        """
        for piece in self._lost:
            if (piece.avoid != worker or workers == 1) and (idle or not piece.suspect):
                self._lost.remove(piece)
                return piece
        rest = self._n - self._next
        if rest == 0:
            return None
        size = self._fixed or max(1, min(wanted, math.ceil(rest / (2 * workers))))
        piece = Piece(self._next, min(self._next + size, self._n))
        self._next = piece.stop
        return piece

    def done(self, piece: Piece) -> None:
        """The results of `piece` are there."""
        self.unfinished -= len(piece)

    def back(self, piece: Piece) -> None:
        """`piece` was not begun: it comes first again."""
        self._lost.appendleft(piece)

    def lost(self, piece: Piece, worker: int) -> Piece:
        """`piece` was lost by `worker` while it was under way; what it is now."""
        again = replace(piece, losses=piece.losses + 1, avoid=worker)
        self._lost.extendleft(replace(again, start=i, stop=i + 1) for i in reversed(range(piece.start, piece.stop)))
        return again
