"""How the text of one cell reads: missing, a number, a date, true or false.

The functions here use the standard library only and nothing of this package: exported programs hold their source, so
that a program reads a cell exactly as training did.
"""

from __future__ import annotations

import datetime
import re
import unicodedata

#: Texts that mean that nothing is known: those of pandas and R, of databases and spreadsheets.
MISSING = frozenset(
    (
        *("", "?", "#DIV/0!", "#N/A", "#N/A N/A", "#NA", "#NULL!", "#REF!", "#VALUE!", "-1.#IND", "-1.#QNAN", "-NaN"),
        *("-nan", "1.#IND", "1.#QNAN", "<NA>", "<na>", "N/A", "n/a", "NA", "NAN", "NaN", "Nan", "nan", "NaT", "NULL"),
        *("Null", "null", "None", "\\N"),
    )
)
PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def read_number(text: str, comma: bool = False) -> float | None:
    """A number as people write it, or None.

    Read are signs (also the typographic minus and brackets for losses), groups of thousands, currency signs and codes,
    units, bounds (<0.01 is .01), times of day (7:30 is 7.5 hours), and a percent sign, which is left off: 5 % is 5.

    Args:
        text: the cell.
        comma: whether the comma is the decimal mark and the point groups thousands.
    """
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2013", "-").strip()
    clock = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", text)
    if clock:
        return int(clock[1]) + int(clock[2]) / 60 + int(clock[3] or 0) / 3600
    lost = re.fullmatch(r"\((.+)\)", text)
    text = re.sub(r"^(?:[<>]=?|[\u2264\u2265~\u2248])\s*|(?<=\d)\+$", "", lost[1] if lost else text)
    money = r"(?:[$\u20ac\u00a3\u00a5\u20b9\u20bd\u20a9\u20ba]|USD|EUR|GBP|CHF|JPY|INR|CNY|Rs\.?)"
    units = (
        r"(?:kg|mg|g|t|lbs?|oz|km|cm|mm|m|mi|ft|in|ml|cl|l|h|hrs?|min|ms|s|sec|days?|d|years?|yrs?|y|kB|MB|GB|TB|kHz|MHz"
        r"|GHz|Hz|kWh|kW|W|mV|V|mA|\u00b0\s?[CF]|ppm|bpm|km/h|mph|m/s|mg/dl|mmol/l|mmHg|hPa|kPa)"
    )
    text = re.sub(rf"^([+-]?)\s*{money}\s*|\s*(?:{money}|%|{units})$", r"\1", text)
    group, point = (r"[. '\u2019]", ",") if comma else (r"[, '\u2019]", r"\.")
    whole = rf"\d{{1,3}}(?:({group})\d{{3}}(?:\3\d{{3}})*)?|\d+"
    number = re.fullmatch(rf"([+-]?)({whole})?(?:{point}(\d*))?(e[+-]?\d+)?", text, re.IGNORECASE)
    if not number or not (number[2] or number[4]):
        return None
    digits = re.sub(r"\D", "", number[2] or "")
    value = float(f"{number[1]}{digits or '0'}.{number[4] or '0'}{number[5] or ''}")
    return None if value in (float("inf"), float("-inf")) else -value if lost else value


def read_date(text: str, form: str) -> float | None:
    """Seconds since 1970-01-01 00:00 (UTC where no zone is given), or None.

    Args:
        text: the cell.
        form: "iso", or a format of `datetime.strptime`.
    """
    try:
        iso = form == "iso"
        date = datetime.datetime.fromisoformat(text) if iso else datetime.datetime.strptime(text, form)
    except ValueError:
        return None
    date = date.replace(tzinfo=datetime.UTC) if date.tzinfo is None else date
    return (date - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)).total_seconds()


def read_boolean(text: str) -> float | None:
    """1 for true and 0 for false in any case (or as numbers), or None."""
    return {"true": 1.0, "1": 1.0, "1.0": 1.0, "false": 0.0, "0": 0.0, "0.0": 0.0}.get(text.lower())


def part_of_date(seconds: float, part: str) -> float | str:
    """The month (1 to 12), hour (0 to 23) or weekday (its English name) of seconds since 1970 (UTC)."""
    date = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    if part == "weekday":
        return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[date.weekday()]
    return float(date.month if part == "month" else date.hour)
