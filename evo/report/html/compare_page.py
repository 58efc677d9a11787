"""Several runs on one page: side by side, their spread over seeds, and what their kind of genome adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evo.analysis.gather import Score, scores_of
from evo.kinds.registry import kind_of
from evo.records.runs import read_run
from evo.report.compare import SPREAD, run_table, spread_table
from evo.report.html.parts import Cell, Section
from evo.report.html.render import render
from evo.report.html.tables import full_table, interval, plain_table, track
from evo.report.reporter import Reporter
from evo.report.tables import percent
from evo.storage.run_dir import RunDir

Pairs = Sequence[tuple[dict[str, Any], dict[str, Any]]]


def compare_page(runs: Sequence[RunDir], results: Sequence[dict[str, Any]], *, trust: bool = False) -> str:
    """The page about several runs that have come to an end; trust: read rows whoever wrote where they lie."""
    pairs = [(read_run(run), result) for run, result in zip(runs, results, strict=True)]
    names = [f"{i}" for i in range(1, len(runs) + 1)]
    parts = [_side_by_side(pairs), _spread(pairs), _accuracies(pairs, names), *_own(runs, results, names, trust=trust)]
    return render(
        "page.html.j2",
        title=f"Comparison of {len(runs)} runs",
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
    rows = [
        _score(f"{name}: seed {run['seed']}", score, scale)
        for name, (run, _), score in zip(names, pairs, last, strict=True)
    ]
    header = ["run", "rows", "accuracy", "95 % interval", f"{percent(scale[0])} to 100 %"]
    note = "Every run on the rows it held out; other seeds hold out other rows. Intervals are Wilson's."
    show = {"table": full_table(header, rows, "accuracy by run", wide=4), "notes": [note]}
    return Section("accuracy", "How well each generalizes", "table.html.j2", show)


def _score(name: str, score: Score, scale: tuple[float, float]) -> list[Cell]:
    share = score.right / max(1, score.n)
    texts = [name, f"{score.n:,} {score.split}", percent(share), interval(score.low, score.high)]
    return [*texts, track(share, score.low, score.high, scale)]


def _own(
    runs: Sequence[RunDir], results: Sequence[dict[str, Any]], names: Sequence[str], *, trust: bool
) -> list[Section]:
    """What the kind of genome says of several; nothing where they are of several kinds."""
    first, *others = (kind_of(result["genome"]) for result in results)
    if any(kind is not first for kind in others):
        return []
    reporter: Reporter = first.reporter()
    return reporter.compared(runs, names, trust=trust)
