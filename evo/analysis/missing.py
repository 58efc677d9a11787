"""What a report says of missing cells."""

from __future__ import annotations

from collections.abc import Sequence

from fitness.data.blanks import fill_text
from fitness.data.checks import QUOTED, quoted
from fitness.data.schema import Field


def missing_line(fields: Sequence[Field]) -> str:
    """What a missing cell of each column reads as, in one line; empty where none can be missing."""
    stored = [field for field in fields if field.part is None and field.kind != "bit"]
    usual = [f"{field.name!r} as {fill_text(field)}" for field in stored if field.fill is not None]
    own = [field.name for field in stored if field.fill is None]
    more = f" and {len(usual) - QUOTED} more" if len(usual) > QUOTED else ""
    parts = []
    if usual:
        listed = ", ".join(usual[:QUOTED]) + more
        parts.append(f"a blank cell reads as the training median or most frequent category: {listed}")
    if own:
        parts.append(f"training missed cells of {quoted(own)}: there a blank cell is a case of its own")
    return "; ".join(parts)
