"""Whether texts are numbers, however they are written, and which they are."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.data.tables.cells import PLAIN_NUMBER, read_number
from fitness.data.tables.raw import Texts

#: Share of known rows that may read otherwise in a column of numbers: typing errors, remarks.
MOST_ODD = 0.05
#: Texts that stand for a missing number among numbers, however many there are.
PLACEHOLDERS = frozenset(
    (
        *("-", "--", "---", ".", "..", "*", "**", "n.a.", "n.a", "nil", "none", "unknown", "missing", "blank", "empty"),
        *("tbd", "tba", "error", "undefined", "not available", "not applicable", "inf", "-inf", "+inf"),
    )
)
#: Distinct texts that are tried before all are.
TRIED = 200
#: A number is never longer.
LONGEST = 64
_CODE, _UNIT = re.compile(r"0\d+|-?\d{16,}"), re.compile(r"(?<=[\d\s])([^\W\d_][\w/]*|\u00b0\s?[CF])$")


@dataclass(frozen=True, slots=True)
class Reading:
    """values: float64[levels], NaN for a text that is no number; form: how cells are read, see `table.Column`;
    how: in words, empty for plain numbers.
    """

    values: NDArray[np.float64]
    form: str
    how: str


def as_numbers(texts: Texts, comma: bool) -> Reading | None:
    """The texts as numbers, or None where too many of them are none.

    comma: whether a comma that could be either is a decimal mark.
    """
    levels, counts = texts.levels, texts.counts()
    some = levels[:: max(1, len(levels) // TRIED)]
    tried = [level for level in some if level.lower() not in PLACEHOLDERS]
    if 2 * sum(_number(level, False) is not None or _number(level, True) is not None for level in tried) < len(tried):
        return None
    if any(map(_is_code, levels)) or len(_units(levels)) > 1:
        return None
    best = _reading(levels, comma)
    if np.isnan(best.values).any():
        best = max(best, _reading(levels, not comma), key=lambda reading: int(counts[~np.isnan(reading.values)].sum()))
    return best if _mostly(best.values, levels, counts) else None


def written(reading: Reading, levels: Sequence[str]) -> Reading:
    """The reading with how its cells are written; a plain form where they are plain."""
    read = [level for level, value in zip(levels, reading.values.tolist(), strict=True) if not math.isnan(value)]
    if all(map(PLAIN_NUMBER.fullmatch, read)):
        return Reading(reading.values, "", "")
    joined = "".join(read)
    how = [
        ("a decimal comma", reading.form == "comma"),
        ("money", re.search(r"[$\u20ac\u00a3\u00a5\u20b9\u20bd\u20a9\u20ba]|[A-Z]{3}|Rs", joined) is not None),
        ("percent, as numbers from 0 to 100", "%" in joined),
        ("groups of thousands", any(re.search(r"\d[,. '\u2019\u00a0\u202f]\d{3}(?!\d)", level) for level in read)),
        (f"the unit {' '.join(_units(read))}", bool(_units(read))),
        ("bounds, read as numbers", any(level[0] in "<>\u2264\u2265~\u2248" or level[-1] == "+" for level in read)),
        ("times of day, in hours", any(re.match(r"\d+:", level) for level in read)),
        ("typographic minus signs", "\u2212" in joined or "\u2013" in joined),
        ("losses in brackets", any(level.startswith("(") for level in read)),
    ]
    return Reading(reading.values, reading.form, ", ".join(words for words, holds in how if holds))


def _is_code(level: str) -> bool:
    """Whether digits are a name: with leading zeros, or more than a number of 64 bits has."""
    return _CODE.fullmatch(level) is not None and (level[0] == "0" or not -(2**63) < int(level) < 2**63)


def _units(levels: Sequence[str]) -> set[str]:
    """Words behind numbers: units, or codes of currencies."""
    read = [level for level in levels if _UNIT.search(level) and not PLAIN_NUMBER.fullmatch(level)]
    return {match[1] for level in read if (match := _UNIT.search(level)) and _number(level, False) is not None}


def _number(text: str, comma: bool) -> float | None:
    return read_number(text, comma) if len(text) <= LONGEST else None


def _reading(levels: Sequence[str], comma: bool) -> Reading:
    values = [np.nan if (value := _number(level, comma)) is None else value for level in levels]
    return Reading(np.array(values, dtype=float), "comma" if comma else "number", "")


def _mostly(values: NDArray[np.float64], levels: Sequence[str], counts: NDArray[np.intp]) -> bool:
    """Whether nearly all known rows are numbers, placeholders aside, and there are several of them."""
    odd = np.isnan(values)
    real = odd & np.array([level.lower() not in PLACEHOLDERS for level in levels], dtype=bool)
    numbers, strange, absent = (int(counts[where].sum()) for where in (~odd, real, odd & ~real))
    few = strange <= max(MOST_ODD * (numbers + strange), 1 if numbers >= 10 else 0)
    return numbers > 0 and few and absent <= numbers
