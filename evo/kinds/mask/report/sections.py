"""What a page says of a mask: what is left of each layer, the controls beside it, what flipped connections cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evo.analysis.gather import Facts
from evo.kinds.mask.report.controls import BRITTLE, control_rows, controls_note, controls_title, mask_tables
from evo.report.html.chart import Frame, chart, dot, line
from evo.report.html.curves import LEAST
from evo.report.html.parts import Cell, Figure, Section
from evo.report.html.tables import bar, full_table, plain_table
from evo.report.tables import percent

_KINDS = ("c2", "c1", "c3")


def kept(facts: Facts) -> Section:
    """The network and what each layer keeps."""
    lines = facts.result["mask"]["about"]
    return Section("network", "The network, and what is left of it", "listing.html.j2", {"lines": lines})


def controls(facts: Facts) -> Section | None:
    """The mask among masks and networks that anybody would try first."""
    mask = facts.result["mask"]
    known = control_rows(mask)
    if len(known) < 2:
        return None
    rows: list[list[Cell]] = [[r.name, r.sparsity, r.text, bar(r.middle, 1.0)] for r in known]
    header = ("what", "sparsity", f"accuracy on {mask['split']} rows", "")
    table = full_table(header, rows, "the mask and its controls", wide=3, marked=(0, "pick"))
    show = {"table": table, "notes": [controls_note(mask)]}
    return Section("controls", controls_title(mask), "table.html.j2", show)


def brittle(facts: Facts) -> Section | None:
    """Accuracy as connections flip."""
    mask = facts.result["mask"]
    if not mask.get("brittleness"):
        return None
    table = mask_tables(mask)[-1]
    show = {
        "figure": _curves(mask["brittleness"]),
        "table": plain_table(table.header, table.rows, table.title),
        "note": table.note,
    }
    return Section("brittle", table.title, "brittle.html.j2", show)


def _curves(curves: Mapping[str, Sequence[float]]) -> Figure:
    shares = curves["shares"]
    values = [value for name, _ in BRITTLE for value in curves[name]]
    low, high = min(values), max(values)
    frame = Frame((0.0, shares[-1]), (low, max(high, low + LEAST)), "share flipped", "accuracy", percent, percent)
    layers = []
    for (name, _), kind in zip(BRITTLE, _KINDS, strict=True):
        points = list(zip(shares, curves[name], strict=True))
        layers.append(line(frame, points, kind))
        layers += [dot(frame, x, y, f"{percent(x)} {name} flipped: {percent(y)}", kind) for x, y in points]
    ends = ", ".join(f"{percent(curves[name][-1])} {text}" for name, text in BRITTLE)
    caption = f"From {percent(curves['all'][0])} to, with {percent(shares[-1])} flipped, {ends}."
    key = [(kind, f"{text} connections") for (_, text), kind in zip(BRITTLE, _KINDS, strict=True)]
    return Figure(chart(frame, f"Accuracy as connections flip. {caption}", *layers), key, caption)
