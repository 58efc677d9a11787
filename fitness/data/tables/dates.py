"""Which format the dates of a column are written in, and dates as texts."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence

from fitness.data.tables.cells import read_date

_DAYS = (
    *(
        "%d.%m.%Y",
        "%m/%d/%Y",
        "%d/%m/%Y",
        "%d-%m-%Y",
        "%m-%d-%Y",
        "%Y/%m/%d",
        "%Y.%m.%d",
        "%d.%m.%y",
        "%m/%d/%y",
        "%d/%m/%y",
    ),
    *("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%b %d %Y", "%d. %B %Y", "%Y-%m"),
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S.%f")
#: Formats in the order of preference: where two fit, the first is taken.
FORMATS = ("iso", *(day + clock for clock, day in itertools.product(_CLOCKS, _DAYS)))
#: Cells that the formats are tried on first.
TRIED = 50
#: Shortest and longest text that can be a date.
LENGTHS = range(6, 40)


def date_formats(texts: Sequence[str], share: float) -> list[str]:
    """Formats that read at least `share` of the texts, best first; several where days and months may be swapped."""
    some = texts[:: max(1, len(texts) // TRIED)]
    if sum(len(text) in LENGTHS and any(map(str.isdigit, text)) for text in some) < share * len(some):
        return []
    likely = [form for form in FORMATS if _read(some, form) >= share * len(some)]
    fits = [(form, _read(texts, form)) for form in likely]
    most = max((read for _, read in fits), default=0)
    return [form for form, read in fits if read == most and read >= share * len(texts)]


def _read(texts: Sequence[str], form: str) -> int:
    return sum(read_date(text, form) is not None for text in texts)


def rounded_date(low: float, high: float) -> float:
    """The roundest time t with low <= t < high: a new year, a first of a month, a midnight, an hour, else `low`."""
    begin = datetime.datetime(1970, 1, 1)
    last = begin + datetime.timedelta(seconds=high)
    rounds = (
        last.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0),
        last.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
        last.replace(hour=0, minute=0, second=0, microsecond=0),
        last.replace(minute=0, second=0, microsecond=0),
    )
    for date in rounds:
        seconds = (date - begin).total_seconds()
        if low <= seconds < high:
            return seconds
    return low


def date_parts(seconds: float) -> int:
    """How many parts of a date say a time: 1 of a new year, 2 of the first of a month, 3 of a day, then clock times."""
    date = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    parts = (date.month - 1, date.day - 1, date.hour, date.minute, date.second, date.microsecond)
    return 1 + max((place for place, part in enumerate(parts, start=1) if part), default=0)


def date_text(seconds: float, clock: bool = False) -> str:
    """``2020-03-01``, with the clock where it is not midnight, or where `clock` says so: ``2020-03-01 12:30``."""
    date = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    if date.microsecond:
        return date.isoformat(" ")
    text = date.isoformat(" ", "seconds" if date.second else "minutes")
    return text if clock else text.removesuffix(" 00:00")
