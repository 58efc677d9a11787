"""What a page says of a network: points or the picture, its units one by one, and the columns that it reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from evo.analysis.gather import Facts
from evo.kinds.network.report.diagram import READING, diagram, left_out
from evo.kinds.network.report.findings import NetworkFacts
from evo.kinds.network.report.points import Points, points_of
from evo.report.html.inputs import use_of_columns
from evo.report.html.parts import Cell, Section
from evo.report.html.tables import bar, full_table
from evo.report.tables import percent
from evo.text.numbers import counted
from evo.text.phrases import listed, phrase
from genomes.networks import units as kinds
from genomes.text.printable import printable

#: Units of the table, and those shown at once: more are folded away.
MOST_UNITS, FEW_UNITS = 400, 24
#: What units are called, and how one is read.
_READ: Mapping[str, tuple[str, str]] = {
    "AND": ("AND", "all of its operands hold"),
    "OR": ("OR", "one of its operands holds"),
    "XOR": ("parity", "an odd number of its operands holds"),
    "MUX": ("if", "what stands after then does where the condition holds, and what stands after else does elsewhere"),
    "LUT": ("table", "the table says so: its values for 000, 100, 010, 110, ... of the operands"),
    "SOP": ("AND/OR", "all parts of one of its terms hold"),
    "COUNT": ("count", "so many of its operands hold"),
    "THRESHOLD": ("sum", "the weights of the operands that hold add up to so much"),
}
_NAMES: Mapping[int, str] = {
    kinds.AND: "AND", kinds.XOR: "XOR", kinds.MUX: "MUX", kinds.LUT: "LUT", kinds.SOP: "SOP", kinds.COUNT: "COUNT",
    kinds.THRESHOLD: "THRESHOLD",
}  # fmt: skip


def scorecard(facts: Facts) -> Section | None:
    """A network that is one weighted sum as a table of points; None for all others."""
    found: NetworkFacts = facts.findings
    card = points_of(found.model)
    if card is None:
        return None
    most = max(weight for _, weight in card.points)
    rows: list[Sequence[Cell]] = [[str(weight), text, bar(weight, most)] for weight, text in point_texts(found, card)]
    table = full_table(["points", "where", ""], rows, "points", wide=2)
    show = {"text": scored(found, card), "table": table, "folded": ""}
    return Section("scorecard", "As a scorecard", "features.html.j2", show)


def point_texts(found: NetworkFacts, card: Points) -> list[tuple[int, str]]:
    """Points, and the comparison that they are for."""
    return [
        (weight, printable(phrase(found.bits[(literal >> 1) - 1], not literal & 1))) for literal, weight in card.points
    ]


def scored(found: NetworkFacts, card: Points) -> str:
    """How the points decide."""
    name = found.task.outputs[0]
    negative, positive = found.task.classes if found.task.kind == "binary" else ("0", "1")
    return printable(
        f"Add the points of every line that holds: {name} is {positive} where they reach {card.needed} of "
        f"{card.most}, and {negative} where they do not."
    )


def network(facts: Facts) -> Section | None:
    """The network as a picture of layers; None where it has no unit."""
    found: NetworkFacts = facts.findings
    if not found.units:
        return None
    show = {"picture": diagram(found), "note": f"{READING} {left_out(found)}".strip()}
    return Section("network", "The network", "network.html.j2", show)


def units(facts: Facts) -> Section:
    """What the heads decide, then every unit with what reads it and where it holds."""
    found: NetworkFacts = facts.findings
    if not found.units:
        return Section("units", "The network in words", "listing.html.j2", {"lines": found.heads})
    shown = found.units[:MOST_UNITS]
    rows: list[Sequence[Cell]] = []
    for number, unit in enumerate(shown):
        share = None if found.shares is None else found.shares[number]
        holds: list[Cell] = [] if share is None else [percent(share)]
        rows.append([unit.name, unit.text, f"{unit.used:,}", *holds])
    header = ["unit", "what it is", "read by", *([] if found.shares is None else ["holds on"])]
    more = len(found.units) - len(shown)
    notes = [f"{more:,} more units are not listed; evo export --format words has them."] if more else []
    notes.append("Read by: how many units and heads read it. Holds on: the share of the training rows.")
    show = {
        "lines": found.heads,
        "text": made_of(found),
        "reading": _reading(found),
        "table": full_table(header, rows, "units", wide=1, tried=True),
        "folded": f"All {len(shown):,} units" if len(shown) > FEW_UNITS else "",
        "notes": notes,
    }
    return Section("units", "Unit by unit", "units.html.j2", show)


def made_of(found: NetworkFacts) -> str:
    """``The network has 12 units: 7 AND, 3 OR and 2 parity.``"""
    names = [f"{n:,} {_READ[name][0]}" for name, n in _kinds(found).most_common()]
    return f"The network has {counted(len(found.units), 'unit')}: {listed(names, 'and')}."


def _reading(found: NetworkFacts) -> list[tuple[str, str]]:
    """The kinds of units that there are, and when one of them holds."""
    return [(_READ[name][0], f"holds where {_READ[name][1]}") for name in _READ if name in _kinds(found)]


def _kinds(found: NetworkFacts) -> Counter[str]:
    """Units of each kind, ANDs that people see as ORs apart."""
    flipped = found.flipped
    each = zip(found.model.network.units, flipped, strict=True)
    return Counter("OR" if ored else _NAMES[unit.kind] for unit, ored in each)


def features(facts: Facts) -> Section | None:
    """The columns that a network reads, and how much they matter."""
    return use_of_columns(facts, ("units", "comparisons"))
