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
from evo.models.two_level import Model, read_model
from evo.records.encoders import read_encoder
from evo.records.runs import read_run
from evo.records.trust import readable_config
from evo.report.compare import SPREAD, run_table, spread_table
from evo.report.html.markup import Markup, cells, details, element, listing, paragraph, shown, table
from evo.report.html.page import document
from evo.report.html.sections import Section
from evo.report.html.tables import interval, marked_table, track
from evo.report.sentences import rule_lines
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
    said = f"Comparison of {len(runs)} runs"
    head = element("h1", None, shown(said)) + paragraph(
        ", ".join(dict.fromkeys(run["name"] for run, _ in pairs)), kind="soft"
    )
    return document(said, head, [part for part in parts if part is not None])


def _side_by_side(pairs: Pairs) -> Section:
    header, rows = run_table(pairs)
    numbered = [cells(i, *row) for i, row in enumerate(rows, start=1)]
    return Section("runs", "Side by side", table(["", *header], numbered, "runs"))


def _spread(pairs: Pairs) -> Section | None:
    header, rows = spread_table(pairs)
    return (
        Section("spread", SPREAD, table(header, [cells(*row) for row in rows], "spread over seeds")) if rows else None
    )


def _accuracies(pairs: Pairs, names: Sequence[str]) -> Section:
    last = [scores_of(result)[-1] for _, result in pairs]
    scale = (min(score.low for score in last), 1.0)
    rows = [
        _score(f"{name}: seed {run['seed']}", score, scale)
        for name, (run, _), score in zip(names, pairs, last, strict=True)
    ]
    header = ["run", "rows", "accuracy", "95 % interval", f"{percent(scale[0])} to 100 %"]
    made = marked_table(header, rows, [False] * len(rows), "accuracy by run", 4, "ours")
    note = "Every run on the rows it held out; other seeds hold out other rows. Intervals are Wilson's."
    return Section("accuracy", "How well each generalizes", made + paragraph(note, kind="note"))


def _score(name: str, score: Score, scale: tuple[float, float]) -> list[Markup]:
    share = score.right / max(1, score.n)
    texts = (name, f"{score.n:,} {score.split}", percent(share), interval(score.low, score.high))
    return [*cells(*texts), track(share, score.low, score.high, scale)]


def _rules(runs: Sequence[RunDir], pairs: Pairs, names: Sequence[str], *, trust: bool) -> list[Section]:
    """Overlap and the rules themselves; a note where the runs cannot be compared row by row."""
    if any(result.get("genome") == "mask" for _, result in pairs):
        return []
    own = Section(
        "rules", "The rules of each run", "".join(_own(run, name) for run, name in zip(runs, names, strict=True))
    )
    try:
        found = rule_overlap(runs, trust=trust)
    except EvoError as problem:
        text = f"The runs cannot be compared on common rows: {problem}."
        return [Section("overlap", "Do they find the same rules?", paragraph(text, kind="note")), own]
    return [Section("overlap", "Do they find the same rules?", _overlap(found, names)), own]


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


def _overlap(found: Overlap, names: Sequence[str]) -> Markup:
    others = ~np.eye(len(names), dtype=np.bool_)
    said = (
        f"On average {percent(float(found.same[others].mean()))} of a run's rules are found again in another run "
        f"(applying to nearly the same rows, Jaccard index at least {SAME}), and "
        f"{percent(float(found.agreement[others].mean()))} of the "
        f"predictions are equal. Compared on {found.rows:,} rows of the first run."
    )
    how = (
        "A rule is compared by the rows it applies to: rows that both rules apply to, of those that either does, with "
        "the closest rule of the other run that speaks for the same class. 100 % means the same rows."
    )
    return "".join(
        [
            paragraph(said),
            element("h3", None, "Rules of the run in the row, found in the run in the column"),
            _matrix(found.rules, names, "rule overlap"),
            element("h3", None, "Equal predictions"),
            _matrix(found.agreement, names, "equal predictions"),
            paragraph(how, kind="note"),
        ]
    )


def _matrix(values: NDArray[np.float64], names: Sequence[str], label: str) -> Markup:
    rows = [[shown(name), *(_shaded(value) for value in row)] for name, row in zip(names, values.tolist(), strict=True)]
    return table(["run", *names], rows, label, "matrix")


def _shaded(value: float) -> Markup:
    style = f"display:block;padding:2px 6px;background:rgb(var(--tint)/{0.5 * value:.2f})"
    return element("span", {"style": style}, shown(percent(value)))


def _own(run: RunDir, name: str) -> Markup:
    encoder, model = _stored(run)
    task, bits = encoder.task, encoder.binarizer.bits
    lines = rule_lines(rule_groups(model, task, bits, {}), [task.classes[i] for i in task.prior])
    return details(f"Run {name}: {run.root.name}", listing("\n".join(lines)))
