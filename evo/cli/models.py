"""`evo export`, `evo predict` and `evo evaluate`: using what a run learned."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path
from typing import Any

from evo.errors import UsageError
from evo.files import dump_json
from evo.report.confusion import confusion_table
from evo.report.summary import aligned, percent
from evo.stored import StoredRun
from fitness.data.dataset import Task

#: Columns of the widest table that is printed.
WIDEST = 160


def export(arguments: argparse.Namespace) -> int:
    """A model as text or code."""
    text = StoredRun.open(Path(arguments.run_dir)).export(arguments.format, arguments.pick)
    return _write(text, arguments.output, f"{arguments.format} model")


def predict(arguments: argparse.Namespace) -> int:
    """Predicted labels as CSV, one line per row."""
    stored = StoredRun.open(Path(arguments.run_dir))
    labels = stored.predict(Path(arguments.data), arguments.pick)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(stored.header())
    writer.writerows(label if isinstance(label, tuple) else [label] for label in labels)
    return _write(text.getvalue(), arguments.output, f"{len(labels):,} predictions")


def evaluate(arguments: argparse.Namespace) -> int:
    """Metrics on labelled rows."""
    stored = StoredRun.open(Path(arguments.run_dir))
    scores = stored.evaluate(Path(arguments.data), arguments.pick)
    text = dump_json(scores, indent=1) if arguments.json else "\n".join(_lines(scores, stored.encoder.task))
    sys.stdout.write(f"{text}\n")
    return 0


def _lines(scores: dict[str, Any], task: Task) -> list[str]:
    shown = [f"model {scores['id']} on {scores['rows']:,} rows"]
    shown += [f"  {name:18} {percent(scores[name])}" for name in ("accuracy", "balanced_accuracy", "f1")]
    shown.append(f"  {'mcc':18} {scores['mcc']:.4f}")
    table = confusion_table(task.outputs, task.classes, scores["confusion"])
    lines = [] if table is None else aligned(*table, widest=24)
    if not lines or len(lines[0]) > WIDEST:
        return [*shown, f"  the confusion counts of {len(task.classes)} classes are printed with --json"]
    return [*shown, "", *(f"  {line}" for line in lines)]


def _write(text: str, output: str | None, what: str) -> int:
    if output is None:
        sys.stdout.write(text)
        return 0
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"cannot be written ({problem.strerror})", where=output) from None
    sys.stderr.write(f"{what} written to {output}\n")
    return 0
