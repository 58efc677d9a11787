"""A run as lines of text for pipes, files and simple terminals."""

from __future__ import annotations

import time

from evo.display.eta import Clock
from evo.display.frame import Frame, Tracker
from evo.display.phases import PhaseClock
from evo.display.streams import TolerantStream
from evo.monitor import FrontRow, Phase, RunInfo, Snapshot
from evo.text.measures import ACCURACY, Measure
from evo.text.numbers import (
    columns_text,
    counted,
    duration,
    error_text,
    percent,
    rate,
    rows_text,
    short_size,
    stop_text,
)
from genomes.text.printable import printable

#: Seconds that a phase goes on before there is a line on it: most are over by then.
PATIENCE = 2.0


def progress_line(frame: Frame, now: float, measure: Measure) -> str:
    """One generation: `gen 40 | 8,000 evals | 12,345/s | train 95.6 % ... | generations 40 of 200, ETA 0:12`."""
    snapshot = frame.snapshot
    parts = [f"gen {snapshot.generation:,}", f"{snapshot.evaluations:,} evals", rate(frame.evaluations_per_second)]
    if frame.pick is None:
        parts.append(f"error {error_text(snapshot.best_error)}")
    else:
        scores = _scores(frame.pick, measure)
        parts += [f"so far {scores[0]}", *scores[1:]] if snapshot.later else scores
        parts.append(" ".join(short_size(frame.pick, snapshot.sizes)))
    if snapshot.migrants is not None:
        parts.append(counted(snapshot.migrants, "migrant"))
    if frame.nearest is None:
        parts.append(f"elapsed {duration(frame.elapsed(now))}")
    else:
        parts.append(f"{stop_text(frame.nearest)}, ETA {duration(frame.remaining(now))}")
    return " | ".join(parts)


def phase_time(clock: PhaseClock) -> str:
    """When it ends, or how long it has taken where that is not known."""
    if clock.phase is None or clock.phase.fraction is None:
        return f"elapsed {duration(clock.elapsed())}"
    return f"{int(100 * clock.phase.fraction)} %, ETA {duration(clock.remaining())}"


def start_lines(info: RunInfo) -> list[str]:
    """What runs, on what, and where it is written, if anywhere."""
    goes_on = f" | from generation {info.start_generation:,}" if info.start_generation else ""
    where = f" | {info.run_dir}" if info.run_dir else ""
    return [
        f"{info.name} | {info.algorithm}, {info.genome}, {info.task} | {info.metric}{goes_on}",
        f"{rows_text(info)} | {columns_text(info, '->')}{where}",
    ]


class PlainDisplay:
    """One line per `interval` seconds; the first and the last generation always have theirs."""

    def __init__(self, stream: TolerantStream, interval: float, clock: Clock = time.monotonic) -> None:
        self._stream = stream
        self._interval = interval
        self._clock = clock
        self._tracker = Tracker(clock)
        self._measure = ACCURACY
        self._pending: Frame | None = None
        self._last_line: float | None = None
        self._phase = PhaseClock(clock)
        self._phase_line: float | None = None
        self._phase_told = False

    def start(self, info: RunInfo) -> None:
        """Write what runs."""
        self._measure = Measure(info.metric)
        for line in start_lines(info):
            self._stream.line(line)

    def update(self, snapshot: Snapshot) -> None:
        """Write a line if one is due."""
        self._phase.clear()
        self._pending = self._tracker.update(snapshot)
        if self._last_line is None or self._clock() - self._last_line >= self._interval:
            self._write_pending()

    def note(self, message: str) -> None:
        """Write `message` at once."""
        self._stream.line(message)

    def phase(self, phase: Phase) -> None:
        """Write what goes on for a while, and how far it is in every interval."""
        self._write_pending()
        now, new = self._clock(), self._phase.update(phase)
        if new or self._phase_line is None:
            self._phase_told, self._phase_line = False, now
        if now - self._phase_line >= (max(self._interval, PATIENCE) if self._phase_told else PATIENCE):
            self._phase_told, self._phase_line = True, now
            self._stream.line(f"{phase.text} | {phase_time(self._phase)}")

    def finish(self, lines: list[str]) -> None:
        """Write the last generation, if it has no line yet, and the summary."""
        self._write_pending()
        for block in lines:
            for line in block.splitlines() or [""]:
                self._stream.line(line)

    def close(self) -> None:
        """Write the last generation, if it has no line yet: after an error it is what one wants to know."""
        self._write_pending()

    def _write_pending(self) -> None:
        if self._pending is not None:
            self._last_line = self._clock()
            self._stream.line(progress_line(self._pending, self._last_line, self._measure))
            self._pending = None


def _scores(row: FrontRow, measure: Measure) -> list[str]:
    """The metric, and accuracy behind it where that is another."""
    train, valid = percent(row.train_accuracy), percent(row.valid_accuracy)
    accuracies = f"train {train} %" if row.valid_accuracy is None else f"train {train} % valid {valid} %"
    if not measure.beside_accuracy:
        return [accuracies]
    own = f"{printable(measure.name)} train {1 - row.error:.4f}"
    return [own if row.valid_score is None else f"{own} valid {row.valid_score:.4f}", f"accuracy {accuracies}"]
