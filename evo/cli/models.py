"""`evo export`, `evo predict` and `evo evaluate`: using what a run learned."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evo.cli.hardware import hardware
from evo.cli.output import pour, say, warn
from evo.cli.places import place
from evo.errors import DataError
from evo.kinds.common.open_model import open_model
from evo.kinds.common.saved import SavedRun
from evo.records.runs import metric_of, read_run
from evo.report.confusion import confusion_table
from evo.report.tables import aligned, percent
from evo.storage.outputs import write_output
from evo.storage.run_dir import open_run
from evo.storage.texts import dump_json
from fitness.data.blanks import blanks_text
from fitness.data.dataset import Task

#: Decimal places of probabilities.
PLACES = 6
#: Columns of the widest table that is printed.
WIDEST = 160


def export(arguments: argparse.Namespace) -> int:
    """A model as text or code."""
    saved = open_model(place(arguments.run_dir))
    if arguments.module is not None or arguments.testbench:
        content, notes = hardware(saved, arguments)
        _notes(notes)
        what = "testbench" if arguments.testbench else f"{arguments.format} model"
        return _write(content, arguments.output, what)
    if arguments.scorecard:
        content = saved.written_scorecard(arguments.format, arguments.pick, trust=arguments.trust)
        return _write(content, arguments.output, f"{arguments.format} scorecard")
    content, notes = saved.written(arguments.format, arguments.pick, arguments.minimize, trust=arguments.trust)
    _notes(notes)
    return _write(content, arguments.output, f"{arguments.format} model")


def _notes(notes: Sequence[str]) -> None:
    for note in notes:
        warn(f"note: {note}")


def predict(arguments: argparse.Namespace) -> int:
    """Predicted labels as CSV, one line per row, with class probabilities where these are asked for."""
    saved = open_model(place(arguments.run_dir))
    split, header = _read(saved, arguments, labels=False), saved.header()
    if arguments.proba or arguments.scorecard:
        labels, chances = saved.probable(split, arguments.pick, unled=arguments.scorecard, trust=arguments.trust)
        header = [*header, *(f"probability_{label}" for label in saved.task.classes)]
        rows = [[label, *told] for label, told in zip(labels, np.round(chances, PLACES).tolist(), strict=True)]
    else:
        labels = saved.predicted(split, arguments.pick)
        rows = [list(label) if isinstance(label, tuple) else [label] for label in labels]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return _write(text.getvalue(), arguments.output, f"{len(labels):,} predictions")


def evaluate(arguments: argparse.Namespace) -> int:
    """Metrics on labelled rows."""
    saved = open_model(place(arguments.run_dir))
    scores = saved.scored(_read(saved, arguments, labels=True), arguments.pick)
    if arguments.json:
        pour(f"{dump_json(scores, indent=1)}\n")
    else:
        say(*_lines(scores, saved.task, metric_of(read_run(open_run(place(arguments.run_dir))))))
    return 0


def _read(saved: SavedRun, arguments: argparse.Namespace, *, labels: bool) -> Any:
    """The rows of a file; what is missing in them, or cannot be read, is said as `--missing` has it.

    Raises:
        DataError: cells are missing that training never missed, and these are to be an error.
    """
    rows = saved.rows(Path(arguments.data), labels=labels)
    if arguments.missing == "error" and rows.blanks:
        raise DataError(blanks_text(rows.blanks), where=arguments.data)
    if arguments.missing != "ignore":
        for text in (*rows.notes, *([blanks_text(rows.blanks)] if rows.blanks else [])):
            warn(f"warning: {arguments.data}: {text}")
    return rows.split


def _lines(scores: dict[str, Any], task: Task, metric: str) -> list[str]:
    """The run's metric first; its weights of classes are not those of these rows, so weighted is none of them."""
    texts = {name: percent(scores[name]) for name in ("accuracy", "balanced_accuracy", "f1")}
    texts["mcc"] = f"{scores['mcc']:.4f}"
    if metric in scores and metric not in texts:
        texts[metric] = f"{scores[metric]:.4f}"
    names = sorted(texts, key=lambda name: name != metric)
    shown = [f"model {scores['id']} on {scores['rows']:,} rows", *(f"  {name:18} {texts[name]}" for name in names)]
    table = confusion_table(task.outputs, task.classes, scores["confusion"])
    lines = [] if table is None else aligned(*table, widest=24)
    if not lines or len(lines[0]) > WIDEST:
        return [*shown, f"  the confusion counts of {len(task.classes)} classes are printed with --json"]
    return [*shown, "", *(f"  {line}" for line in lines)]


def _write(content: str | bytes, output: str | None, what: str) -> int:
    """Write to a file, which is then named, or to standard output."""
    if output in (None, "-"):
        pour(content)
        return 0
    write_output(str(output), content)
    warn(f"{what} written to {output}")
    return 0
