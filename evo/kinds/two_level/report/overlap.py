"""Whether several runs found the same rules, and the rules of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.analysis.overlap import SAME, Behaviour, Overlap, behaviour, overlap
from evo.analysis.rules import rule_groups
from evo.errors import EvoError
from evo.kinds.two_level.report.findings import best_of
from evo.kinds.two_level.report.sentences import rule_lines
from evo.models.two_level import Model
from evo.records.encoders import read_encoder
from evo.records.runs import read_run
from evo.records.trust import readable_config
from evo.report.html.parts import Section, Shade
from evo.report.html.tables import shaded
from evo.report.tables import percent
from evo.storage.run_dir import RunDir
from fitness.data.encoder import Encoder
from fitness.data.sources import read_source
from fitness.data.table import Table

#: Rows that rules are compared on, at most.
ROWS = 20_000
TITLE = "Do they find the same rules?"


def rule_sections(runs: Sequence[RunDir], names: Sequence[str], *, trust: bool) -> list[Section]:
    """Overlap and the rules themselves; a note where the runs cannot be compared row by row."""
    own = [_rules(run, name) for run, name in zip(runs, names, strict=True)]
    try:
        common = Section("overlap", TITLE, "overlap.html.j2", _overlap(rule_overlap(runs, trust=trust), names))
    except EvoError as problem:
        text = f"The runs cannot be compared on common rows: {problem}."
        common = Section("overlap", TITLE, "note.html.j2", {"note": text})
    return [common, Section("rules", "The rules of each run", "own_rules.html.j2", {"runs": own})]


def rule_overlap(runs: Sequence[RunDir], *, trust: bool = False) -> Overlap:
    """Every run's rules on the rows of the first run; trust: whoever wrote where these lie.

    Raises:
        EvoError: the rows cannot be read, or do not have the columns or classes of every run.
    """
    config = readable_config(runs[0], read_run(runs[0]), trust=trust, refused="comparing rows")
    raw = _thinned(read_source(config.data, config.seed))
    return overlap([_behaviour(run, raw) for run in runs])


def _thinned(raw: Table) -> Table:
    rows = np.arange(raw.n_rows)
    few = rows if len(rows) <= ROWS else np.unique(np.linspace(0, len(rows) - 1, ROWS).astype(np.intp))
    return replace(raw.take(few), target=None)


def _behaviour(run: RunDir, raw: Table) -> Behaviour:
    encoder, model = _stored(run)
    return behaviour(model, encoder.task, encoder.encode(raw))


def _stored(run: RunDir) -> tuple[Encoder, Model]:
    encoder = read_encoder(run)
    return encoder, best_of(run, encoder.task, len(encoder.binarizer.bits))


def _overlap(common: Overlap, names: Sequence[str]) -> dict[str, Any]:
    others = ~np.eye(len(names), dtype=np.bool_)
    text = (
        f"On average {percent(float(common.same[others].mean()))} of a run's rules are found again in another run "
        f"(applying to nearly the same rows, Jaccard index at least {SAME}), and "
        f"{percent(float(common.agreement[others].mean()))} of the "
        f"predictions are equal. Compared on {common.rows:,} rows of the first run."
    )
    rules, agreement = _matrix(common.rules, names), _matrix(common.agreement, names)
    return {"text": text, "names": names, "rules": rules, "agreement": agreement}


def _matrix(values: NDArray[np.float64], names: Sequence[str]) -> list[tuple[str, list[Shade]]]:
    rows = zip(names, values.tolist(), strict=True)
    return [(name, [shaded(percent(value), value) for value in row]) for name, row in rows]


def _rules(run: RunDir, name: str) -> tuple[str, list[str]]:
    """The title of a run and its rules, one a line."""
    encoder, model = _stored(run)
    task, bits = encoder.task, encoder.binarizer.bits
    lines = rule_lines(rule_groups(model, task, bits, {}), [task.classes[i] for i in task.prior])
    return f"Run {name}: {run.root.name}", lines
