"""What was understood of a column, for people: its kind and why, and what was odd about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One column as it was read.

    kind: number, boolean, date, category, ordered category, bit, id, text or constant; reason: why, in words;
    distinct: different values; missing: cells without one; example: the first value; oddities: sentences;
    left_out: whether no bits are made of it, because of its kind or because the config says so.
    """

    name: str
    kind: str
    reason: str = ""
    distinct: int = 0
    missing: int = 0
    example: str = ""
    oddities: tuple[str, ...] = ()
    left_out: bool = False
