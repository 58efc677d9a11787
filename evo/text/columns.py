"""What was understood of columns, in words: what is odd about each, and which were left out."""

from __future__ import annotations

from typing import Any

from evo.text.numbers import counted
from fitness.data.tables.profile import Columns, Profile
from genomes.text.quoting import shortened

#: Columns of each sort that are stored with a result, and characters of what is said of one.
MOST_STORED, LONGEST = 100, 300
#: Columns that are named one by one when a run begins.
MOST_LINES = 3


def remarks(columns: Columns, profile: Profile) -> tuple[str, ...]:
    """What is odd about a column; nothing where the config itself leaves it out."""
    if profile.kind == "ignored":
        return ()
    return (*_why_nothing(columns, profile), *profile.oddities)


def _why_nothing(columns: Columns, profile: Profile) -> tuple[str, ...]:
    """Why nothing is learned from a column, if so."""
    if profile.left_out:
        return (f"{profile.reason}: left out",)
    if profile.kind == "target" or columns.inputs.get(profile.name, 0):
        return ()
    if profile.distinct == 0:
        return ("no cell has a value: tells nothing",)
    every = "every row" if profile.kind == "constant" else "every training row"
    return (f"the same in {every}: tells nothing",)


def left_out(columns: Columns) -> list[Profile]:
    """Columns that nothing is learned from because of what they are, not because the config says so."""
    return [profile for profile in columns.profiles if profile.left_out and profile.kind != "ignored"]


def start_lines(columns: Columns) -> list[str]:
    """What a run says of columns that it leaves out."""
    gone = left_out(columns)
    if len(gone) <= MOST_LINES:
        return [f"column {profile.name!r} left out: {profile.reason}" for profile in gone]
    named = ", ".join(repr(profile.name) for profile in gone[:MOST_LINES])
    return [f"{counted(len(gone), 'column')} left out: {named}, ... (evo check shows why)"]


def stored(columns: Columns) -> dict[str, Any]:
    """What result.json keeps of it for reports: pairs of a column's name and what there is to say."""
    gone = [[profile.name, profile.reason] for profile in columns.profiles if profile.left_out]
    odd = [[profile.name, said] for profile in columns.profiles for said in profile.oddities]
    said: dict[str, list[Any]] = {"left_out": gone, "odd": odd, "notes": list(columns.notes)}
    return {name: [_short(entry) for entry in entries[:MOST_STORED]] for name, entries in said.items() if entries}


def _short(entry: Any) -> Any:
    return shortened(entry, LONGEST) if isinstance(entry, str) else [shortened(part, LONGEST) for part in entry]
