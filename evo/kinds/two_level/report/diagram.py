"""The network as a picture: comparisons, the terms that join them, what the terms decide.

Only the strongest terms are drawn, taken from every class or output in turn, so that the picture stays readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from evo.analysis.rules import Rule, RuleGroup
from evo.report.html.svg import Drawing, Markup, drawing, element, shown
from evo.report.tables import cut
from genomes.text.printable import printable

TERMS, CONDITIONS = 12, 40
#: Columns: left edge and width of a box.
LITERAL, TERM, GATE = (4, 300), (420, 96), (630, 226)
WIDTH, STEP, HIGH = 860, 30, 23
LETTERS = 46

Shown = tuple[Rule, RuleGroup]


def strongest(groups: Sequence[RuleGroup]) -> list[Shown]:
    """At most `TERMS` rules with at most `CONDITIONS` different conditions, from every group in turn."""
    ranked = [sorted(((rule, group) for rule in group.rules), key=_weakness) for group in groups]
    chosen: list[Shown] = []
    seen: set[str] = set()
    for row in zip_longest(*ranked):
        for pair in row:
            if pair is None or len(chosen) == TERMS:
                continue
            if chosen and len(seen | set(pair[0].conditions)) > CONDITIONS:
                continue
            chosen.append(pair)
            seen |= set(pair[0].conditions)
    places = {id(group): place for place, group in enumerate(groups)}
    return sorted(chosen, key=lambda pair: places[id(pair[1])])


def diagram(groups: Sequence[RuleGroup]) -> Drawing:
    """The picture of the strongest rules."""
    drawn = strongest(groups)
    conditions = list(dict.fromkeys(text for rule, _ in drawn for text in rule.conditions))
    gates = [group for group in groups if any(of is group for _, of in drawn)]
    rows = max(len(conditions), len(drawn), len(gates), 1)
    height = rows * STEP + 34
    at_condition = {text: _place(i, len(conditions), rows) for i, text in enumerate(conditions)}
    at_gate = {id(group): _place(i, len(gates), rows) for i, group in enumerate(gates)}
    wires, nodes = [], []
    for i, (rule, group) in enumerate(drawn):
        y = _place(i, len(drawn), rows)
        wires += [_wire(sum(LITERAL), at_condition[text], TERM[0], y) for text in rule.conditions]
        wires.append(_wire(sum(TERM), y, GATE[0], at_gate[id(group)]))
        nodes.append(_box(TERM, y, _term_text(rule), "term", " and ".join(rule.conditions) or "always"))
    nodes += [_box(LITERAL, y, text, "literal", text) for text, y in at_condition.items()]
    nodes += [_box(GATE, at_gate[id(group)], _gate_text(group), "gate", _gate_text(group)) for group in gates]
    heads = [_head(LITERAL, "comparisons"), _head(TERM, "all hold"), _head(GATE, _gate_head(groups))]
    total = sum(len(group.rules) for group in groups)
    summary = f"{len(drawn)} of {total} terms over {len(conditions)} comparisons"
    size = {
        "viewBox": f"0 0 {WIDTH} {height}",
        "class": "wide",
        "role": "img",
        "aria-label": f"The network: {summary}.",
    }
    return drawing(size, *heads, *wires, *nodes)


def left_out(groups: Sequence[RuleGroup]) -> str:
    """What the picture does not show; empty where it shows all."""
    missing = sum(len(group.rules) for group in groups) - len(strongest(groups))
    return f"The {len(strongest(groups))} strongest terms are drawn; {missing:,} more are not shown." if missing else ""


def _weakness(pair: Shown) -> int:
    """Fewer right training rows (times votes) are weaker."""
    rule = pair[0]
    right = next((support.right for support in rule.support.values()), 0)
    return -right * abs(rule.votes if rule.votes is not None else 1)


def _term_text(rule: Rule) -> str:
    joined = "always" if not rule.conditions else "AND" if len(rule.conditions) > 1 else "if"
    return joined if rule.votes is None else f"{joined}: {rule.votes:+d}"


def _gate_text(group: RuleGroup) -> str:
    if group.otherwise is None:
        return f"votes: {group.label}"
    return f"any: {group.output} is {group.label}"


def _gate_head(groups: Sequence[RuleGroup]) -> str:
    return "most votes win" if any(group.otherwise is None for group in groups) else "OR"


def _place(i: int, n: int, rows: int) -> float:
    """Height of box i of n, spread over all rows."""
    return 26 + (i + 0.5) * rows / max(1, n) * STEP


def _box(column: tuple[int, int], y: float, text: str, kind: str, title: str) -> Markup:
    x, width = column
    shape = {"x": x, "y": f"{y - HIGH / 2:.1f}", "width": width, "height": HIGH, "rx": 6, "class": f"node {kind}"}
    most = max(8, LETTERS * width // LITERAL[1])
    place = {"x": x + width / 2, "y": f"{y + 4:.1f}", "text-anchor": "middle"}
    words = element("text", place, shown(cut(printable(text), most)))
    return element("g", {}, element("title", {}, shown(title)), element("rect", shape), words)


def _head(column: tuple[int, int], text: str) -> Markup:
    return element(
        "text", {"x": column[0] + column[1] / 2, "y": 14, "text-anchor": "middle", "class": "soft"}, shown(text)
    )


def _wire(x1: float, y1: float, x2: float, y2: float) -> Markup:
    middle = (x1 + x2) / 2
    return element("path", {"d": f"M{x1} {y1:.1f} C{middle} {y1:.1f} {middle} {y2:.1f} {x2} {y2:.1f}", "class": "wire"})
