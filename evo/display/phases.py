"""What a run does before and after its search, with the time that it takes."""

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
    """Follows the phases of a run; those that begin alike, up to a colon, share one estimate: `fold: 1 of 5`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._eta = Eta(clock)
        self._began = clock()
        self.phase: Phase | None = None

    def update(self, phase: Phase) -> bool:
        """This is done now; whether it is something else than before."""
        new = self.phase is None or _head(self.phase) != _head(phase)
        if new:
            self._began, self._eta = self._clock(), Eta(self._clock)
        if phase.fraction is not None:
            self._eta.update(phase.fraction)
        self.phase = phase
        return new

    def clear(self) -> None:
        """The search goes on."""
        self.phase = None

    def elapsed(self) -> float:
        """Seconds since it began; phases that share one estimate count as one."""
        return self._clock() - self._began

    def remaining(self) -> float | None:
        """Seconds to its end; None where they are not known."""
        phase = self.phase
        return None if phase is None or phase.fraction is None else self._eta.remaining()

    def shown(self) -> ShownPhase | None:
        """The present, or None where there is no phase."""
        phase = self.phase
        if phase is None:
            return None
        return ShownPhase(phase.text, phase.fraction, self.elapsed(), self.remaining())


def _head(phase: Phase) -> str:
    return phase.text.partition(":")[0]
