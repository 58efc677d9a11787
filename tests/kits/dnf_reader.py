"""Reads a printed formula as a person would and says what it predicts; shares no code with evo.

`strict`: every comparison with a missing value is false, apart from ``c != a`` and ``c not in {...}``. Otherwise the
opposite of a false comparison holds, as the formulas' description says of values that training did not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.kits.readers import MISSING, Predict, RawRow

NUMBER = r"-?[0-9.]+(?:e[-+]?[0-9]+)?"


def read_dnf(text: str, *, strict: bool) -> Predict:
    """What the formula says of a row; several outputs come as a tuple."""
    lines = text.splitlines()
    if " when the votes reach " in lines[0]:
        return _scorecard(lines, strict)
    covers: list[tuple[str, list[str]]] = []
    for line in lines:
        if not line.startswith("  ") and re.search(r" (when|holds|fails|has more)$", line):
            covers.append((line, []))
        elif line.startswith("  "):
            covers[-1][1].append(line.strip())
    last = lines[-1]

    def predict(row: RawRow) -> Any:
        if last.startswith("most votes win"):
            score = {_label(head): _votes(head, body, row, strict) for head, body in covers}
            ranked = last.removeprefix("most votes win; ties go to the first of ").split(", ")
            return max(ranked, key=lambda label: score[label])
        said = [_joined(body, row, strict) for _, body in covers]
        if last.startswith("otherwise "):
            return _label(covers[0][0]) if said[0] else last.split(" = ")[1]
        return tuple(int(true == head.endswith(" = 1 when")) for true, (head, _) in zip(said, covers, strict=True))

    return predict


def _scorecard(lines: list[str], strict: bool) -> Predict:
    """Two classes: lines of points, and how many are needed."""
    head, needed = lines[0].split(" when the votes reach ")
    points = [re.fullmatch(r"  (\d+) votes? +(.*)", line) for line in lines[1:-1] if line != "  (no votes)"]

    def predict(row: RawRow) -> Any:
        total = sum(int(line[1]) * _negatable(line[2], row, strict) for line in points if line)
        return head.split(" = ")[1] if total >= int(needed) else lines[-1].split(" = ")[1]

    assert all(points)
    return predict


def _negatable(text: str, row: RawRow, strict: bool) -> bool:
    if text.startswith("NOT ("):
        return not holds(text.removeprefix("NOT "), row, strict=strict)
    return holds(text, row, strict=strict)


def _label(head: str) -> str:
    return re.sub(r" (when|gets .*|loses .*|has .*|is .* behind.*)$", "", head.split(" = ")[1])


def _votes(head: str, body: list[str], row: RawRow, strict: bool) -> int:
    constant = re.search(r" (?:has|is) (\d+) votes?( behind)?", head)
    total = int(constant[1]) * (-1 if constant[2] else 1) if constant else 0
    for line in body:
        weight = re.match(r"(\d+) votes: ", line)
        said = holds(line.removeprefix(weight[0]) if weight else line, row, strict=strict)
        votes = int(weight[1]) if weight else 1
        total += votes * said if "gets a vote" in head else -votes * (not said)
    return total


def _joined(body: list[str], row: RawRow, strict: bool) -> bool:
    said = [holds(re.sub(r"^(AND|OR) ", "", line), row, strict=strict) for line in body]
    return all(said) if len(body) > 1 and body[1].startswith("AND ") else any(said)


def holds(text: str, row: RawRow, *, strict: bool) -> bool:
    """A term, a clause or a comparison."""
    if text in ("TRUE", "FALSE"):
        return text == "TRUE"
    inner = text[1:-1] if text.startswith("(") and _closes_last(text) else text
    for joint, of in ((" AND ", all), (" OR ", any), (" or ", any)):
        parts = _split(inner, joint)
        if len(parts) > 1:
            return of(holds(part, row, strict=strict) for part in parts)
    return _comparison(inner, row, strict)


def _closes_last(text: str) -> bool:
    depth = 0
    for index, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return index == len(text) - 1
    return False


def _split(text: str, joint: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0 and text.startswith(joint, index):
            parts.append(text[start:index])
            start = index + len(joint)
    return [*parts, text[start:]]


def _comparison(text: str, row: RawRow, strict: bool) -> bool:
    for pattern, test in _FORMS.items():
        found = re.fullmatch(pattern, text)
        if found:
            groups = found.groupdict()
            cell = row[groups.pop("x")].strip()
            return test(None if cell in MISSING else cell, groups, strict)
    raise AssertionError(f"cannot be read: {text!r}")


def _same(cell: str, value: str) -> bool:
    try:
        return float(cell) == float(value)
    except ValueError:
        return cell == value


def _member(cell: str | None, members: str) -> bool:
    return cell is not None and any(_same(cell, value) for value in members.split(", "))


_Test = Callable[[str | None, Mapping[str, str], bool], bool]
_FORMS: dict[str, _Test] = {
    r"(?P<x>\S+) is missing": lambda cell, g, strict: cell is None,
    r"(?P<x>\S+) is known": lambda cell, g, strict: cell is not None,
    r"(?P<x>\S+) not in \{(?P<set>.*)\}": lambda cell, g, strict: not _member(cell, g["set"]),
    r"(?P<x>\S+) in \{(?P<set>.*)\}": lambda cell, g, strict: _member(cell, g["set"]),
    rf"(?P<low>{NUMBER}) <= (?P<x>\S+) <= (?P<high>{NUMBER})": lambda cell, g, strict: (
        cell is not None and float(g["low"]) <= float(cell) <= float(g["high"])
    ),
    rf"(?P<x>\S+) >= (?P<low>{NUMBER})": lambda cell, g, strict: (
        not strict if cell is None else float(cell) >= float(g["low"])
    ),
    rf"(?P<low>{NUMBER}) < (?P<x>\S+) <= (?P<high>{NUMBER})": lambda cell, g, strict: (
        cell is not None and float(g["low"]) < float(cell) <= float(g["high"])
    ),
    rf"(?P<x>\S+) <= (?P<high>{NUMBER})": lambda cell, g, strict: cell is not None and float(cell) <= float(g["high"]),
    rf"(?P<x>\S+) > (?P<low>{NUMBER})": lambda cell, g, strict: (
        not strict if cell is None else float(cell) > float(g["low"])
    ),
    r"(?P<x>\S+) = (?P<value>.+)": lambda cell, g, strict: cell is not None and _same(cell, g["value"]),
    r"(?P<x>\S+) != (?P<value>.+)": lambda cell, g, strict: cell is None or not _same(cell, g["value"]),
    r"NOT (?P<x>\S+)": lambda cell, g, strict: cell is None or float(cell) != 1,
    r"(?P<x>\S+)": lambda cell, g, strict: cell is not None and float(cell) == 1,
}
