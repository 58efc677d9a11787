"""What was understood of a column, for people: its kind and why, and what was odd about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Profile:
    """One column as it was read.

    kind: number, boolean, date, category, ordered category, bit, id, text, constant, ignored or target; reason: why, in
    words; distinct: different values; missing: cells without one; example: the first value; oddities: sentences;
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


@dataclass(frozen=True, slots=True)
class Columns:
    """What was understood of a table.

    profiles: of its columns, that of the target last; empty where a source has kinds of its own; notes: on the file;
    inputs: how many inputs of a model each column became, those of a date's parts with the date's.
    """

    profiles: tuple[Profile, ...] = ()
    notes: tuple[str, ...] = ()
    inputs: Mapping[str, int] = field(default_factory=dict)
