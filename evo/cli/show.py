"""`evo show`: one model of a run in words, with its figures."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.cli.output import say
from evo.cli.places import place
from evo.kinds.common.open_model import open_model
from evo.kinds.kind import Kind
from evo.kinds.registry import kind_of
from evo.monitor import FrontRow
from evo.records.front import read_front
from evo.records.genomes import stored_kind
from evo.records.results import has_result, read_result
from evo.records.runs import metric_of, read_run
from evo.report.summary import accuracy_text
from evo.storage.run_dir import open_run
from evo.text.formula import wrapped
from evo.text.measures import SPLITS, Measure


def show(arguments: argparse.Namespace) -> int:
    """Its name and place, the model, accuracies and sizes."""
    say(*shown(place(arguments.run_dir), arguments.pick), whole=True)
    return 0


def shown(path: Path, pick: str) -> list[str]:
    """The lines on the model meant by `pick` (best, knee or an id) of the run in a directory.

    Raises:
        UsageError: not a run directory, or no such member. CheckpointError: it has no models yet, or is damaged.
    """
    saved, run = open_model(path), open_run(path)
    model, record = saved.model(pick), read_run(run)
    kind = kind_of(stored_kind(run, record))
    rows = read_front(run, kind.sizes)
    known = {member["id"]: member for member in read_result(run)["front"]} if has_result(run) else {}
    figures = {row.id: {**row.to_json(), **known.get(row.id, {})} for row in rows}[model.id]
    return [
        f"model {model.id}, {_place(rows, model.id, kind)}, of {run.root}",
        "",
        *wrapped(saved.words(pick).rstrip("\n").split("\n")),
        "",
        *_scores(figures, Measure(metric_of(record))),
        f"size:     {kind.size_text(figures)}",
    ]


def _place(rows: tuple[FrontRow, ...], model_id: str, kind: Kind) -> str:
    """Where it is on the front."""
    own = next(row.size for row in rows if row.id == model_id)
    smaller = sum(row.size < own for row in rows)
    return f"number {smaller + 1} of {len(rows)} on the front by {kind.sizes[0].plural}"


def _scores(figures: Mapping[str, Any], measure: Measure) -> list[str]:
    """Lines on the metric, where it is not accuracy, and on accuracy, of the splits that there are."""
    accuracy = f"accuracy: {accuracy_text(figures)}"
    if not measure.beside_accuracy:
        return [accuracy]
    known = ((split, measure.of(figures, split)) for split in SPLITS)
    scores = ", ".join(f"{split} {measure.text(value)}" for split, value in known if value is not None)
    return [f"{measure.name + ':':9} {scores}", accuracy]
