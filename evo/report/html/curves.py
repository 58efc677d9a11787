"""The charts of a report: the run's measure against size, over the generations, and under noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evo.analysis.journals import Point
from evo.analysis.robustness import Robustness
from evo.kinds.kind import SizeColumn
from evo.report.html.chart import Frame, band, chart, dot, line, padded, ring, steps
from evo.report.html.parts import Figure
from evo.report.tables import percent
from evo.text.measures import SPLITS, Measure

#: Narrowest range of scores that a chart shows: less would make noise look like a slope.
LEAST = 0.04


def pareto(front: Sequence[Mapping[str, Any]], best: str, size: SizeColumn, measure: Measure) -> Figure:
    """The measure against a size of every member of the front, on training rows and on those held out."""
    held_out = next((name for name in ("test", "valid") if measure.of(front[0], name) is not None), None)
    score = {(row["id"], split): measure.of(row, split) or 0.0 for row in front for split in SPLITS}
    rows = sorted(front, key=lambda row: (row[size.name], score[row["id"], "train"]))
    kinds = [("train", "c1"), *([(held_out, "c2 full")] if held_out else [])]
    values = [score[row["id"], split] for row in rows for split, _ in kinds]
    extent = padded([row[size.name] for row in rows], 4)
    frame = Frame(extent, _shares(values, measure), size.plural, measure.name, _whole, _ticks(measure))
    train = [(row[size.name], score[row["id"], "train"]) for row in rows]
    layers = [line(frame, train, "c1")]
    for split, kind in kinds:
        for row in rows:
            value = score[row["id"], split]
            text = f"{row['id']}: {size.counted(row[size.name])}, {split} {measure.text(value)}"
            layers.append(dot(frame, row[size.name], value, text, kind))
    pick = next(row for row in rows if row["id"] == best)
    layers += [ring(frame, pick[size.name], score[best, split]) for split, _ in kinds]
    sizes = f"from {rows[0][size.name]} to {rows[-1][size.name]} {size.plural}"
    summary = f"{len(rows)} models {sizes}; the pick has {pick[size.name]}"
    key = [("c1", "training rows"), *([("c2", f"{held_out} rows")] if held_out else [])]
    return Figure(chart(frame, f"{measure.title} against size: {summary}.", *layers), key, f"{summary} (ringed).")


def convergence(points: Sequence[Point], measure: Measure) -> Figure:
    """Lowest training error, and the measure of the pick, over the generations."""
    series = [
        ("c1", f"lowest training error, as {measure.name}", [(p.generation, 1 - p.best_error) for p in points]),
        ("c3", "the pick, training rows", [(p.generation, p.train) for p in points if p.train is not None]),
        ("c2", "the pick, validation rows", [(p.generation, p.valid) for p in points if p.valid is not None]),
    ]
    drawn = [(kind, name, pairs) for kind, name, pairs in series if pairs]
    values = [y for _, _, pairs in drawn for _, y in pairs]
    span = (float(points[0].generation), float(max(points[-1].generation, points[0].generation + 1)))
    frame = Frame(span, _shares(values, measure), "generation", measure.name, _whole, _ticks(measure))
    first, last = (measure.text(1 - point.best_error) for point in (points[0], points[-1]))
    summary = f"{first} after the first generation, {last} after the last"
    layers = [steps(frame, pairs, kind) for kind, _, pairs in drawn]
    return Figure(
        chart(frame, f"Convergence: best training {measure.name} {summary}.", *layers),
        [(k, n) for k, n, _ in drawn],
        f"Best training score (1 - error{f', {measure.name}' if measure.beside_accuracy else ''}): {summary}.",
    )


def noise(robustness: Robustness, measure: Measure) -> Figure:
    """The measure against the share of input bits that are flipped, with the range of the draws."""
    rows = robustness.scores
    frame = Frame(
        (0.0, rows[-1][0]),
        _shares([v for row in rows for v in row[1:]], measure),
        "chance that an input bit is flipped",
        measure.name,
        _percent,
        _ticks(measure),
    )
    layers = [band(frame, [(rate, low, high) for rate, _, low, high in rows]), line(frame, [r[:2] for r in rows], "c1")]
    layers += [
        dot(frame, rate, mean, f"{percent(rate)} of the bits flipped: {measure.text(mean)}", "c1 full")
        for rate, mean, *_ in rows
    ]
    summary = "; ".join(f"{percent(rate)}: {measure.text(mean)}" for rate, mean, *_ in rows)
    return Figure(
        chart(frame, f"{measure.title} under flipped input bits: {summary}.", *layers),
        [],
        f"Mean of ten draws and their range: {summary}.",
    )


def _shares(values: Sequence[float], measure: Measure) -> tuple[float, float]:
    low, high = padded(values, LEAST)
    return max(measure.lowest, low), min(1.0, high) if high - low < 1 else high


def _whole(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else ""


def _ticks(measure: Measure) -> Callable[[float], str]:
    return _plain if measure.beside_accuracy else _percent


def _plain(value: float) -> str:
    return f"{value:.4g}"


def _percent(value: float) -> str:
    return f"{100 * value:.4g} %"
