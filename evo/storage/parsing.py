"""Bytes of a run's file to plain values, strictly: JSON in UTF-8, no key twice, every number finite, few levels deep.

Python's parser takes more than that (NaN, 1e999, the last of two equal keys, half a surrogate pair) and ends in
RecursionError, or in a refusal to read long integers, on texts that are made for it.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any

from genomes.text.quoting import quoted, shortened

#: Levels of lists and objects; those that evo writes have seven at most.
DEEPEST = 64
#: Digits of an integer: all that evo writes fit 64 bits.
LONGEST = 40

_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


class UnreadableError(ValueError):
    """Bytes that are no such text; the message says in a few words what they are instead."""


def parsed(content: bytes) -> Any:
    """The JSON value of `content`.

    Raises:
        UnreadableError: it is not JSON, or JSON that evo does not write.
    """
    try:
        text = content.decode("utf-8")
        value = _DECODER.decode(text)
    except UnicodeDecodeError as problem:
        raise UnreadableError(f"is not UTF-8 (byte {problem.start})") from None
    except json.JSONDecodeError as problem:
        raise UnreadableError(f"is not JSON (line {problem.lineno}: {problem.msg})") from None
    except RecursionError:
        raise UnreadableError(_TOO_DEEP) from None
    if text.count("[") + text.count("{") > DEEPEST and _deeper(value):
        raise UnreadableError(_TOO_DEEP)
    if _HALF_PAIR.search(text) and not _encodable(value):
        raise UnreadableError("holds half of a surrogate pair, which is no character")
    return value


_TOO_DEEP = f"is nested over {DEEPEST} levels deep"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, times in counts.items() if times > 1)
        raise UnreadableError(f"has the key {quoted(twice)} twice")
    return value


def _integer(digits: str) -> int:
    if len(digits) > LONGEST:
        raise UnreadableError(f"holds an integer of {len(digits):,} digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise UnreadableError(f"holds {shortened(digits)}, which is no finite number")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_int=_integer, parse_float=_finite, parse_constant=_finite)


def _deeper(value: Any) -> bool:
    """Whether a value has more than `DEEPEST` levels, without recursion."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [inner for outer in level for inner in _containers(outer)]
        if not level:
            return False
    return True


def _containers(value: Any) -> list[Any]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, dict | list)]


def _encodable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
