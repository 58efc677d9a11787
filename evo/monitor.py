"""What a running search tells the people watching it: plain values, made by the runner, drawn by the display."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What is known before the first generation."""

    name: str
    run_dir: str
    algorithm: str
    genome: str
    metric: str
    task: str
    rows: dict[str, int]
    features: int
    bits: int
    start_generation: int


@dataclass(frozen=True, slots=True)
class FrontRow:
    """One member of the Pareto front; valid and test scores are None where there is no such split."""

    id: str
    error: float
    literals: int
    terms: int
    gates: int
    depth: int
    sparsity: float
    train_accuracy: float
    valid_accuracy: float | None
    test_accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class StopProgress:
    """How far one stopping rule is: `fraction` in [0, 1], e.g. ("generations", 0.5, "100 of 200")."""

    rule: str
    fraction: float
    text: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The search after one generation. `front` is sorted by error; `best_id` is the pick among it.

    migrants: how many arrived on any island so far; None where there are no islands; genome: its kind.
    """

    generation: int
    evaluations: int
    seconds: float
    front: tuple[FrontRow, ...]
    best_id: str
    best_error: float
    stops: tuple[StopProgress, ...]
    migrants: int | None = None
    genome: str = "sop"


class Display(Protocol):
    """Draws a run. Every method may be called from the main thread only."""

    def start(self, info: RunInfo) -> None:
        """The run begins (or goes on after a resume)."""

    def update(self, snapshot: Snapshot) -> None:
        """One more generation is done."""

    def note(self, message: str) -> None:
        """One line that must not be lost: a checkpoint skipped, a signal received, a file written."""

    def finish(self, lines: list[str]) -> None:
        """The run ended; `lines` is the closing summary to print as it is (plain text)."""

    def close(self) -> None:
        """Give the terminal back as it was; safe to call twice and after an error."""
