"""What a page holds that is no text to be read: its script, the policy that knows it, and the data of the script."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any


class Embedded(str):
    """What templates put between the tags of a script as it is; it must hold no tag."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def script(source: str) -> Embedded:
    """The script of a page.

    Raises:
        ValueError: a browser would not take it for one script.
    """
    if "</" in source or "<!--" in source:
        raise ValueError("a script in a page must hold no end of a tag and no comment of HTML")
    return Embedded(source)


def policy(source: Embedded) -> str:
    """The content security policy of a page: nothing from anywhere, no script but this one."""
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def embedded(value: Mapping[str, Any]) -> Embedded:
    """Data as JSON in ASCII in which no tag can begin and none can end."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Embedded(text)
