"""Whether a stored record is what it should be, in one line: the shapes are types, so each record is described once.

A record is JSON that was read (dicts, lists, text, numbers); its shape is a TypedDict with limits in annotations. Keys
that a shape does not name may be there: a later version may write more.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from genomes.text.quoting import quoted, shortened

#: Characters of a key that a message names.
LONGEST_KEY = 40
_WORDS = {"Input should": "must", "a valid dictionary": "an object", "a valid integer": "an integer", "a valid ": "a "}


def fault(shape: Any, value: object) -> str | None:
    """What is wrong with the first wrong part of `value`, its place first; None where it has the shape.

    Numbers are not converted: 1.0 is no integer, true is no number, "1" is neither.
    """
    try:
        _adapter(shape).validate_python(value, strict=True)
    except ValidationError as error:
        return _told(error.errors(include_url=False, include_context=False)[0])
    return None


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _told(error: ErrorDetails) -> str:
    where = _place(error["loc"])
    if error["type"] == "missing":
        return f"{where}: is missing"
    expected = error["msg"]
    for before, after in _WORDS.items():
        expected = expected.replace(before, after, 1)
    text = f"{expected}, got {_spelt(error['input'])}"
    return f"{where}: {text}" if where else text


def _place(path: Sequence[str | int]) -> str:
    """Keys and numbers on the way to a value: ``best.scores.train``, ``front[3].id``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{shortened(step, LONGEST_KEY)}" for step in path)
    return "".join(steps).removeprefix(".")


def _spelt(value: object) -> str:
    """A value as JSON calls it, short."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return {True: "true", False: "false", None: "null"}[value] if isinstance(value, bool | None) else quoted(value)
