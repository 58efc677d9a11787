"""What the model reads, how much each column matters, and what wrong input bits cost."""

from __future__ import annotations

from evo.analysis.gather import Facts
from evo.report.html.curves import noise
from evo.report.html.parts import Cell, Section, Table
from evo.report.html.tables import bar, full_table
from evo.text.measures import measure_of
from evo.text.numbers import counted

#: Columns shown at once: the rest is folded away.
MOST_FEATURES = 20
_INFLUENCE = " Influence: the share of rows whose prediction changes when a bit of it is flipped, summed over its bits."


def features(facts: Facts) -> Section | None:
    """What the model reads, and how much it matters."""
    used, total = facts.findings.use, facts.result["data"]["features"]
    if not used:
        return None
    known = used[0].influence is not None
    weights = [(one.influence if known else one.literals) or 0 for one in used]
    rows: list[list[Cell]] = [
        [
            one.feature,
            str(one.terms),
            str(one.literals),
            *([f"{one.influence:.3f}"] if known else []),
            bar(weight, max(weights)),
        ]
        for one, weight in zip(used, weights, strict=True)
    ]
    header = ["column", "terms", "literals", *(["influence"] if known else []), ""]
    rest = rows[MOST_FEATURES:]

    def table(rows: list[list[Cell]], label: str) -> Table:
        return full_table(header, rows, label, wide=len(header) - 1)

    show = {
        "text": f"The model reads {len(used):,} of {counted(total, 'column')}.{_INFLUENCE if known else ''}",
        "table": table(rows[:MOST_FEATURES], "feature use"),
        "folded": f"{len(rest)} more columns" if rest else "",
        "rest": table(rest, "more columns"),
    }
    return Section("features", "What it looks at", "features.html.j2", show)


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
