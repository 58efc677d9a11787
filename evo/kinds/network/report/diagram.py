"""A network as a picture of layers: comparisons on the left, units by layers, what they decide on the right.

Only what decides most directly is drawn: from the heads back, layer by layer, while there is room; names are in the
boxes, what a unit is appears under the pointer and in the list beside the picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evo.kinds.network.report.findings import NetworkFacts
from evo.report.html.svg import Drawing, Markup, drawing, element, shown
from evo.report.tables import cut
from evo.text.networks import Wording, layers_of
from fitness.data.dataset import Task
from genomes.networks.units import NAMES
from genomes.text.printable import printable

#: Boxes of one column, and columns of units, at most.
MOST_BOXES, MOST_LAYERS = 24, 24
LITERAL_WIDTH, UNIT_WIDTH, HEAD_WIDTH, GAP = 230, 92, 190, 56
STEP, HIGH, TOP = 30, 23, 34
_SIGNS: Mapping[str, str] = {
    "and": "AND", "xor": "parity", "mux": "if", "lut": "table", "sop": "AND/OR", "count": "count", "threshold": "sum",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn: nodes of inputs, of units by column from the left, and the numbers of heads."""

    inputs: Sequence[int]
    columns: Sequence[Sequence[int]]
    heads: Sequence[int]

    @property
    def nodes(self) -> set[int]:
        """All nodes."""
        return {*self.inputs, *(node for column in self.columns for node in column)}


def drawn_of(facts: NetworkFacts) -> Drawn:
    """Units nearest to the heads first, as many as there is room for, and the inputs that these read most."""
    model, units, heads = facts.model, facts.model.network.units, facts.model.network.heads
    layers, first = layers_of(model), model.first
    chosen = range(min(len(heads), MOST_BOXES))
    frontier = [literal >> 1 for head in chosen for literal, _ in sorted(heads[head].votes, key=lambda vote: -vote[1])]
    seen, counts = list[int](), dict[int, int]()
    queue = list(dict.fromkeys(frontier))
    reached = set(queue)
    while queue:
        node = queue.pop(0)
        layer = layers[node - first] if node >= first else 0
        if counts.get(layer, 0) >= MOST_BOXES:
            continue
        counts[layer] = counts.get(layer, 0) + 1
        seen.append(node)
        for literal in units[node - first].literals if node >= first else ():
            if literal >> 1 not in reached and literal >> 1:
                reached.add(literal >> 1)
                queue.append(literal >> 1)
    kept = sorted({layers[node - first] for node in seen if node >= first})[-MOST_LAYERS:]
    columns = [sorted(node for node in seen if node >= first and layers[node - first] == layer) for layer in kept]
    read = {literal >> 1 for column in columns for node in column for literal in units[node - first].literals}
    inputs = [node for node in seen if 0 < node < first and node in read | set(frontier)]
    return Drawn(sorted(inputs), columns, list(chosen))


def diagram(facts: NetworkFacts) -> Drawing:
    """The picture."""
    drawn, model = drawn_of(facts), facts.model
    rows = max(len(drawn.inputs), len(drawn.heads), 1, *(len(column) for column in drawn.columns))
    place = _places(drawn, rows)
    at_heads = LITERAL_WIDTH + len(drawn.columns) * (UNIT_WIDTH + GAP) + GAP
    wording = Wording.of(model, facts.bits)
    wires = [wire for column in drawn.columns for node in column for wire in _unit_wires(facts, node, place)]
    nodes = [_box((4, LITERAL_WIDTH), place[node][1], wording.literal(2 * node), "literal") for node in drawn.inputs]
    nodes += [_unit_box(facts, node, place) for column in drawn.columns for node in column]
    for row, head in enumerate(drawn.heads):
        y = _height(row, len(drawn.heads), rows)
        text, title = _head_texts(facts.task, facts, head, wording)
        nodes.append(_box((at_heads, HEAD_WIDTH), y, text, "gate", title))
        for literal, _ in model.network.heads[head].votes:
            wires += _wire(place, literal, at_heads, y, wording)
    width, height = at_heads + HEAD_WIDTH + 4, rows * STEP + TOP
    size = {
        "viewBox": f"0 0 {width} {height}",
        "class": "wide",
        "style": f"min-width:{width}px",
        "role": "img",
        "aria-label": _label(facts, drawn),
    }
    return drawing(size, *wires, *nodes)


def left_out(facts: NetworkFacts) -> str:
    """What the picture does not show; empty where it shows all."""
    drawn = drawn_of(facts)
    units, inputs = sum(map(len, drawn.columns)), len(drawn.inputs)
    missing = [
        f"{total - here:,} more {noun}"
        for here, total, noun in (
            (units, len(facts.units), "units"),
            (inputs, len(facts.model.used), "inputs"),
            (len(drawn.heads), len(facts.model.network.heads), "heads"),
        )
        if total > here
    ]
    return f"What is nearest to the heads is drawn; {' and '.join(missing)} are not." if missing else ""


def _label(facts: NetworkFacts, drawn: Drawn) -> str:
    units = sum(map(len, drawn.columns))
    return f"The network: {units} of {len(facts.units)} units on {len(drawn.columns)} layers."


def _head_texts(task: Task, facts: NetworkFacts, head: int, wording: Wording) -> tuple[str, str]:
    name = task.outputs[0]
    if task.kind == "multiclass":
        votes = facts.model.network.heads[head].votes
        return f"votes: {task.classes[head]}", ", ".join(f"{w} x {wording.literal(lit)}" for lit, w in votes[:12])
    text = f"{name} = {task.classes[1]}" if task.kind == "binary" else task.outputs[head]
    return text, f"{text} when {wording.literal(facts.model.network.heads[head].literal)}"


def _places(drawn: Drawn, rows: int) -> dict[int, tuple[float, float]]:
    """Left edge and height of every node."""
    places = {node: (4.0, _height(i, len(drawn.inputs), rows)) for i, node in enumerate(drawn.inputs)}
    for number, column in enumerate(drawn.columns):
        x = LITERAL_WIDTH + GAP + number * (UNIT_WIDTH + GAP)
        places |= {node: (float(x), _height(i, len(column), rows)) for i, node in enumerate(column)}
    return places


def _height(i: int, n: int, rows: int) -> float:
    return TOP / 2 + (i + 0.5) * rows / max(1, n) * STEP


def _unit_box(facts: NetworkFacts, node: int, place: Mapping[int, tuple[float, float]]) -> Markup:
    number = node - facts.model.first
    unit, (x, y) = facts.units[number], place[node]
    kind = NAMES[facts.model.network.units[number].kind]
    flipped = Wording.of(facts.model, facts.bits).flipped[number]
    return _box((x, UNIT_WIDTH), y, f"{unit.name} {'OR' if flipped else _SIGNS[kind]}", "term", unit.line)


def _unit_wires(facts: NetworkFacts, node: int, place: Mapping[int, tuple[float, float]]) -> list[Markup]:
    x, y = place[node]
    literals = facts.model.network.units[node - facts.model.first].literals
    return [wire for literal in literals for wire in _wire(place, literal, x, y, None)]


def _wire(
    place: Mapping[int, tuple[float, float]], literal: int, x2: float, y2: float, wording: Wording | None
) -> list[Markup]:
    """From a node that is drawn to a box."""
    if literal >> 1 not in place:
        return []
    x1, y1 = place[literal >> 1]
    x1 += LITERAL_WIDTH if x1 < LITERAL_WIDTH else UNIT_WIDTH
    middle = (x1 + x2) / 2
    path = f"M{x1:.0f} {y1:.1f} C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"
    return [element("path", {"d": path, "class": "wire"})]


def _box(column: tuple[float, int], y: float, text: str, kind: str, title: str = "") -> Markup:
    x, width = column
    shape = {"x": x, "y": f"{y - HIGH / 2:.1f}", "width": width, "height": HIGH, "rx": 6, "class": f"node {kind}"}
    place = {"x": x + width / 2, "y": f"{y + 4:.1f}", "text-anchor": "middle"}
    words = element("text", place, shown(cut(printable(text), max(8, width // 7))))
    return element("g", {}, element("title", {}, shown(title or text)), element("rect", shape), words)
