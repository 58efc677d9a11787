"""What accuracy costs in size, and how the search got there."""

from __future__ import annotations

from evo.analysis.gather import Facts
from evo.kinds.registry import kind_of
from evo.report.html.curves import convergence, pareto
from evo.report.html.parts import Section
from evo.report.html.tables import full_table
from evo.report.shared import front_table

#: Members of the front shown at once: more are folded away.
MOST_MEMBERS = 12


def front(facts: Facts) -> Section | None:
    """Every model of the front, drawn and counted."""
    members, best = facts.result["front"], facts.result["best"]["id"]
    kind = kind_of(facts.result["genome"])
    header, rows = front_table(facts.result, kind)
    place = next(i for i, row in enumerate(members) if row["id"] == best)
    show = {
        "figures": [pareto(members, best, kind.sizes[0]), *([convergence(facts.curve)] if facts.curve else [])],
        "table": full_table(header, rows, "the front", marked=(place, "pick")),
        "folded": f"All {len(rows)} models" if len(rows) > MOST_MEMBERS else "",
    }
    return Section("front", "Accuracy against size, and how the search got there", "front.html.j2", show)
