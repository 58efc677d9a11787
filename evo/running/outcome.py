"""How the work of one process on a run ends."""

from __future__ import annotations

from dataclasses import dataclass

from evo.errors import ComputeError
from evo.running.signals import StopSignals


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state` as in run.json, the reason in words, the process's exit code."""

    state: str
    reason: str
    exit_code: int


def interruption(signals: StopSignals) -> Outcome:
    """What a received signal ends a run as."""
    assert signals.received is not None
    name = signals.received.name
    return Outcome("interrupted", name, 130) if name == "SIGINT" else Outcome("terminated", name, 75)


def lost(problem: ComputeError) -> Outcome:
    """What losing the place where work runs ends a run as."""
    return Outcome("failed", str(problem), problem.exit_code)
