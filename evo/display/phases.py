"""What a run does after its search, with the time that it takes."""

from __future__ import annotations

from dataclasses import dataclass

from evo.display.eta import Clock, Eta
from evo.monitor import Phase


@dataclass(frozen=True, slots=True)
class ShownPhase:
    """A phase at one moment: what it is, how much is done (None: unknown), and seconds so far and still to come."""

    text: str
    fraction: float | None
    elapsed: float
    remaining: float | None


class PhaseClock:
    """Follows the phases of a run; a fraction that falls begins another estimate."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._eta = Eta(clock)
        self._began = clock()
        self.phase: Phase | None = None

    def update(self, phase: Phase) -> bool:
        """This is done now; whether its text is a new one."""
        new = self.phase is None or self.phase.text != phase.text
        timed = self.phase is not None and self.phase.fraction is not None
        if new and (phase.fraction is None or not timed):
            self._began, self._eta = self._clock(), Eta(self._clock)
        if phase.fraction is not None:
            self._eta.update(phase.fraction)
        self.phase = phase
        return new

    def elapsed(self) -> float:
        """Seconds since it began; phases that share one estimate count as one."""
        return self._clock() - self._began

    def remaining(self) -> float | None:
        """Seconds to its end; None where they are not known."""
        return None if self.phase is None or self.phase.fraction is None else self._eta.remaining()

    def shown(self) -> ShownPhase | None:
        """The present, or None before the first phase."""
        if self.phase is None:
            return None
        return ShownPhase(self.phase.text, self.phase.fraction, self.elapsed(), self.remaining())
