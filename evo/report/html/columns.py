"""What is worth knowing of how the columns were read."""

from __future__ import annotations

from collections.abc import Sequence

from evo.analysis.gather import Facts
from evo.report.html.parts import Cell, Section
from evo.report.html.tables import full_table


def columns(facts: Facts) -> Section | None:
    """Columns that were left out and why, and what was odd about others; None where there is nothing to say."""
    known = facts.result["data"].get("columns", {})
    rows: Sequence[Sequence[Cell]] = [
        *([name, "left out", reason] for name, reason in known.get("left_out", [])),
        *([name, "odd", said] for name, said in known.get("odd", [])),
    ]
    if not rows and not known.get("notes"):
        return None
    table = full_table(["column", "", "what to know"], rows, "columns", wide=2)
    return Section(
        "columns", "How the columns were read", "table.html.j2", {"table": table, "notes": known.get("notes", [])}
    )
