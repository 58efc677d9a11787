"""A pool of persistent workers that share one queue of pieces: scheduling, and what happens when workers are lost.

Each worker has at most two pieces in line, so it never waits for the driver, and what it has not begun can still go to
another one. A worker that is lost is replaced after a pause that grows with its losses in a row; what it had begun is
sent to another worker, one task at a time and alone; what it had not begun costs it nothing. Work lost more than
`retries` times ends the run, as does a pool in which no place keeps a worker. A worker that answers nothing for
`timeout_s` is ended and counts as lost.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from distributed.backend import Event, Interrupted, Listener, Result, Tasks, Usage, ignore, never
from distributed.errors import ComputeError, WorkFailed
from distributed.fleet import Fleet, Reply, WorkerLost
from distributed.pieces import Pace, Piece, Pieces

IN_LINE = 2
#: Seconds between looks at whether the caller interrupts, and at whether the fleet as a whole is there.
TICK, CHECK = 0.1, 1.0
#: Seconds before a worker is replaced after its first loss, doubled with every further one, and the longest pause.
PAUSE, LONGEST_PAUSE = 0.1, 5.0
#: Losses in a row after which a place is set aside.
MOST_LOSSES = 6
#: Seconds that the first worker may take to start.
START = 180.0
#: Works whose pace is remembered: that of the search and of the folds.
MOST_WORKS = 4


@dataclass(slots=True)
class Place:
    """One worker and what it has in line; pieces are None where nobody wants their result any more."""

    number: int
    worker: Any = None
    greeting: Hashable | None = None
    name: str = ""
    line: deque[tuple[Hashable, Piece | None]] = field(default_factory=deque)
    busy_since: float = 0.0
    losses: int = 0
    launch_at: float = 0.0

    @property
    def ready(self) -> bool:
        """Whether it can be given work."""
        return self.worker is not None and self.greeting is None

    @property
    def alone(self) -> bool:
        """Whether what it has in line must be all that it has."""
        return any(piece is not None and piece.suspect for _, piece in self.line)

    @property
    def aside(self) -> bool:
        """Whether it lost so many workers in a row that it gets no further one."""
        return self.losses >= MOST_LOSSES


class Pool:
    """See the module text."""

    def __init__(self, fleet: Fleet, *, retries: int, timeout_s: float | None, chunk: int | None) -> None:
        self._fleet, self._retries, self._timeout, self._chunk = fleet, retries, timeout_s, chunk
        self._places = [Place(number) for number in range(fleet.size)]
        self._paces: list[tuple[Callable[[Any], Any], Pace]] = []
        self._lost = self._sent_again = 0
        self._cpu_seconds, self._checked, self._started = 0.0, time.monotonic(), time.monotonic()
        self.tell: Listener = ignore

    def usage(self, kind: str) -> Usage:
        """Workers, losses, work sent again and CPU seconds so far; kind: the backend's name."""
        return Usage(kind, len(self._places), self._lost, self._sent_again, self._cpu_seconds)

    def close(self) -> None:
        """End all workers."""
        self._fleet.close()

    def map(
        self, work: Callable[[Tasks], Result], tasks: Tasks, interrupted: Callable[[], bool] = never
    ) -> Iterator[tuple[int, Result]]:
        """See `Backend.map`."""
        pieces, pace = Pieces(len(tasks), self._chunk), self._pace(work)
        try:
            while pieces.unfinished:
                if interrupted():
                    raise Interrupted
                self._launch()
                self._hand_out(work, tasks, pieces, pace.size(tasks.grain, len(self._places)))
                for piece, reply in self._collect(pieces):
                    pace.measured(piece, reply.seconds)
                    pieces.done(piece)
                    yield piece.start, reply.result
        finally:
            for place in self._places:
                place.line = deque((ticket, None) for ticket, _ in place.line)

    def _pace(self, work: Callable[[Any], Any]) -> Pace:
        """How fast `work` goes; of all works, only the last few are remembered."""
        pace = next((pace for known, pace in self._paces if known is work), None) or Pace()
        others = [entry for entry in self._paces if entry[0] is not work]
        self._paces = [*others, (work, pace)][-MOST_WORKS:]
        return pace

    def _launch(self) -> None:
        """Launch workers where there is none; give up if no place keeps one."""
        now = time.monotonic()
        if all(place.aside for place in self._places):
            raise ComputeError(f"{MOST_LOSSES} workers in a row were lost at every place; evo resume continues")
        for place in self._places:
            if place.worker is None and not place.aside and now >= place.launch_at:
                place.worker = self._fleet.launch()
                place.greeting = self._fleet.greet(place.worker)
        if not any(place.name for place in self._places) and now - self._started > START:
            raise ComputeError(f"no worker started within {START:.0f} s: are there free CPUs?")

    def _hand_out(self, work: Callable[[Any], Any], tasks: Any, pieces: Pieces, wanted: int) -> None:
        """Fill the lines of the workers that are there, the shortest line first."""
        ready = [place for place in self._places if place.ready]
        for length in range(IN_LINE):
            for place in ready:
                if len(place.line) != length or place.alone:
                    continue
                piece = pieces.take(wanted, len(ready), place.number, idle=not place.line)
                if piece is not None:
                    ticket = self._fleet.send(place.worker, work, tasks.slice(piece.start, piece.stop))
                    place.busy_since = place.busy_since if place.line else time.monotonic()
                    place.line.append((ticket, piece))

    def _collect(self, pieces: Pieces) -> Iterator[tuple[Piece, Reply]]:
        """Replies that came within a tick; whatever was lost is back in `pieces`."""
        heads = {place.line[0][0]: place for place in self._places if place.line}
        greetings = {place.greeting: place for place in self._places if place.greeting is not None}
        waiting = [*heads, *greetings]
        if not waiting:
            time.sleep(TICK)
        ready = self._fleet.ready(waiting, TICK) if waiting else set()
        for ticket in [ticket for ticket in waiting if ticket in ready]:
            if ticket in greetings:
                self._greeted(greetings[ticket], pieces)
            else:
                yield from self._replied(heads[ticket], pieces)
        self._look_after(pieces)

    def _greeted(self, place: Place, pieces: Pieces) -> None:
        try:
            place.name = str(self._fleet.reply(place.greeting).result)
            place.greeting = None
        except WorkerLost as loss:
            self._lose(place, str(loss), pieces)

    def _replied(self, place: Place, pieces: Pieces) -> Iterator[tuple[Piece, Reply]]:
        ticket, piece = place.line[0]
        try:
            reply = self._fleet.reply(ticket)
        except WorkerLost as loss:
            self._lose(place, str(loss), pieces)
            return
        except WorkFailed:
            place.line.popleft()
            if piece is None:
                return
            raise
        place.line.popleft()
        place.busy_since, place.losses = time.monotonic(), 0
        self._cpu_seconds += reply.cpu_seconds
        if piece is not None:
            yield piece, reply

    def _look_after(self, pieces: Pieces) -> None:
        """End workers that take too long; look, now and then, whether the fleet as a whole is there."""
        now = time.monotonic()
        for place in self._places:
            if self._timeout is not None and place.line and now - place.busy_since > self._timeout:
                self._fleet.end(place.worker)
                self._lose(place, f"no answer within {self._timeout:g} s (compute.timeout_s)", pieces)
        if now - self._checked > CHECK:
            self._checked = now
            self._fleet.check()

    def _lose(self, place: Place, reason: str, pieces: Pieces) -> None:
        """What a lost worker had begun is lost with it; what it had only in line goes back."""
        begun, *in_line = [piece for _, piece in place.line] or [None]
        name, place.worker, place.greeting, place.line = place.name, None, None, deque()
        place.losses += 1
        place.launch_at = time.monotonic() + min(LONGEST_PAUSE, PAUSE * 2 ** (place.losses - 1))
        self._lost += 1
        for piece in reversed(in_line):
            if piece is not None:
                pieces.back(piece)
        details = {"worker": place.number, "process": name, "reason": reason, "losses_in_a_row": place.losses}
        self.tell(Event("worker_lost", f"worker {place.number} was lost ({reason})", details))
        if place.aside:
            text = f"worker {place.number} is set aside: lost {place.losses} times in a row"
            self.tell(Event("worker_set_aside", text, {"worker": place.number}))
        if begun is not None:
            self._send_again(pieces.lost(begun, place.number), reason)

    def _send_again(self, piece: Piece, reason: str) -> None:
        tasks = f"tasks {piece.start} to {piece.stop - 1}" if len(piece) > 1 else f"task {piece.start}"
        if piece.losses > self._retries:
            text = f"{tasks} of a generation lost their worker {piece.losses} times (last: {reason})"
            raise ComputeError(f"{text}; a checkpoint is saved, and evo resume continues", task=piece.start)
        self._sent_again += 1
        details = {"tasks": [piece.start, piece.stop], "losses": piece.losses}
        self.tell(Event("retry", f"{tasks} are sent to another worker", details))
