"""Interpreters of exported models that share no code with evo: each turns an export into a function of a raw row."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

RawRow = Mapping[str, str]
Predict = Callable[[RawRow], Any]

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MISSING = ("", "?", "NA", "NaN", "nan", "None")


def read_python(text: str) -> Predict:
    """The module's predict, run in a namespace of its own; several outputs come as a tuple."""
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(compile(text.encode(), "exported.py", "exec"), namespace)

    def predict(row: RawRow) -> Any:
        said = namespace["predict"](row)
        return tuple(said.values()) if isinstance(said, dict) else said

    return predict


def read_json(text: str) -> Predict:
    """Format evo-rules-2 as its description says."""
    rules = json.loads(text)
    columns = {column["name"]: column for column in rules["columns"]}

    def cell_of(name: str, row: RawRow) -> Any:
        """Text, a number, or None; missing cells as the column says."""
        column = columns[name]
        cell = row[column["part"][0] if column["part"] else name].strip()
        value = None if cell in rules["missing"] else _read(column, cell)
        return column["missing"] if value is None else value

    task, positive = rules["task"], rules["kind"] == "sop"

    def terms_of(cover: Any, row: RawRow) -> list[bool]:
        joined = all if positive else any
        return [
            joined(_test(lit, cell_of(lit["column"], row)) != lit["negated"] for lit in term) for term in cover["terms"]
        ]

    def predict(row: RawRow) -> Any:
        truths = [terms_of(cover, row) for cover in rules["covers"]]
        if task["kind"] == "multiclass":
            score = {
                cover["name"]: truth.count(True) if positive else -truth.count(False)
                for cover, truth in zip(rules["covers"], truths, strict=True)
            }
            return max(task["prior"], key=lambda name: score[name])
        outputs = tuple(int((any(truth) if positive else all(truth)) != rules["inverted"]) for truth in truths)
        return task["classes"][outputs[0]] if task["kind"] == "binary" else outputs

    return predict


def _read(column: dict[str, Any], cell: str) -> Any:
    """Forms that the cases have: plain numbers, money, decimal commas, truth values, dates."""
    kind, form, part = column["kind"], column["form"], column["part"]
    if kind == "date" or part:
        read = datetime.fromisoformat if form in ("", "iso") else lambda text: datetime.strptime(text, form)
        try:
            date = read(cell)
        except ValueError:
            return None
        if part:
            return {"month": date.month, "hour": date.hour, "weekday": DAYS[date.weekday()]}[part[1]]
        return (date - datetime(1970, 1, 1)).total_seconds()
    if kind == "category":
        return cell
    if form == "boolean" or kind == "bit":
        return {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0}.get(cell.lower())
    plain = cell.replace("$", "").replace("%", "").strip()
    plain = plain.replace(".", "").replace(",", ".") if form == "comma" else plain.replace(",", "")
    try:
        return int(plain) if re.fullmatch(r"-?\d+", plain) else float(plain)
    except ValueError:
        return None


def _test(literal: dict[str, Any], cell: Any) -> bool:
    op, value = literal["op"], literal["value"]
    if op == "missing" or cell is None:
        return op == "missing" and cell is None
    if op in ("among", "other"):
        return (cell in value) == (op == "among")
    if op == "is":
        return bool(cell == 1)
    if op == "<=":
        return bool(cell <= value)
    if op == "in":
        return (value[0] is None or value[0] < cell) and (value[1] is None or cell <= value[1])
    return bool(cell == value)
