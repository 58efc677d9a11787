"""Interpreters of exported models that share no code with evo: each turns an export into a function of a raw row."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

RawRow = Mapping[str, str]
Predict = Callable[[RawRow], Any]

MISSING = ("", "?", "NA", "NaN", "nan")


def read_python(text: str) -> Predict:
    """The module's predict, run in a namespace of its own; several outputs come as a tuple."""
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(compile(text.encode(), "exported.py", "exec"), namespace)

    def predict(row: RawRow) -> Any:
        said = namespace["predict"](row)
        return tuple(said.values()) if isinstance(said, dict) else said

    return predict


def read_json(text: str) -> Predict:
    """Format evo-rules-1 as its description says."""
    rules = json.loads(text)
    task, positive = rules["task"], rules["kind"] == "sop"

    def terms_of(cover: Any, row: RawRow) -> list[bool]:
        joined = all if positive else any
        return [joined(_test(lit, row[lit["column"]]) != lit["negated"] for lit in term) for term in cover["terms"]]

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


def _test(literal: dict[str, Any], cell: str) -> bool:
    op, value, cell = literal["op"], literal["value"], cell.strip()
    if op == "missing" or cell in MISSING:
        return op == "missing" and cell in MISSING
    if op == "is":
        return float(cell) == 1
    if op == "<=":
        return bool(float(cell) <= value)
    if op == "in":
        return (value[0] is None or value[0] < float(cell)) and (value[1] is None or float(cell) <= value[1])
    return bool(cell == value if isinstance(value, str) else float(cell) == value)
