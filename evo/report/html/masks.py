"""What a page says of a mask: what is left of each layer, the controls beside it, what flipped connections cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evo.analysis.gather import Facts
from evo.report.html.chart import Frame, chart, dot, line
from evo.report.html.curves import LEAST, figure
from evo.report.html.markup import Markup, cells, element, listing, paragraph, shown, table
from evo.report.html.sections import Section
from evo.report.html.tables import bar, marked_table
from evo.report.masks import BRITTLE, control_rows, controls_note, mask_tables
from evo.report.tables import percent

_KINDS = ("c2", "c1", "c3")


def kept(facts: Facts) -> Section | None:
    """The network and what each layer keeps."""
    mask = facts.result.get("mask")
    if mask is None:
        return None
    return Section("network", "The network, and what is left of it", listing("\n".join(mask["about"])))


def controls(facts: Facts) -> Section | None:
    """The mask among masks and networks that anybody would try first."""
    mask = facts.result.get("mask")
    if mask is None or "baselines" not in mask:
        return None
    rows = control_rows(mask)
    body = [[shown(r.name), shown(r.sparsity), shown(r.text), bar(r.middle, 1.0)] for r in rows]
    header = ("what", "sparsity", f"accuracy on {mask['split']} rows", "")
    made = marked_table(header, body, [i == 0 for i in range(len(rows))], "the mask and its controls", 3, "pick")
    return Section("controls", "Beside the controls", made + paragraph(controls_note(mask), kind="note"))


def brittle(facts: Facts) -> Section | None:
    """Accuracy as connections flip."""
    mask = facts.result.get("mask")
    if mask is None or not mask.get("brittleness"):
        return None
    told = mask_tables(mask)[-1]
    counted = table(list(told.header), [cells(*row) for row in told.rows], told.title)
    pictured = element("div", {"class": "pair"}, _curves(mask["brittleness"]), counted)
    return Section("brittle", told.title, pictured + paragraph(told.note, kind="note"))


def _curves(curves: Mapping[str, Sequence[float]]) -> Markup:
    shares = curves["shares"]
    values = [value for name, _ in BRITTLE for value in curves[name]]
    low, high = min(values), max(values)
    frame = Frame((0.0, shares[-1]), (low, max(high, low + LEAST)), "share flipped", "accuracy", percent, percent)
    layers = []
    for (name, _), kind in zip(BRITTLE, _KINDS, strict=True):
        points = list(zip(shares, curves[name], strict=True))
        layers.append(line(frame, points, kind))
        layers += [dot(frame, x, y, f"{percent(x)} {name} flipped: {percent(y)}", kind) for x, y in points]
    said = ", ".join(f"{percent(curves[name][-1])} {text}" for name, text in BRITTLE)
    label = f"From {percent(curves['all'][0])} to, with {percent(shares[-1])} flipped, {said}."
    key: Sequence[Any] = [(kind, f"{text} connections") for (_, text), kind in zip(BRITTLE, _KINDS, strict=True)]
    return figure(chart(frame, f"Accuracy as connections flip. {label}", *layers), key, label)
