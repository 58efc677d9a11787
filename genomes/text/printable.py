"""Text from elsewhere on a terminal: what a terminal would obey is shown instead.

Names, ids and paths come from files that others wrote. An escape character in one moves the cursor or sets the title, a
bidirectional mark turns the order of what is read around, a line separator begins a line that was never written.
"""

from __future__ import annotations


def printable(text: str) -> str:
    """`text` on one line: white space becomes blanks, other characters that do not print their escapes (``\\x1b``)."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    return " " if char.isspace() else char.encode("unicode_escape").decode("ascii")
