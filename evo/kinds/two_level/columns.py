"""The size columns of formulas: what there is to read, and what there is to build."""

from __future__ import annotations

from evo.kinds.kind import SizeColumn

COLUMNS = (
    SizeColumn("literals", "literal", "literals", "lits"),
    SizeColumn("terms", "term", "terms", "terms"),
    SizeColumn("gates", "gate", "gates", "gates"),
    SizeColumn("depth", "level", "depth", "depth"),
)
