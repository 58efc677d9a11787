"""What a running search tells the people watching it: plain values, made by the runner, drawn by the display."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from evo.kinds.kind import SizeColumn


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What is known before the first generation; inputs: what models read, in the plural."""

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
    inputs: str = "bits"


@dataclass(frozen=True, slots=True)
class FrontRow:
    """One member of the Pareto front; valid and test scores are None where there is no such split.

    sizes: by the names of the size columns of its kind of genome, in their order; each is an attribute, too;
    train_score, valid_score, test_score: the configured metric where it is not accuracy, else None; formula: the model
    in one line, of a run that ended and a model that somebody could read, else empty.
    """

    id: str
    error: float
    sizes: Mapping[str, int]
    sparsity: float
    train_accuracy: float
    valid_accuracy: float | None
    test_accuracy: float | None = None
    train_score: float | None = None
    valid_score: float | None = None
    test_score: float | None = None
    formula: str = ""

    def __getattr__(self, name: str) -> int:
        """A size by its name: ``row.literals``, ``row.weights``.

        Raises:
            AttributeError: its kind of genome has no such size.
        """
        if name != "sizes" and name in self.sizes:  # without sizes it is being unpickled
            return self.sizes[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    @property
    def size(self) -> int:
        """The first of its sizes: the one that ties, knees and charts go by."""
        return next(iter(self.sizes.values()))

    def to_json(self) -> dict[str, Any]:
        """A member as result.json keeps it: sizes are keys like the others, scores are there where they are known."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain = {name: value for name, value in plain.items() if value is not None or not name.endswith("_score")}
        if not self.formula:
            del plain["formula"]
        return {"id": plain.pop("id"), "error": plain.pop("error"), **plain.pop("sizes"), **plain}


@dataclass(frozen=True, slots=True)
class StopProgress:
    """How far one stopping rule is: `fraction` in [0, 1], e.g. ("generations", 0.5, "100 of 200")."""

    rule: str
    fraction: float
    text: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The search after one generation. `front` is sorted by error; `best_id` is the pick among it.

    migrants: how many arrived on any island so far; None where there are no islands; sizes: columns of its rows;
    formula: the pick in words, line by line; none where that is too long to read; later: what picks the model when the
    search has ended (`best_id` is only the best so far), empty where the rows that pick it do so all along.
    """

    generation: int
    evaluations: int
    seconds: float
    front: tuple[FrontRow, ...]
    best_id: str
    best_error: float
    stops: tuple[StopProgress, ...]
    migrants: int | None = None
    sizes: tuple[SizeColumn, ...] = ()
    formula: tuple[str, ...] = ()
    later: str = ""

    @property
    def pick(self) -> FrontRow | None:
        """The member of the front called `best_id`, or its first one; None where it is empty."""
        return next((row for row in self.front if row.id == self.best_id), self.front[0] if self.front else None)


@dataclass(frozen=True, slots=True)
class Phase:
    """What a run does before its search or after; fraction: how much of it is done, in [0, 1], None where unknown."""

    text: str
    fraction: float | None = None


class Display(Protocol):
    """Draws a run. Every method may be called from the main thread only."""

    def start(self, info: RunInfo) -> None:
        """The run begins (or goes on after a resume)."""

    def update(self, snapshot: Snapshot) -> None:
        """One more generation is done."""

    def note(self, message: str) -> None:
        """One line that must not be lost: a checkpoint skipped, a signal received, a file written."""

    def phase(self, phase: Phase) -> None:
        """This is done now, and not the search: told often, also where only the fraction is another.

        The first phases come before `start`: nothing is known of a run before its data are read.
        """

    def finish(self, lines: list[str]) -> None:
        """The run ended; `lines` is the closing summary to print as it is (plain text)."""

    def close(self) -> None:
        """Give the terminal back as it was; safe to call twice and after an error."""
