"""The reports on formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from evo.analysis.gather import Facts
from evo.analysis.rules import rule_groups
from evo.config.schema import RunConfig
from evo.kinds.two_level.report.findings import Formula, best_of, findings_again, formula_facts
from evo.kinds.two_level.report.overlap import rule_sections
from evo.kinds.two_level.report.pixels import pixels
from evo.kinds.two_level.report.rules import network, rules
from evo.kinds.two_level.report.sentences import READING, rule_lines
from evo.kinds.two_level.report.tried import tried
from evo.records.encoders import read_encoder
from evo.report.html.baselines import against, baselines
from evo.report.html.columns import columns
from evo.report.html.front import front
from evo.report.html.inputs import features, robust
from evo.report.html.parts import Section
from evo.report.html.provenance import provenance, time_split
from evo.report.html.scores import generalization
from evo.report.markdown import escape, fenced
from evo.report.reporter import Part
from evo.storage.run_dir import RunDir
from evo.text.formula import wrapped
from fitness.data.dataset import Dataset

_MISSING = (
    "Where training rows miss values, a missing value passes `c != a` and what says so, and no other comparison; other "
    "missing values: see Data. Columns of few values are described by those of the training rows: a category that "
    "these never had passes no test of an input bit (`c = a`), and the opposite (`c != a`) then holds."
)


class FormulaReporter:
    """The rules, what they apply to, what they read, and simple learners beside them."""

    parts: Sequence[Part] = (
        rules,
        tried,
        pixels,
        network,
        generalization,
        baselines,
        front,
        features,
        columns,
        robust,
        time_split,
        provenance,
    )

    def at_the_end(self, run: RunDir, config: RunConfig, dataset: Dataset) -> tuple[Formula, tuple[str, ...]]:
        """The pick, with what the rows say of it."""
        task, bits = dataset.task, dataset.bits
        found = formula_facts(best_of(run, task, dataset.n_bits), task, bits, dataset, config.seed, config.fitness)
        return replace(found, encoder=read_encoder(run)), found.notes

    def again(self, run: RunDir, *, trust: bool) -> tuple[Formula, tuple[str, ...]]:
        """The same of rows that are read again, or without them and a note why."""
        return findings_again(run, trust=trust)

    def markdown(
        self,
        run: RunDir,
        result: Mapping[str, Any],
        lines: Sequence[str],
        dataset: Dataset | None,
        findings: Formula | None,
    ) -> list[str]:
        """The rules in words and as a formula."""
        sentences = "\n".join(f"- {escape(text)}" for text in _sentences(run, dataset, findings))
        words = f"{sentences}\n\n{escape(READING)}\n\nThe same as a formula:\n\n" if sentences else ""
        return ["## The rules\n\n" + words + fenced(wrapped(list(lines))) + "\n\n" + _MISSING]

    def picked_by(self, result: Mapping[str, Any]) -> str | None:
        """Nothing else."""
        return None

    def verdict(self, facts: Facts) -> list[str]:
        """How the formula stands to simple learners."""
        measured = facts.findings.baselines
        return [] if measured is None else against(measured)

    def cards(self, facts: Facts) -> list[tuple[str, str]]:
        """Terms, literals, and columns that are read."""
        best, given = facts.result["best"], facts.result["data"]["features"]
        return [
            (f"{best['terms']:,}", "rules (terms)"),
            (f"{best['literals']:,}", "comparisons (literals)"),
            (f"{len(facts.findings.use):,} of {given:,}", "columns used"),
        ]

    def compared(self, runs: Sequence[RunDir], names: Sequence[str], *, trust: bool) -> list[Section]:
        """Whether they found the same rules, and the rules of each."""
        return rule_sections(runs, names, trust=trust)


def _sentences(run: RunDir, dataset: Dataset | None, findings: Formula | None) -> list[str]:
    if findings is not None:
        task, groups = findings.task, findings.rules
    else:
        assert dataset is not None, "rows are there where nothing was counted"
        task = dataset.task
        groups = rule_groups(best_of(run, task, dataset.n_bits), task, dataset.bits, dataset.splits())
    return rule_lines(groups, [task.classes[i] for i in task.prior])
