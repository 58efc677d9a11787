"""What a better score costs in size, and how the search got there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from evo.analysis.gather import Facts
from evo.kinds.kind import SizeColumn
from evo.kinds.registry import kind_of
from evo.report.html.curves import convergence, pareto
from evo.report.html.parts import Section, Table, Unfolded
from evo.report.html.tables import full_table
from evo.report.shared import formulas, front_table
from evo.report.tables import cut
from evo.text.formula import wrapped
from evo.text.measures import Measure, measure_of

#: Characters of a formula that is folded away.
HEAD = 60
#: Members of the front shown at once: more are folded away.
MOST_MEMBERS = 12


def front(facts: Facts) -> Section | None:
    """Every model of the front, drawn and counted."""
    members, best = facts.result["front"], facts.result["best"]["id"]
    kind, measure = kind_of(facts.result["genome"]), measure_of(facts.result["best"])
    header, rows = front_table(facts.result, kind)
    place = next(i for i, row in enumerate(members) if row["id"] == best)
    figures = [pareto(members, best, kind.sizes[0], measure)]
    show = {
        "figures": [*figures, *([convergence(facts.curve, measure)] if facts.curve else [])],
        "table": _table(header, rows, formulas(facts.result), place),
        "note": _note(members, kind.sizes[0], measure),
        "folded": f"All {len(rows)} models" if len(rows) > MOST_MEMBERS else "",
    }
    return Section("front", f"{measure.title} against size, and how the search got there", "front.html.j2", show)


def _note(members: Sequence[Mapping[str, Any]], size: SizeColumn, measure: Measure) -> str:
    """What the members have in common, in words that are true of the columns shown."""
    best = sorted((row["error"], row[size.name]) for row in members)
    told = all(later[1] < earlier[1] for earlier, later in pairwise(best))
    what = f"both training {measure.name} and {size.plural}"
    if not told:
        what = "everything that the search minimises (fitness.objectives)"
    return f"Every model that no other one found beats or equals in {what}."


def _table(header: list[str], rows: list[list[str]], words: list[str] | None, place: int) -> Table:
    """A row for every model; where they have words, the formula last."""
    if words is None:
        return full_table(header, rows, "the front", marked=(place, "pick"))
    cells = [[*row, _formula(line)] for row, line in zip(rows, words, strict=True)]
    return full_table([*header, "formula"], cells, "the front", wide=len(header), marked=(place, "pick"))


def _formula(line: str) -> str | Unfolded:
    """A short one as it is, a long one folded away behind its beginning."""
    if len(line) <= HEAD:
        return line or "-"
    return Unfolded(cut(line, HEAD), wrapped(line.split("; "), 90))
