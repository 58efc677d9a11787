"""The reports on networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evo.analysis.gather import Facts
from evo.config.schema import RunConfig
from evo.kinds.network.report.findings import NetworkFacts, facts_again, network_facts
from evo.kinds.network.report.sections import network, units
from evo.report.html.columns import columns
from evo.report.html.front import front
from evo.report.html.parts import Section
from evo.report.html.provenance import provenance, time_split
from evo.report.html.scores import generalization
from evo.report.markdown import fenced
from evo.report.reporter import Part
from evo.storage.run_dir import RunDir
from evo.text.formula import wrapped
from fitness.data.dataset import Dataset

#: Lines of a network in report.md.
MOST_LINES = 400
GROWN = "When it had been chosen it was grown once more, on all training rows."
ON_ALL = (
    "When it had been chosen it was grown once more, on all training and validation rows, so its validation scores are "
    "not those of rows held out."
)


class NetworkReporter:
    """The network as a picture and unit by unit, beside what every report says."""

    parts: Sequence[Part] = (network, units, generalization, front, columns, time_split, provenance)

    def at_the_end(self, run: RunDir, config: RunConfig, dataset: Dataset) -> tuple[NetworkFacts, tuple[str, ...]]:
        """The pick, with the rows on which its units hold."""
        found = network_facts(run, config.seed, dataset.task, dataset.bits, dataset.train)
        return found, found.notes

    def again(self, run: RunDir, *, trust: bool) -> tuple[NetworkFacts, tuple[str, ...]]:
        """The same of rows that are read again, or without them and a note why."""
        return facts_again(run, trust=trust)

    def markdown(
        self, run: RunDir, result: Mapping[str, Any], lines: Sequence[str], dataset: Dataset, findings: Any
    ) -> list[str]:
        """The network in words."""
        shown = wrapped(list(lines))
        more = len(shown) - MOST_LINES
        cut = [*shown[:MOST_LINES], *([f"... {more:,} more lines: evo export --format words"] if more > 0 else [])]
        return ["## The network\n\n" + "".join(f"{said}\n\n" for said in grown(result)) + fenced(cut)]

    def verdict(self, facts: Facts) -> list[str]:
        """On which rows it was grown in the end, and what its accuracy on them is no longer worth."""
        return grown(facts.result)

    def cards(self, facts: Facts) -> list[tuple[str, str]]:
        """Gates, depth, units."""
        best = facts.result["best"]
        return [
            (f"{best['gates']:,}", "AND gates"),
            (f"{best['depth']:,}", "levels"),
            (f"{best['units']:,}", "units"),
        ]

    def compared(self, runs: Sequence[RunDir], names: Sequence[str], *, trust: bool) -> list[Section]:
        """Nothing: networks that say the same need not look alike."""
        return []


def grown(result: Mapping[str, Any]) -> list[str]:
    """On which rows the pick was grown in the end; nothing where it is as the search found it."""
    rows = result["network"]["grown_on"]
    return [ON_ALL if "valid" in rows else GROWN] if rows else []
