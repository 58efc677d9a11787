"""A small table of numbers, categories, Booleans and missing cells, and exported json rules read in plain Python."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import numpy as np

Row = dict[str, Any]
JOBS = ("clerk", "smith", "nurse", "cook")


def people(n: int = 120, seed: int = 1, classes: tuple[Any, ...] = ("no", "yes")) -> tuple[list[Row], list[Any]]:
    """Rows with age, income, job and member, and a label that mostly follows a rule."""
    draw = random.Random(seed)
    rows: list[Row] = []
    labels = []
    for _ in range(n):
        age = draw.choice([None, *range(18, 80, 3)])
        row = {"age": age, "income": draw.randint(10, 99) / 2, "job": draw.choice([None, *JOBS])}
        row["member"] = draw.random() < 0.5
        rank = int((age is not None and age > 40 and row["member"]) or row["job"] == "smith") + int(row["income"] > 40)
        rank = min(rank, len(classes) - 1)
        labels.append(classes[rank] if draw.random() > 0.08 else draw.choice(classes))
        rows.append(row)
    return rows, labels


def as_array(rows: list[Row]) -> Any:
    """object[rows, columns], columns in the order of the dicts."""
    return np.array([list(row.values()) for row in rows], dtype=object)


def columns(rows: list[Row]) -> dict[str, list[Any]]:
    """The same as lists per column."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def holds(literal: dict[str, Any], row: Row) -> bool:
    """One literal of exported json rules on a raw row."""
    cell, value = row[literal["column"]], literal["value"]
    missing = cell is None or (isinstance(cell, float) and math.isnan(cell))
    if literal["op"] == "missing":
        truth = missing
    elif missing:
        truth = False
    elif literal["op"] == "<=":
        truth = cell <= value
    else:
        truth = float(cell) == value if isinstance(value, float) else str(cell) == value
    return truth != literal["negated"]


def firing(exported: str, row: Row) -> list[list[bool]]:
    """Per cover whether each term holds (sop) or clause fails (pos)."""
    rules = json.loads(exported)
    fired = []
    for cover in rules["covers"]:
        truths = [[holds(literal, row) for literal in term] for term in cover["terms"]]
        fired.append([all(term) if rules["kind"] == "sop" else not any(term) for term in truths])
    return fired


def predicted(exported: str, row: Row) -> str:
    """The class that json rules predict."""
    rules, fired = json.loads(exported), firing(exported, row)
    task = rules["task"]
    if task["kind"] == "binary":
        value = any(fired[0]) == (rules["kind"] == "sop")
        return str(task["classes"][int(value != rules["inverted"])])
    sign = 1 if rules["kind"] == "sop" else -1
    scores = {label: sign * sum(of_class) for label, of_class in zip(task["classes"], fired, strict=True)}
    return max(task["prior"], key=lambda label: scores[label])
