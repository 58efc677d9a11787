"""What a column is: its kind with a reason, decided over all its rows, or as the user says.

One column in, one column out (or none, where nothing can be learned from it), and a `Profile` for people. Files and
frames, commands and estimators all come through here, so that a table means the same whoever reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from fitness.data.table import Column
from fitness.data.tables.cells import read_date, read_number
from fitness.data.tables.dates import date_formats
from fitness.data.tables.numbers import MOST_ODD, Reading, as_numbers, written
from fitness.data.tables.parts import with_parts
from fitness.data.tables.profile import Profile
from fitness.data.tables.raw import Nested, Numbers, RawColumn, Readable, Texts, Times
from fitness.data.tables.understood import (
    Understood,
    as_texts,
    boolean_column,
    category_column,
    date_column,
    distinct_values,
    example_of,
    left_out,
    noted,
    number_column,
    of_levels,
    ordered_column,
    with_odd,
)
from fitness.errors import DataError

#: What `data.columns` may say of a column; a format with a percent sign is a date, a list an ordered category.
Wish = str | tuple[str, ...] | None

#: A text column is left out as an id where it has at least these many levels with fewer rows each than these.
IDS = ((20, 1.12), (100, 2.0), (1000, 10.0))
#: Free text: as many blanks, or as long, on average.
BLANKS, LENGTH = 3, 40
#: Whole numbers under such a name, all different in as many rows, count rows.
ID_NAME = re.compile(
    r"(.*[\s_.-])?(id|ids|idx|index|uuid|guid|key|no|nr|nummer|number|row|rownum|row_?id|unnamed:?.*)"
    r"|.*Id|.*ID|#|column \d+|"
)
ROWS_OF_IDS = 20


def understand(name: str, raw: RawColumn, wish: Wish = None, comma: bool = False) -> Understood:
    """One column.

    Args:
        name: of the column.
        raw: its cells.
        wish: what the user says it is; None to find out.
        comma: whether the file's delimiter suggests decimal commas.

    Raises:
        DataError: the cells cannot be what the user says.
    """
    if isinstance(raw, Nested):
        return left_out(name, raw, raw.type, f"cells hold {raw.type} values, not numbers or texts")
    if wish == "ignore":
        return left_out(name, raw, "ignored", "the config says so")
    if wish is not None:
        return _as_wished(name, raw, wish)
    return _found(name, raw, comma)


def understand_all(
    raws: Mapping[str, RawColumn], wishes: Mapping[str, Wish], where: str, *, comma: bool = False, advice: str = ""
) -> tuple[tuple[Column, ...], tuple[Profile, ...]]:
    """The columns that something can be learned from, dates followed by their parts, and what there is to say of all.

    Args:
        raws: the columns of a table but its target.
        wishes: what the user says that columns are.
        where: the table, in messages.
        comma: as of `understand`.
        advice: what to do where no column is left.

    Raises:
        DataError: as `understand`, or no column is left.
    """
    every = [understand(name, raw, wishes.get(name), comma) for name, raw in raws.items()]
    profiles = tuple(one.profile for one in every)
    columns = with_parts([one.column for one in every if one.column is not None], frozenset(raws))
    if not columns:
        reasons = "; ".join(f"{profile.name}: {profile.reason}" for profile in profiles[:3])
        raise DataError(f"no column left to learn from ({reasons}){advice}", where=where)
    return columns, profiles


def _as_wished(name: str, raw: Readable, wish: str | tuple[str, ...]) -> Understood:
    if isinstance(wish, tuple):
        return ordered_column(name, raw, wish)
    return _WISHED["date" if "%" in wish else wish](name, raw, wish)


def _found(name: str, raw: Readable, comma: bool) -> Understood:
    """The column as its type, or the looks of its cells, say."""
    if isinstance(raw, Times):
        return date_column(name, raw.seconds, "", "a date type")
    if isinstance(raw, Numbers):
        return _found_numbers(name, raw)
    if raw.type != "text":
        return (
            ordered_column(name, raw, raw.levels)
            if raw.type == "ordered"
            else category_column(name, raw, "a category type")
        )
    return _texts(name, raw, comma)


def _texts(name: str, raw: Texts, comma: bool) -> Understood:
    known = int(raw.counts().sum())
    if len(raw.levels) <= 1:
        return category_column(name, raw, "")
    if {level.lower() for level in raw.levels[:10]} == {"true", "false"}:
        return boolean_column(name, raw, "true and false")
    reading = as_numbers(raw, comma)
    if reading is not None:
        return _read_numbers(name, raw, written(reading, raw.levels))
    formats = date_formats(raw.levels, 1 - MOST_ODD)
    if formats:
        return _read_dates(name, raw, formats)
    why = _no_category(raw, known)
    if why is not None:
        return left_out(name, raw, *why)
    return category_column(name, raw, _why_category(raw, known))


def _why_category(raw: Texts, known: int) -> str:
    if all(re.fullmatch(r"\d+", level) for level in raw.levels):
        return "codes: digits with leading zeros, or very many of them"
    numbers = sum(read_number(level) is not None for level in raw.levels)
    return "texts" if not numbers else f"texts, {numbers:,} of {len(raw.levels):,} values are numbers"


def _no_category(raw: Texts, known: int) -> tuple[str, str] | None:
    """The kind of a text column that says nothing as a category, and why; None where it is one."""
    distinct = len(raw.levels)
    if not any(distinct >= levels and known < rows * distinct for levels, rows in IDS):
        return None
    some = raw.levels[:1000]
    long = sum(map(len, some)) > LENGTH * len(some) or sum(text.count(" ") for text in some) > BLANKS * len(some)
    share = f"{distinct:,} values in {known:,} rows"
    return ("text", f"looks like free text: {share}") if long else ("id", f"looks like an id: {share}")


def _found_numbers(name: str, raw: Numbers) -> Understood:
    if raw.boolean:
        return number_column(name, raw.values, "boolean", "true and false", "boolean")
    if ID_NAME.fullmatch(name.strip()) and _counts_rows(raw):
        return left_out(name, raw, "id", "looks like an id: a whole number of its own in every row")
    return number_column(name, raw.values, "", "a number type" if raw.typed else "all cells are numbers")


def _counts_rows(raw: Numbers) -> bool:
    """Whether every row has a whole number of its own."""
    rows = len(raw.values)
    return distinct_values(raw) == rows >= ROWS_OF_IDS and bool((raw.values == np.round(raw.values)).all())


def _read_numbers(name: str, raw: Texts, reading: Reading) -> Understood:
    values = of_levels(raw, reading.values.tolist())
    odd = [level for level, value in zip(raw.levels, reading.values, strict=True) if np.isnan(value)]
    reason = f"written as numbers with {reading.how}" if reading.how else "nearly all cells are numbers"
    understood = number_column(
        name, values, reading.form, "all cells are numbers" if not (odd or reading.how) else reason
    )
    return with_odd(understood, raw, odd, "not numbers")


def _read_dates(name: str, raw: Texts, formats: Sequence[str]) -> Understood:
    form = formats[0]
    seconds = [read_date(level, form) for level in raw.levels]
    odd = [level for level, second in zip(raw.levels, seconds, strict=True) if second is None]
    told = "ISO dates" if form == "iso" else f"dates written as {form}"
    understood = with_odd(date_column(name, of_levels(raw, seconds), form, told), raw, odd, "not dates")
    other = next((f for f in formats[1:] if "%m/%d" in form and "%d/%m" in f), None)
    if other is None:
        return understood
    note = f"days and months cannot be told apart: read as {form}; for the other, data.columns: {{{name!r}: {other!r}}}"
    return noted(understood, note)


def _wished_number(name: str, raw: Readable, wish: str) -> Understood:
    if isinstance(raw, Numbers):
        return number_column(name, raw.values, "", "the config says so")
    if isinstance(raw, Times):
        return number_column(name, raw.seconds, "", "the config says so, in seconds since 1970")
    values = np.array([np.nan if (v := read_number(level)) is None else v for level in raw.levels])
    if np.isnan(values).all():
        raise DataError(f"column {name!r} cannot be of numbers: none of its cells is one, e.g. {example_of(raw)!r}")
    reading = written(Reading(values, "number", ""), raw.levels)
    odd = [level for level, value in zip(raw.levels, values, strict=True) if np.isnan(value)]
    understood = number_column(name, of_levels(raw, values.tolist()), reading.form, "the config says so")
    return with_odd(understood, raw, odd, "not numbers")


def _wished_category(name: str, raw: Readable, wish: str) -> Understood:
    return category_column(name, as_texts(raw), "the config says so")


def _wished_date(name: str, raw: Readable, wish: str) -> Understood:
    if isinstance(raw, Times):
        return date_column(name, raw.seconds, "", "the config says so")
    texts = as_texts(raw)
    formats = [wish] if "%" in wish else date_formats(texts.levels, 0.5)
    if not formats or all(read_date(level, formats[0]) is None for level in texts.levels):
        hint = "; give its format, e.g. '%d.%m.%Y'" if "%" not in wish else ""
        raise DataError(f"column {name!r} cannot be of dates: got {example_of(texts)!r}{hint}")
    return _read_dates(name, texts, formats)


def _wished_boolean(name: str, raw: Readable, wish: str) -> Understood:
    return boolean_column(name, as_texts(raw), "the config says so")


_WISHED = {
    "number": _wished_number,
    "category": _wished_category,
    "date": _wished_date,
    "boolean": _wished_boolean,
}
