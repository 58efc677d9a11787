"""The size columns of networks: what there is to build, the longest way through it, what there is to read."""

from __future__ import annotations

from evo.kinds.kind import SizeColumn

COLUMNS = (
    SizeColumn("gates", "gate", "gates", "gates"),
    SizeColumn("depth", "level", "depth", "depth"),
    SizeColumn("units", "unit", "units", "units"),
)
