"""What users wrote, inside of what evo says: on one line, of bounded length, and never obeyed by a terminal.

Names, values, paths and ids come from files that others made. A message quotes them with `quoted` (values, names) or
`shortened` (paths); `line_of` holds for the whole line whatever was forgotten. It lives on the lowest floor because
messages are made on every floor.
"""

from __future__ import annotations

import re
from typing import Final

from genomes.text.printable import printable

#: Characters of a line on the screen, and of one quoted value in it.
LONGEST_LINE: Final = 300
LONGEST_VALUE: Final = 60
_DOTS: Final = "..."
_LOGIC: Final = re.compile(r"[\"(){}\[\]=<>!,\\]|\b(AND|OR|NOT|IF|THEN|TRUE|FALSE)\b|(^|\s)(is|in)\s")


def line_of(text: str, longest: int = LONGEST_LINE) -> str:
    """The text as one printable line of at most `longest` characters, its middle left out where it is longer."""
    if len(text) > 2 * longest:  # before the escapes: they could make 10 MB of 1 MB
        text = text[:longest] + text[-longest:]
    return shortened(printable(text), longest)


def placed(where: str, message: str) -> str:
    """``where: message`` as one line; where it is too long, `where` (a path, mostly) gives way first."""
    room = max(LONGEST_VALUE, LONGEST_LINE - len(message) - 2)
    return line_of(f"{line_of(where, room)}: {message}" if where else message)


def quoted(value: object, longest: int = LONGEST_VALUE) -> str:
    """The value as Python spells it, text in quotes; at most `longest` characters."""
    if isinstance(value, str) and len(value) > longest:
        value = value[:longest] + value[-longest:]
    return shortened(repr(value), longest)


def plain_word(text: str) -> str:
    """A category as formulas show it: in quotes where it could be taken for logic, or for nothing."""
    if text and text == text.strip() and not _LOGIC.search(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def shortened(text: str, longest: int = LONGEST_VALUE) -> str:
    """The text, its middle replaced by dots where it has more than `longest` characters."""
    if len(text) <= longest:
        return text
    tail = (longest - len(_DOTS)) // 3
    return text[: longest - len(_DOTS) - tail] + _DOTS + text[len(text) - tail :]
