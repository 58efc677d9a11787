"""Bounds that keys of several config sections share: so far off that no honest config meets them, and near enough that
arithmetic, messages and file systems can take any value within.
"""

from __future__ import annotations

from typing import Annotated, Final

from annotated_types import Ge, Gt, Le, MaxLen

#: A run of a thousand generations a second would take twelve days for so many.
MANY: Final = 1_000_000_000
#: Longest path that Linux takes; longest name of a column, ten times what a spreadsheet shows.
LONGEST_PATH: Final = 4_096
LONGEST_NAME: Final = 1_000

Count = Annotated[int, Ge(1), Le(MANY)]
Amount = Annotated[float, Gt(0), Le(MANY)]
Path = Annotated[str, MaxLen(LONGEST_PATH)]
Name = Annotated[str, MaxLen(LONGEST_NAME)]
Names = Annotated[tuple[Name, ...], MaxLen(10_000)]
