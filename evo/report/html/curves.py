"""The charts of a report: accuracy against size, convergence, accuracy under noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evo.analysis.journals import Point
from evo.analysis.robustness import Robustness
from evo.kinds.kind import SizeColumn
from evo.report.html.chart import Frame, band, chart, dot, line, padded, ring, steps
from evo.report.html.parts import Figure
from evo.report.tables import percent

#: Narrowest range of accuracies that a chart shows: less would make noise look like a slope.
LEAST = 0.04


def pareto(front: Sequence[Mapping[str, Any]], best: str, size: SizeColumn) -> Figure:
    """Accuracy against a size of every member of the front, on training rows and on those held out."""
    held_out = next((name for name in ("test", "valid") if front[0].get(f"{name}_accuracy") is not None), None)
    rows = sorted(front, key=lambda row: (row[size.name], row["train_accuracy"]))
    kinds = [("train", "c1"), *([(held_out, "c2 full")] if held_out else [])]
    values = [row[f"{split}_accuracy"] for row in rows for split, _ in kinds]
    extent = padded([row[size.name] for row in rows], 4)
    frame = Frame(extent, _shares(values), size.plural, "accuracy", _whole, _percent)
    train = [(row[size.name], row["train_accuracy"]) for row in rows]
    layers = [line(frame, train, "c1")]
    for split, kind in kinds:
        for row in rows:
            text = f"{row['id']}: {size.counted(row[size.name])}, {split} {percent(row[f'{split}_accuracy'])}"
            layers.append(dot(frame, row[size.name], row[f"{split}_accuracy"], text, kind))
    pick = next(row for row in rows if row["id"] == best)
    layers += [ring(frame, pick[size.name], pick[f"{split}_accuracy"]) for split, _ in kinds]
    sizes = f"from {rows[0][size.name]} to {rows[-1][size.name]} {size.plural}"
    summary = f"{len(rows)} models {sizes}; the pick has {pick[size.name]}"
    key = [("c1", "training rows"), *([("c2", f"{held_out} rows")] if held_out else [])]
    return Figure(chart(frame, f"Accuracy against size: {summary}.", *layers), key, f"{summary} (ringed).")


def convergence(points: Sequence[Point]) -> Figure:
    """Lowest training error, and the accuracy of the pick, over the generations."""
    series = [
        ("c1", "lowest training error, as accuracy", [(p.generation, 1 - p.best_error) for p in points]),
        ("c3", "the pick, training rows", [(p.generation, p.train) for p in points if p.train is not None]),
        ("c2", "the pick, validation rows", [(p.generation, p.valid) for p in points if p.valid is not None]),
    ]
    drawn = [(kind, name, pairs) for kind, name, pairs in series if pairs]
    values = [y for _, _, pairs in drawn for _, y in pairs]
    span = (float(points[0].generation), float(max(points[-1].generation, points[0].generation + 1)))
    frame = Frame(span, _shares(values), "generation", "accuracy", _whole, _percent)
    last = points[-1]
    summary = (
        f"{percent(1 - points[0].best_error)} after the first generation, {percent(1 - last.best_error)} after the last"
    )
    layers = [steps(frame, pairs, kind) for kind, _, pairs in drawn]
    return Figure(
        chart(frame, f"Convergence: best training accuracy {summary}.", *layers),
        [(k, n) for k, n, _ in drawn],
        f"Best training score (1 - error): {summary}.",
    )


def noise(robustness: Robustness) -> Figure:
    """Accuracy against the share of input bits that are flipped, with the range of the draws."""
    rows = robustness.accuracies
    frame = Frame(
        (0.0, rows[-1][0]),
        _shares([v for row in rows for v in row[1:]]),
        "chance that an input bit is flipped",
        "accuracy",
        _percent,
        _percent,
    )
    layers = [band(frame, [(rate, low, high) for rate, _, low, high in rows]), line(frame, [r[:2] for r in rows], "c1")]
    layers += [
        dot(frame, rate, mean, f"{percent(rate)} of the bits flipped: {percent(mean)}", "c1 full")
        for rate, mean, *_ in rows
    ]
    summary = "; ".join(f"{percent(rate)}: {percent(mean)}" for rate, mean, *_ in rows)
    return Figure(
        chart(frame, f"Accuracy under flipped input bits: {summary}.", *layers),
        [],
        f"Mean of ten draws and their range: {summary}.",
    )


def _shares(values: Sequence[float]) -> tuple[float, float]:
    low, high = padded(values, LEAST)
    return max(0.0, low), min(1.0, high) if high - low < 1 else high


def _whole(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else ""


def _percent(value: float) -> str:
    return f"{100 * value:.4g} %"
