"""What reports ask of a kind of genome: the sections on its models, in report.md and on pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from evo.analysis.gather import Facts
from evo.config.schema import RunConfig
from evo.report.html.parts import Section
from evo.storage.run_dir import RunDir

#: A part of a page from the facts of a run; None where there is nothing to show.
Part = Callable[[Facts], Section | None]


class Reporter(Protocol):
    """The reports on one kind of genome; `evo.kinds.kind.Kind.reporter` gives it."""

    @property
    def parts(self) -> Sequence[Part]:
        """The parts of a page about one run, in order."""

    def at_the_end(self, run: RunDir, config: RunConfig, dataset: Any) -> tuple[Any, tuple[str, ...]]:
        """What is counted on the rows in memory when a run ends: the `findings` of its facts, and notes on what time
        did not suffice for."""

    def again(self, run: RunDir, *, trust: bool) -> tuple[Any, tuple[str, ...]]:
        """The same of a run that ended earlier, and notes on what could not be counted.

        trust: read its rows whoever wrote where they lie.

        Raises:
            CheckpointError: a file of the run is missing or damaged.
        """

    def markdown(
        self, run: RunDir, result: Mapping[str, Any], lines: Sequence[str], dataset: Any, findings: Any
    ) -> list[str]:
        """The sections of report.md on the model; lines: it in words; dataset: None where a run ended
        earlier; findings: None where there is to be no page."""

    def picked_by(self, result: Mapping[str, Any]) -> str | None:
        """What chose the model, where that is neither folds, a price, nor a score of the splits; else None."""

    def verdict(self, facts: Facts) -> list[str]:
        """Sentences to add to the verdict."""

    def cards(self, facts: Facts) -> list[tuple[str, str]]:
        """Figures at the top of a page, and what they are, beside accuracies."""

    def compared(self, runs: Sequence[RunDir], names: Sequence[str], *, trust: bool) -> list[Section]:
        """What a page says of several runs of this kind beside their figures."""
