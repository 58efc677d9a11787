"""Several runs on one page: side by side, their spread over seeds, and what their kind of genome adds.

It draws what it is given; `evo.report.write` reads the runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evo.analysis.gather import scores_of
from evo.report.compare import SPREAD, run_table, spread_table
from evo.report.html.parts import Cell, Section
from evo.report.html.render import render
from evo.report.html.tables import accuracy_cells, full_table, plain_table
from evo.report.tables import percent
from evo.text.measures import measure_of

Pairs = Sequence[tuple[dict[str, Any], dict[str, Any]]]


def compare_page(pairs: Pairs, names: Sequence[str], own: Sequence[Section]) -> str:
    """The page about runs that have come to an end.

    pairs: run.json and result.json of each; names: how the page calls them; own: sections of their kind of genome.
    """
    parts = [_side_by_side(pairs), _spread(pairs), _accuracies(pairs, names), *own]
    return render(
        "page.html.j2",
        title=f"Comparison of {len(pairs)} runs",
        about=", ".join(dict.fromkeys(run["name"] for run, _ in pairs)),
        parts=[part for part in parts if part is not None],
    )


def _side_by_side(pairs: Pairs) -> Section:
    header, rows = run_table(pairs)
    table = plain_table(["", *header], [[str(i), *row] for i, row in enumerate(rows, start=1)], "runs")
    return Section("runs", "Side by side", "table.html.j2", {"table": table, "notes": []})


def _spread(pairs: Pairs) -> Section | None:
    header, rows = spread_table(pairs)
    if not rows:
        return None
    table = plain_table(header, rows, "spread over seeds")
    return Section("spread", SPREAD, "table.html.j2", {"table": table, "notes": []})


def _accuracies(pairs: Pairs, names: Sequence[str]) -> Section:
    last = [scores_of(result)[-1] for _, result in pairs]
    scale = (min(score.low for score in last), 1.0)
    measures = [measure_of(result["best"]) for _, result in pairs]
    own = any(measure.beside_accuracy for measure in measures)
    rows: list[list[Cell]] = []
    for name, (run, result), score, measure in zip(names, pairs, last, measures, strict=True):
        first = [f"{measure.name} {measure.text(measure.of_best(result['best'], score.split))}"] if own else []
        counts = f"{score.n:,} {score.split}"
        rows.append([f"{name}: seed {run['seed']}", counts, *first, *accuracy_cells(score, scale)])
    metric = ["metric"] if own else []
    header = ["run", "rows", *metric, "accuracy", "95 % interval", f"{percent(scale[0])} to 100 %"]
    note = "Every run on the rows it held out; other seeds hold out other rows. Intervals are Wilson's."
    show = {"table": full_table(header, rows, "accuracy by run", wide=len(header) - 1), "notes": [note]}
    return Section("accuracy", "How well each generalizes", "table.html.j2", show)
