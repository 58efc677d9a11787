"""What a page says of a network: the picture, and its units one by one."""

from __future__ import annotations

from collections.abc import Sequence

from evo.analysis.gather import Facts
from evo.kinds.network.report.diagram import diagram, left_out
from evo.kinds.network.report.findings import NetworkFacts
from evo.report.html.parts import Cell, Section
from evo.report.html.tables import full_table
from evo.report.tables import percent

#: Units of the table.
MOST_UNITS = 400


def network(facts: Facts) -> Section | None:
    """The network as a picture of layers; None where it has no unit."""
    found: NetworkFacts = facts.findings
    if not found.units:
        return None
    show = {"picture": diagram(found), "note": left_out(found)}
    return Section("network", "The network", "network.html.j2", show)


def units(facts: Facts) -> Section:
    """Every unit with what reads it and where it holds, then the heads."""
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
    notes = [*found.heads]
    if len(found.units) > len(shown):
        notes.insert(
            0, f"{len(found.units) - len(shown):,} more units are not listed; evo export --format words has them."
        )
    notes.append("Read by: how many units and heads read it. Holds on: the share of the training rows.")
    show = {"table": full_table(header, rows, "units", wide=1), "lines": notes[:-1], "note": notes[-1]}
    return Section("units", "Unit by unit", "units.html.j2", show)
