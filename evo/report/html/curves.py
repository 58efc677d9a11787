"""The charts of a report: accuracy against size, convergence, accuracy under noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evo.analysis.journals import Point
from evo.analysis.robustness import Robustness
from evo.report.html.chart import Frame, band, chart, dot, line, padded, ring, steps
from evo.report.html.markup import Markup, element, shown
from evo.report.tables import percent
from evo.text.numbers import counted

#: Narrowest range of accuracies that a chart shows: less would make noise look like a slope.
LEAST = 0.04


def pareto(front: Sequence[Mapping[str, Any]], best: str, noun: str = "literal") -> Markup:
    """Accuracy against size of every member of the front, on training rows and on those held out."""
    held_out = next((name for name in ("test", "valid") if front[0].get(f"{name}_accuracy") is not None), None)
    rows = sorted(front, key=lambda row: (row["literals"], row["train_accuracy"]))
    kinds = [("train", "c1"), *([(held_out, "c2 full")] if held_out else [])]
    values = [row[f"{split}_accuracy"] for row in rows for split, _ in kinds]
    frame = Frame(
        padded([row["literals"] for row in rows], 4), _shares(values), f"{noun}s", "accuracy", _whole, _percent
    )
    train = [(row["literals"], row["train_accuracy"]) for row in rows]
    layers = [line(frame, train, "c1")]
    for split, kind in kinds:
        for row in rows:
            text = f"{row['id']}: {counted(row['literals'], noun)}, {split} {percent(row[f'{split}_accuracy'])}"
            layers.append(dot(frame, row["literals"], row[f"{split}_accuracy"], text, kind))
    pick = next(row for row in rows if row["id"] == best)
    layers += [ring(frame, pick["literals"], pick[f"{split}_accuracy"]) for split, _ in kinds]
    sizes = f"from {rows[0]['literals']} to {rows[-1]['literals']} {noun}s"
    said = f"{len(rows)} models {sizes}; the pick has {pick['literals']}"
    key = [("c1", "training rows"), *([("c2", f"{held_out} rows")] if held_out else [])]
    return figure(chart(frame, f"Accuracy against size: {said}.", *layers), key, f"{said} (ringed).")


def convergence(points: Sequence[Point]) -> Markup:
    """Lowest training error, and the accuracy of the pick, over the generations."""
    series = [
        ("c1", "lowest training error, as accuracy", [(p.generation, 1 - p.best_error) for p in points]),
        ("c3", "the pick, training rows", [(p.generation, p.train) for p in points if p.train is not None]),
        ("c2", "the pick, validation rows", [(p.generation, p.valid) for p in points if p.valid is not None]),
    ]
    drawn = [(kind, name, found) for kind, name, found in series if found]
    values = [y for _, _, found in drawn for _, y in found]
    span = (float(points[0].generation), float(max(points[-1].generation, points[0].generation + 1)))
    frame = Frame(span, _shares(values), "generation", "accuracy", _whole, _percent)
    last = points[-1]
    said = (
        f"{percent(1 - points[0].best_error)} after the first generation, {percent(1 - last.best_error)} after the last"
    )
    layers = [steps(frame, found, kind) for kind, _, found in drawn]
    return figure(
        chart(frame, f"Convergence: best training accuracy {said}.", *layers),
        [(k, n) for k, n, _ in drawn],
        f"Best training score (1 - error): {said}.",
    )


def noise(found: Robustness) -> Markup:
    """Accuracy against the share of input bits that are flipped, with the range of the draws."""
    rows = found.accuracies
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
    said = "; ".join(f"{percent(rate)}: {percent(mean)}" for rate, mean, *_ in rows)
    return figure(
        chart(frame, f"Accuracy under flipped input bits: {said}.", *layers),
        [],
        f"Mean of ten draws and their range: {said}.",
    )


def figure(picture: Markup, key: Sequence[tuple[str, str]], caption: str) -> Markup:
    """A picture in its box, with the meaning of its colours and a sentence that says what it shows."""
    names = "".join(_key(kind, name) for kind, name in key)
    legend = element("div", {"class": "soft"}, names) if names else ""
    box = element("div", {"class": "scroll", "role": "region", "aria-label": "picture", "tabindex": "0"}, picture)
    return element("figure", None, box, element("figcaption", None, legend, shown(caption)))


def _key(kind: str, name: str) -> Markup:
    mark = element("line", {"x1": 1, "x2": 17, "y1": 5, "y2": 5, "class": f"curve {kind}"})
    svg = element(
        "svg", {"viewBox": "0 0 18 10", "style": "display:inline-block;width:18px", "aria-hidden": "true"}, mark
    )
    return element("span", {"style": "margin-right:16px;white-space:nowrap"}, svg, " ", shown(name))


def _shares(values: Sequence[float]) -> tuple[float, float]:
    low, high = padded(values, LEAST)
    return max(0.0, low), min(1.0, high) if high - low < 1 else high


def _whole(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else ""


def _percent(value: float) -> str:
    return f"{100 * value:.4g} %"
