"""Several runs on one page: side by side, their spread over seeds, and whether they found the same rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.analysis.gather import Score, scores_of
from evo.analysis.overlap import SAME, Behaviour, Overlap, behaviour, overlap
from evo.analysis.rules import rule_groups
from evo.errors import EvoError
from evo.kinds.two_level.report.sentences import rule_lines
from evo.models.two_level import Model, read_model
from evo.records.encoders import read_encoder
from evo.records.runs import read_run
from evo.records.trust import readable_config
from evo.report.compare import SPREAD, run_table, spread_table
from evo.report.html.parts import Cell, Section, Shade
from evo.report.html.render import render
from evo.report.html.tables import full_table, interval, plain_table, shaded, track
from evo.report.tables import percent
from evo.storage.known import BEST
from evo.storage.run_dir import RunDir
from fitness.data.encoder import Encoder
from fitness.data.sources import read_source
from fitness.data.table import Table

#: Rows that rules are compared on, at most.
ROWS = 20_000

Pairs = Sequence[tuple[dict[str, Any], dict[str, Any]]]


def compare_page(runs: Sequence[RunDir], results: Sequence[dict[str, Any]], *, trust: bool = False) -> str:
    """The page about several runs that have come to an end; trust: read rows whoever wrote where they lie."""
    pairs = [(read_run(run), result) for run, result in zip(runs, results, strict=True)]
    names = [f"{i}" for i in range(1, len(runs) + 1)]
    parts = [_side_by_side(pairs), _spread(pairs), _accuracies(pairs, names), *_rules(runs, pairs, names, trust=trust)]
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


def _rules(runs: Sequence[RunDir], pairs: Pairs, names: Sequence[str], *, trust: bool) -> list[Section]:
    """Overlap and the rules themselves; a note where the runs cannot be compared row by row."""
    if any(result.get("genome") == "mask" for _, result in pairs):
        return []
    own = [_own(run, name) for run, name in zip(runs, names, strict=True)]
    title = "Do they find the same rules?"
    try:
        common = Section("overlap", title, "overlap.html.j2", _overlap(rule_overlap(runs, trust=trust), names))
    except EvoError as problem:
        text = f"The runs cannot be compared on common rows: {problem}."
        common = Section("overlap", title, "note.html.j2", {"note": text})
    return [common, Section("rules", "The rules of each run", "own_rules.html.j2", {"runs": own})]


def rule_overlap(runs: Sequence[RunDir], *, trust: bool = False) -> Overlap:
    """Every run's rules on the rows of the first run; trust: whoever wrote where these lie.

    Raises:
        EvoError: the rows cannot be read, or do not have the columns or classes of every run.
    """
    config = readable_config(runs[0], read_run(runs[0]), trust=trust, refused="comparing rows")
    raw = _some(read_source(config.data, config.seed))
    return overlap([_behaviour(run, raw) for run in runs])


def _some(raw: Table) -> Table:
    rows = np.arange(raw.n_rows)
    few = rows if len(rows) <= ROWS else np.unique(np.linspace(0, len(rows) - 1, ROWS).astype(np.intp))
    return replace(raw.take(few), target=None)


def _behaviour(run: RunDir, raw: Table) -> Behaviour:
    encoder, model = _stored(run)
    return behaviour(model, encoder.task, encoder.encode(raw))


def _stored(run: RunDir) -> tuple[Encoder, Model]:
    encoder = read_encoder(run)
    return encoder, read_model(run, BEST, encoder.task, len(encoder.binarizer.bits))


def _overlap(found: Overlap, names: Sequence[str]) -> dict[str, Any]:
    others = ~np.eye(len(names), dtype=np.bool_)
    text = (
        f"On average {percent(float(found.same[others].mean()))} of a run's rules are found again in another run "
        f"(applying to nearly the same rows, Jaccard index at least {SAME}), and "
        f"{percent(float(found.agreement[others].mean()))} of the "
        f"predictions are equal. Compared on {found.rows:,} rows of the first run."
    )
    rules, agreement = _matrix(found.rules, names), _matrix(found.agreement, names)
    return {"text": text, "names": names, "rules": rules, "agreement": agreement}


def _matrix(values: NDArray[np.float64], names: Sequence[str]) -> list[tuple[str, list[Shade]]]:
    rows = zip(names, values.tolist(), strict=True)
    return [(name, [shaded(percent(value), value) for value in row]) for name, row in rows]


def _own(run: RunDir, name: str) -> tuple[str, list[str]]:
    """The title of a run and its rules, one a line."""
    encoder, model = _stored(run)
    task, bits = encoder.task, encoder.binarizer.bits
    lines = rule_lines(rule_groups(model, task, bits, {}), [task.classes[i] for i in task.prior])
    return f"Run {name}: {run.root.name}", lines
