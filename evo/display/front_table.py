"""Which members of a long Pareto front are shown."""

from __future__ import annotations

from collections.abc import Sequence

from evo.monitor import FrontRow


def thin(rows: Sequence[FrontRow], pick_id: str, n: int) -> tuple[FrontRow, ...]:
    """At most `n` of `rows`, evenly spaced along the front, in their order.

    The pick comes first in importance, then the first row, then the last: all three are kept from n = 3 on.
    A pick that is not among the rows is ignored.
    """
    if n <= 0:
        return ()
    if n >= len(rows):
        return tuple(rows)
    pick = next((i for i, row in enumerate(rows) if row.id == pick_id), 0)
    return tuple(rows[i] for i in _places(len(rows), pick, n))


def _places(length: int, pick: int, n: int) -> list[int]:
    """`n` < `length` increasing places with `pick` among them."""
    last = length - 1
    if n == 1:
        return [pick]
    if n == 2:
        return [0, pick or last]
    places = [round(i * last / (n - 1)) for i in range(n)]
    if pick not in places:
        # An interior place gives way, so the ends stay.
        nearest = min(range(1, n - 1), key=lambda i: abs(places[i] - pick))
        places[nearest] = pick
    return places
