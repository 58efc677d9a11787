"""The reports on networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from evo.analysis.gather import Facts
from evo.config.schema import RunConfig
from evo.kinds.network.report.findings import NetworkFacts, facts_again, network_facts
from evo.kinds.network.report.pictures import layers, pixels
from evo.kinds.network.report.points import points_of
from evo.kinds.network.report.sections import features, network, point_texts, scorecard, scored, units
from evo.kinds.network.report.tried import tried
from evo.records.encoders import read_encoder
from evo.report.html.baselines import against, baselines
from evo.report.html.columns import columns
from evo.report.html.front import front
from evo.report.html.inputs import robust
from evo.report.html.parts import Section
from evo.report.html.provenance import provenance, time_split
from evo.report.html.scores import generalization
from evo.report.markdown import escape, fenced, table
from evo.report.reporter import Part
from evo.storage.run_dir import RunDir
from evo.text.formula import wrapped
from fitness.data.dataset import Dataset

#: Lines of a network in report.md.
MOST_LINES = 400
#: Columns that it names.
MOST_COLUMNS = 12
_SAID = "Influence: the share of rows whose prediction changes when a comparison on the column is flipped, summed."
GROWN = "When it had been chosen it was grown once more, on all training rows."
ON_ALL = (
    "When it had been chosen it was grown once more, on all training and validation rows, so its validation scores are "
    "not those of rows held out."
)


class NetworkReporter:
    """The network as a picture and unit by unit, beside what every report says."""

    parts: Sequence[Part] = (
        scorecard, tried, network, pixels, layers, units, features, generalization, baselines, front, columns, robust,
        time_split, provenance,
    )  # fmt: skip

    def at_the_end(self, run: RunDir, config: RunConfig, dataset: Dataset) -> tuple[NetworkFacts, tuple[str, ...]]:
        """The pick, with the rows on which its units hold."""
        found = network_facts(run, config.seed, dataset.task, dataset.bits, dataset, config.fitness)
        return replace(found, picture=dataset.picture, encoder=read_encoder(run)), found.notes

    def again(self, run: RunDir, *, trust: bool) -> tuple[NetworkFacts, tuple[str, ...]]:
        """The same of rows that are read again, or without them and a note why."""
        return facts_again(run, trust=trust)

    def markdown(
        self,
        run: RunDir,
        result: Mapping[str, Any],
        lines: Sequence[str],
        dataset: Dataset | None,
        findings: NetworkFacts | None,
    ) -> list[str]:
        """The network in words, and what rows say of it where they were counted."""
        shown = wrapped(list(lines))
        more = len(shown) - MOST_LINES
        cut = [*shown[:MOST_LINES], *([f"... {more:,} more lines: evo export --format words"] if more > 0 else [])]
        said = "".join(f"{line}\n\n" for line in grown(result))
        return ["## The network\n\n" + said + fenced(cut), *_in_short(findings)]

    def picked_by(self, result: Mapping[str, Any]) -> str | None:
        """Folds, or rows that nothing had grown on, where no validation rows chose."""
        known, rows = result["network"], result["data"]["rows"]["train"]
        if "valid" in result["best"]["scores"]:
            return None
        if known.get("folds"):
            return f"{known['folds']} folds of the {rows:,} training rows"
        judged = known.get("judged")
        return f"{judged:,} of the {rows:,} training rows, on which nothing had grown" if judged else None

    def verdict(self, facts: Facts) -> list[str]:
        """How it stands to simple learners, on which rows it was grown, and what scores on these are worth."""
        measured = facts.findings.baselines
        return [*([] if measured is None else against(measured)), *grown(facts.result)]

    def cards(self, facts: Facts) -> list[tuple[str, str]]:
        """Units, gates, depth, and columns that are read."""
        best = facts.result["best"]
        return [
            (f"{best['units']:,}", "unit" if best["units"] == 1 else "units"),
            (f"{best['gates']:,}", "AND gates"),
            (f"{best['depth']:,}", "levels of gates"),
            (f"{len(facts.findings.use):,} of {facts.result['data']['features']:,}", "columns used"),
        ]

    def compared(self, runs: Sequence[RunDir], names: Sequence[str], *, trust: bool) -> list[Section]:
        """Nothing: networks that say the same need not look alike."""
        return []


def _in_short(found: NetworkFacts | None) -> list[str]:
    """The scorecard, and the columns that matter most, in report.md; nothing without findings."""
    if found is None:
        return []
    card, measured = points_of(found.model), [one for one in found.use if one.influence is not None]
    parts = []
    if card is not None:
        rows = [[str(weight), text] for weight, text in point_texts(found, card)]
        parts.append(f"## As a scorecard\n\n{escape(scored(found, card))}\n\n{table(['points', 'where'], rows)}")
    if measured:
        rows = [[one.feature, str(one.literals), f"{one.influence:.3f}"] for one in measured[:MOST_COLUMNS]]
        more = len(found.use) - len(rows)
        note = _SAID + (f" {more:,} more columns are read." if more > 0 else "")
        parts.append(f"## What it looks at\n\n{table(['column', 'comparisons', 'influence'], rows)}\n\n{note}")
    return parts


def grown(result: Mapping[str, Any]) -> list[str]:
    """On which rows the pick was grown; nothing where all training rows both grew and judged all along."""
    known, n_rows = result["network"], result["data"]["rows"]["train"]
    if known["grown_on"]:
        return [ON_ALL if "valid" in known["grown_on"] else GROWN]
    if known.get("folds"):
        return [f"It grew on all {n_rows:,} training rows, judged by {known['folds']} folds of these."]
    judged = known.get("judged")
    return [f"It grew on {n_rows - judged:,} training rows; the other {judged:,} judged it."] if judged else []
