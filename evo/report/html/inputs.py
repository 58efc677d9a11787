"""What the model reads, how much each column matters, and what wrong input bits cost."""

from __future__ import annotations

from evo.analysis.gather import Facts
from evo.analysis.importance import SHUFFLES
from evo.report.html.curves import noise
from evo.report.html.parts import Cell, Section, Table
from evo.report.html.tables import bar, full_table
from evo.text.measures import Measure, measure_of
from evo.text.numbers import counted

#: Columns shown at once: the rest is folded away.
MOST_FEATURES = 20
_INFLUENCE = " Influence: the share of rows whose prediction changes when a bit of it is flipped, summed over its bits."


def features(facts: Facts) -> Section | None:
    """What a formula reads, and how much it matters."""
    return use_of_columns(facts, ("terms", "literals"))


def use_of_columns(facts: Facts, nouns: tuple[str, str]) -> Section | None:
    """What the model reads, and how much it matters; nouns: of what reads a column, and of how often it is read."""
    used, total = facts.findings.use, facts.result["data"]["features"]
    if not used:
        return None
    known, measure = used[0].influence is not None, measure_of(facts.result["best"])
    shuffled = any(one.drop is not None for one in used)
    weights = [(one.influence if known else one.literals) or 0 for one in used]
    rows: list[list[Cell]] = [
        [
            one.feature,
            str(one.terms),
            str(one.literals),
            *([measure.text(one.drop)] if shuffled else []),
            *([f"{one.influence:.3f}"] if known else []),
            bar(weight, max(weights)),
        ]
        for one, weight in zip(used, weights, strict=True)
    ]
    header = ["column", *nouns, *(["lost if shuffled"] if shuffled else []), *(["influence"] if known else []), ""]
    rest = rows[MOST_FEATURES:]

    def table(rows: list[list[Cell]], label: str) -> Table:
        return full_table(header, rows, label, wide=len(header) - 1)

    said = f"The model reads {len(used):,} of {counted(total, 'column')}."
    show = {
        "text": f"{said}{_lost(facts, measure) if shuffled else ''}{_INFLUENCE if known else ''}",
        "table": table(rows[:MOST_FEATURES], "feature use"),
        "folded": f"{len(rest)} more columns" if rest else "",
        "rest": table(rest, "more columns"),
    }
    return Section("features", "What it looks at", "features.html.j2", show)


def _lost(facts: Facts, measure: Measure) -> str:
    where = f" on {facts.findings.robustness.split} rows" if facts.findings.robustness else ""
    return (
        f" Lost if shuffled: how much lower the {measure.name}{where} is when the column's values are exchanged at "
        f"random among the rows, on average of {SHUFFLES} shuffles; near 0 where other columns say the same."
    )


def robust(facts: Facts) -> Section | None:
    """The run's measure under wrong input bits, and the average sensitivity."""
    result = facts.findings.robustness
    if result is None:
        return None
    part = "" if result.rows == result.of else f" of {result.of:,}"
    show = {
        "figure": noise(result, measure_of(facts.result["best"])),
        "text": (
            f"Average sensitivity {result.sensitivity:.2f}: of the {len(result.influences):,} input bits that are "
            f"read, so many change the prediction of a row when flipped alone, on average. "
            f"Measured on {result.rows:,}{part} {result.split} rows."
        ),
    }
    return Section("robustness", "Robustness", "robustness.html.j2", show)
