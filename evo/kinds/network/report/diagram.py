"""A network as a picture of layers: comparisons on the left, units by layers, what they decide on the right.

Only what decides most directly is drawn: from the heads back, while there is room; names are in the boxes, what a unit
is appears under the pointer and in the list beside the picture. A wire is dashed where the opposite of what stands in
its box is read.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evo.kinds.network.report.findings import NetworkFacts
from evo.report.html.svg import Drawing, Markup, drawing, element, shown
from evo.report.tables import cut
from evo.text.networks import Wording
from evo.text.numbers import counted
from evo.text.phrases import listed
from fitness.data.dataset import Task
from genomes.networks.units import NAMES
from genomes.text.printable import printable

#: Boxes of units, inputs and heads at most.
MOST_UNITS, MOST_INPUTS, MOST_HEADS = 40, 40, 24
UNIT_WIDTH, HEAD_WIDTH, GAP = 92, 190, 44
LEAST_WIDTH, MOST_WIDTH, LETTER = 70, 230, 7
#: A picture that is wider than the page is made smaller, down to this part of its size; then it scrolls.
SMALLEST = 0.7
STEP, HIGH, TOP = 30, 23, 34
READING = "From the comparisons on the left to the answer on the right; a dashed line is a NOT."
_SIGNS: Mapping[str, str] = {
    "and": "AND", "xor": "parity", "mux": "if", "lut": "table", "sop": "AND/OR", "count": "count", "threshold": "sum",
}  # fmt: skip


#: Left edge, width, and middle height of a box.
Place = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn: nodes of inputs, of units by column from the left, and the numbers of heads."""

    inputs: Sequence[int]
    columns: Sequence[Sequence[int]]
    heads: Sequence[int]


def drawn_of(facts: NetworkFacts) -> Drawn:
    """Units nearest to the heads first, as many as there is room for, and the inputs that are read most of them."""
    units, heads, first = facts.model.network.units, facts.model.network.heads, facts.model.first
    chosen = range(min(len(heads), MOST_HEADS))
    voting = [literal >> 1 for head in chosen for literal, _ in sorted(heads[head].votes, key=lambda vote: -vote[1])]
    queue = deque(dict.fromkeys(node for node in voting if node >= first))
    seen = set[int]()
    while queue and len(seen) < MOST_UNITS:
        node = queue.popleft()
        if node not in seen:
            seen.add(node)
            queue += [literal >> 1 for literal in units[node - first].literals if literal >> 1 >= first]
    read = Counter(literal >> 1 for node in sorted(seen) for literal in units[node - first].literals) + Counter(voting)
    inputs = [node for node, _ in read.most_common() if 0 < node < first][:MOST_INPUTS]
    return Drawn(sorted(inputs), _columns(facts, sorted(seen)), list(chosen))


def _columns(facts: NetworkFacts, nodes: Sequence[int]) -> list[list[int]]:
    """Each node one column to the right of the last that it reads of those that are drawn."""
    units, first, column = facts.model.network.units, facts.model.first, dict[int, int]()
    for node in nodes:
        column[node] = 1 + max((column.get(literal >> 1, -1) for literal in units[node - first].literals), default=-1)
    return [[node for node in nodes if column[node] == i] for i in range(1 + max(column.values(), default=-1))]


def _signs_shown(facts: NetworkFacts, drawn: Drawn) -> dict[int, int]:
    """By node, 1 where its complement stands in its box: of inputs that are read so most of the time, and of ORs."""
    first = facts.model.first
    signs = {node: int(facts.flipped[node - first]) for column in drawn.columns for node in column}
    read = [literal for node in signs for literal in _read(facts, node)]
    read += [literal for head in drawn.heads for literal, _ in facts.model.network.heads[head].votes]
    negated, all_read = Counter(lit >> 1 for lit in read if lit & 1), Counter(lit >> 1 for lit in read)
    return signs | {node: int(2 * negated[node] > all_read[node]) for node in drawn.inputs}


def _read(facts: NetworkFacts, node: int) -> list[int]:
    """The literals that a unit reads as it is shown: an OR the opposite of the AND that it is."""
    number = node - facts.model.first
    literals = facts.model.network.units[number].literals
    return [literal ^ int(facts.flipped[number]) for literal in literals]


def diagram(facts: NetworkFacts) -> Drawing:
    """The picture."""
    drawn, model = drawn_of(facts), facts.model
    rows = max(len(drawn.inputs), len(drawn.heads), 1, *(len(column) for column in drawn.columns))
    wording, signs = Wording.of(model, facts.bits), _signs_shown(facts, drawn)
    texts = {node: wording.literal(2 * node + signs[node]) for node in drawn.inputs}
    literal_width = min(MOST_WIDTH, max(LEAST_WIDTH, 16 + LETTER * max(map(len, texts.values()), default=0)))
    place = _places(drawn, rows, literal_width)
    at_heads = literal_width + len(drawn.columns) * (UNIT_WIDTH + GAP) + GAP
    wires = [
        wire
        for column in drawn.columns
        for node in column
        for literal in _read(facts, node)
        for wire in _wire(place, literal ^ signs.get(literal >> 1, 0), *place[node][::2])
    ]
    nodes = [_box(place[node], text, "literal") for node, text in texts.items()]
    nodes += [_unit_box(facts, node, place) for column in drawn.columns for node in column]
    for row, head in enumerate(drawn.heads):
        y = _height(row, len(drawn.heads), rows)
        text, title = _head_texts(facts.task, facts, head, wording)
        nodes.append(_box((at_heads, HEAD_WIDTH, y), text, "gate", title))
        for literal, _ in model.network.heads[head].votes:
            wires += _wire(place, literal ^ signs.get(literal >> 1, 0), at_heads, y)
    width, height = at_heads + HEAD_WIDTH + 4, rows * STEP + TOP
    size = {
        "viewBox": f"0 0 {width} {height}",
        "class": "wide",
        "style": f"min-width:{SMALLEST * width:.0f}px;max-width:{width}px",
        "role": "img",
        "aria-label": _label(facts, drawn),
    }
    return drawing(size, *wires, *nodes)


def left_out(facts: NetworkFacts) -> str:
    """What the picture does not show; empty where it shows all."""
    drawn = drawn_of(facts)
    units, inputs = sum(map(len, drawn.columns)), len(drawn.inputs)
    missing = [
        counted(total - here, noun)
        for here, total, noun in (
            (units, len(facts.units), "more unit"),
            (inputs, len(facts.model.used), "more input"),
            (len(drawn.heads), len(facts.model.network.heads), "more head"),
        )
        if total > here
    ]
    return f"What is nearest to the answer is drawn, without {listed(missing, 'and')}." if missing else ""


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


def _places(drawn: Drawn, rows: int, literal_width: int) -> dict[int, Place]:
    """Where every node is."""
    n = len(drawn.inputs)
    places = {node: (4, literal_width, _height(i, n, rows)) for i, node in enumerate(drawn.inputs)}
    for number, column in enumerate(drawn.columns):
        x = literal_width + GAP + number * (UNIT_WIDTH + GAP)
        places |= {node: (x, UNIT_WIDTH, _height(i, len(column), rows)) for i, node in enumerate(column)}
    return places


def _height(i: int, n: int, rows: int) -> float:
    return TOP / 2 + (i + 0.5) * rows / max(1, n) * STEP


def _unit_box(facts: NetworkFacts, node: int, place: Mapping[int, Place]) -> Markup:
    number = node - facts.model.first
    unit = facts.units[number]
    kind = NAMES[facts.model.network.units[number].kind]
    sign = "OR" if facts.flipped[number] else _SIGNS[kind]
    return _box(place[node], f"{unit.name} {sign}", "term", unit.line)


def _wire(place: Mapping[int, Place], literal: int, x2: float, y2: float) -> list[Markup]:
    """From a node that is drawn to a box; dashed where the literal is the complement of what stands there."""
    if literal >> 1 not in place:
        return []
    left, width, y1 = place[literal >> 1]
    x1 = left + width
    middle = (x1 + x2) / 2
    path = f"M{x1:.0f} {y1:.1f} C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"
    return [element("path", {"d": path, "class": "wire not" if literal & 1 else "wire"})]


def _box(place: Place, text: str, kind: str, title: str = "") -> Markup:
    x, width, y = place
    shape = {"x": x, "y": f"{y - HIGH / 2:.1f}", "width": width, "height": HIGH, "rx": 6, "class": f"node {kind}"}
    middle = {"x": x + width / 2, "y": f"{y + 4:.1f}", "text-anchor": "middle"}
    words = element("text", middle, shown(cut(printable(text), max(8, width // LETTER))))
    return element("g", {}, element("title", {}, shown(title or text)), element("rect", shape), words)
