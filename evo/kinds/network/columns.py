"""The size columns of networks: what there is to build, what there is to read, the longest way through it."""

from __future__ import annotations

from evo.kinds.kind import SizeColumn

COLUMNS = (
    SizeColumn("gates", "gate", "gates", "gates"),
    SizeColumn("units", "unit", "units", "units"),
    SizeColumn("depth", "level", "depth", "depth"),
)
