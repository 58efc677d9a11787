"""Parts of dates that come round again (months, weekdays, hours), as columns of their own where they vary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from fitness.data.schema import Field
from fitness.data.table import Column
from fitness.data.tables.later import part_column
from fitness.data.tables.raw import is_missing

#: A part is used where it takes at least so many values.
VALUES = 2
PARTS = ("month", "weekday", "hour")
#: Seconds within which each part cannot come round twice.
DAY = 86_400.0
SPAN = {"month": 366 * DAY, "weekday": 14 * DAY, "hour": 2 * DAY}


def date_parts(dates: Column, taken: frozenset[str]) -> Iterator[Column]:
    """Columns ``month of when``, ``weekday of when`` and ``hour of when``, where they can tell more than the date.

    taken: names of other columns, which are not used twice.
    """
    known = dates.values[~np.isnan(dates.values)]
    if not known.size:
        return
    for part in PARTS:
        name = f"{part} of {dates.name}"
        field = Field(name, "category" if part == "weekday" else "number", part=(dates.name, part))
        if np.ptp(known) > SPAN[part] and name not in taken:
            column = part_column(field, dates)
            known_parts = column.values[~is_missing(column.values)].tolist()
            if len(set(known_parts)) >= VALUES:
                yield column


def with_parts(columns: Sequence[Column], taken: frozenset[str]) -> tuple[Column, ...]:
    """The columns, dates followed by their parts."""
    every: list[Column] = []
    for column in columns:
        every.append(column)
        if column.kind == "date":
            every += date_parts(column, taken)
    return tuple(every)
