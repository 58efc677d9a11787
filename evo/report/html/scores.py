"""How good the model is: the metric and accuracies with their intervals, and confusion counts."""

from __future__ import annotations

from typing import Any

from evo.analysis.gather import Facts
from evo.report.confusion import MOST_CLASSES, confusion_table
from evo.report.html.parts import Cell, Section, Table
from evo.report.html.tables import accuracy_cells, confusion, full_table, plain_table
from evo.report.shared import counts_elsewhere
from evo.report.tables import percent
from evo.text.measures import measure_of

_SPLITS = {"train": "training", "valid": "validation"}


def generalization(facts: Facts) -> Section | None:
    """The metric and accuracy on every split with its interval, the gap between them, and the confusion counts."""
    if not facts.scores:
        return None
    show = {"table": _accuracies(facts), "gap": _gap(facts), "metrics": _metrics(facts)} | _confusion(facts)
    return Section("scores", "How well it generalizes", "scores.html.j2", show)


def _accuracies(facts: Facts) -> Table:
    best, scale = facts.result["best"], (min(score.low for score in facts.scores), 1.0)
    measure = measure_of(best)
    rows: list[list[Cell]] = []
    for score in facts.scores:
        own = [measure.text(measure.of_best(best, score.split))] if measure.beside_accuracy else []
        counts = f"{score.right:,} of {score.n:,}"
        rows.append([_SPLITS.get(score.split, score.split), *own, counts, *accuracy_cells(score, scale)])
    first = [measure.name] if measure.beside_accuracy else []
    header = ["rows", *first, "right", "accuracy", "95 % interval", f"{percent(scale[0])} to 100 %"]
    return full_table(header, rows, "accuracy by split", wide=len(header) - 1, marked=(len(rows) - 1, "ours"))


def _gap(facts: Facts) -> str:
    wilson = "Intervals are Wilson's, for the rows counted."
    first, last = facts.scores[0], facts.scores[-1]
    if first.split == last.split:
        return f"No rows were held out: this says how exactly the table is matched, not how it generalizes. {wilson}"
    gap, measure, best = first.accuracy - last.accuracy, measure_of(facts.result["best"]), facts.result["best"]
    points = f"{abs(100 * gap):.1f} points {_side(gap)}"
    ours, theirs = (measure.of_best(best, score.split) for score in (first, last))
    if not measure.beside_accuracy or ours is None or theirs is None:
        return f"Accuracy on {last.split} rows is {points} that on training rows. {wilson}"
    own = f"{measure.title} on {last.split} rows is {abs(ours - theirs):.3f} {_side(ours - theirs)} that on "
    return f"{own}training rows, accuracy {points}. {wilson}"


def _side(gap: float) -> str:
    return "below" if gap >= 0 else "above"


def _confusion(facts: Facts) -> dict[str, Any]:
    """Counts of the last split: a matrix where there is one output, else a table, or a text where there is no room."""
    split, data = facts.scores[-1].split, facts.result["data"]
    classes, counts = data["classes"], facts.result["best"]["scores"][split]["confusion"]
    show: dict[str, Any] = {"split": split, "too_many": "", "classes": classes, "matrix": None, "per_output": None}
    if len(classes) > MOST_CLASSES:
        return show | {"too_many": counts_elsewhere(len(classes))}
    if len(counts) == 1:
        return show | {"matrix": confusion(classes, counts[0])}
    table = confusion_table(data["outputs"], classes, counts)
    assert table is not None, "two classes fit"
    return show | {"per_output": plain_table(*table, "confusion counts per output")}


def _metrics(facts: Facts) -> Table:
    scores = facts.result["best"]["scores"]
    known = [name for name, value in next(iter(scores.values())).items() if not isinstance(value, list | dict)]
    names = sorted(known, key=lambda name: name != facts.result["best"]["metric"])
    rows = [[name.replace("_", " "), *(f"{scores[split][name]:.4f}" for split in scores)] for name in names]
    return plain_table(["metric", *scores], rows, "metrics")
