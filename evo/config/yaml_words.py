"""YAML syntax errors as one line: where, and for the usual mistakes what to do; for others in PyYAML's own words."""

from __future__ import annotations

from typing import Final

import yaml

from genomes.text.quoting import quoted, shortened

LONGEST_MESSAGE: Final = 200
#: By the context that PyYAML names: what is read there begins with a character that text cannot begin with.
_SIGILS: Final = ("while scanning an alias", "while scanning an anchor", "while scanning for the next token")
_FLOW: Final = {"while parsing a flow sequence": ("list", "]"), "while parsing a flow mapping": ("mapping", "}")}
_MISALIGNED: Final = "this line does not fit those above it; check the indentation, or quote the whole value"
#: By the problem or the context that PyYAML names: on the line of the problem ...
_HERE: Final = {
    "mapping values are not allowed here": ("a ':' where no value can start; check the indentation, or quote the text"),
    "sequence entries are not allowed here": (
        "a '-' where no list item can start; put it on its own line, or quote it"
    ),
    "while scanning a double-quoted scalar": ("an escape that means nothing inside double quotes; use single quotes"),
    "while parsing a block mapping": _MISALIGNED,
    "while parsing a block collection": _MISALIGNED,
}
#: ... or on the line where what is wrong begins.
_ABOVE: Final = {
    "found unexpected end of stream": "a quote that is never closed",
    "could not find expected ':'": "a line without ':'; write key: value",
}


def explain(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """A syntax error's 1-based line, and what is wrong there; text: all that was read."""
    problem, context = error.problem or "", error.context or ""
    start = error.context_mark or error.problem_mark
    at = error.problem_mark or start
    line, first = (at.line + 1 if at else 1), (start.line + 1 if start else 1)
    if problem in _ABOVE:
        return first, _ABOVE[problem]
    if context in _SIGILS and start is not None:
        return line, _sigil(text[start.index :][:1])
    if context in _FLOW:
        kind, closing = _FLOW[context]
        return line, f"expected ',' or '{closing}' in the {kind} that starts on line {first}"
    words = ", ".join(part for part in (context, problem) if part).replace("\n", " ")
    return line, _HERE.get(problem) or _HERE.get(context) or f"not valid YAML: {shortened(words, LONGEST_MESSAGE)}"


def explain_character(error: yaml.reader.ReaderError, text: str) -> tuple[int, str]:
    """A character's 1-based line, and that it is not allowed."""
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return text.count("\n", 0, error.position) + 1, f"the character U+{code:04X} is not allowed in YAML"


def _sigil(character: str) -> str:
    if character == "\t":
        return "a tab where YAML allows only spaces; indent with spaces"
    return f"text cannot start with {quoted(character)}; put it in quotes"
