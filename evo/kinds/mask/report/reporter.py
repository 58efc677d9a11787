"""The reports on masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evo.analysis.gather import Facts
from evo.config.schema import RunConfig
from evo.kinds.mask.report.controls import mask_tables
from evo.kinds.mask.report.findings import MaskFacts, mask_facts
from evo.kinds.mask.report.headline import headline
from evo.kinds.mask.report.pictures import layers, pixels
from evo.kinds.mask.report.sections import brittle, controls, kept
from evo.report.html.columns import columns
from evo.report.html.front import front
from evo.report.html.parts import Section
from evo.report.html.provenance import provenance, time_split
from evo.report.html.scores import generalization
from evo.report.markdown import fenced, table
from evo.report.reporter import Part
from evo.report.tables import percent
from evo.storage.run_dir import RunDir
from evo.text.formula import wrapped


class MaskReporter:
    """What result.json says, and pictures of the pick: nothing is counted on rows."""

    parts: Sequence[Part] = (
        kept,
        layers,
        pixels,
        controls,
        brittle,
        generalization,
        front,
        columns,
        time_split,
        provenance,
    )

    def at_the_end(self, run: RunDir, config: RunConfig, dataset: Any) -> tuple[MaskFacts, tuple[str, ...]]:
        """What the pick keeps."""
        return mask_facts(run), ()

    def again(self, run: RunDir, *, trust: bool) -> tuple[MaskFacts, tuple[str, ...]]:
        """The same; it needs no rows."""
        return mask_facts(run), ()

    def markdown(
        self, run: RunDir, result: Mapping[str, Any], lines: Sequence[str], dataset: Any, findings: Any
    ) -> list[str]:
        """What is left of the network, the controls, and the curve of brittleness."""
        tables = (
            f"## {one.title}\n\n{table(list(one.header), [list(row) for row in one.rows])}\n\n{one.note}"
            for one in mask_tables(result["mask"])
        )
        said = headline(result["mask"])
        spoken = [" ".join(said)] if said else []
        return ["## The network\n\n" + fenced(wrapped(list(lines))), *spoken, *tables]

    def picked_by(self, result: Mapping[str, Any]) -> str | None:
        """Nothing else."""
        return None

    def verdict(self, facts: Facts) -> list[str]:
        """How the mask stands to its controls."""
        return headline(facts.result["mask"])

    def cards(self, facts: Facts) -> list[tuple[str, str]]:
        """Weights kept, and the sparsity."""
        best = facts.result["best"]
        return [(f"{best['weights']:,}", "weights kept"), (percent(best["sparsity"]), "sparsity")]

    def compared(self, runs: Sequence[RunDir], names: Sequence[str], *, trust: bool) -> list[Section]:
        """Nothing."""
        return []
