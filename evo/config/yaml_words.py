"""YAML syntax errors in plain words, with their line."""

from __future__ import annotations

import re
from typing import Final

import yaml

from genomes.text.quoting import shortened

_FLOW: Final = {"while parsing a flow sequence": ("list", "]"), "while parsing a flow mapping": ("mapping", "}")}
_SIGILS: Final = {"while scanning an alias": "*", "while scanning an anchor": "&"}

LONGEST_MESSAGE: Final = 200
_MISALIGNED: Final = r"expected <block end>, but found '(?:\?|-|<block (?:mapping|sequence) start>)'"

#: (pattern in PyYAML's problem, our words); the first that matches is used, `{0}` its group.
_WORDS: Final = (
    (r"found character '\\t'", "a tab where YAML allows only spaces; indent with spaces"),
    (r"found character (.*) that cannot start", "text cannot start with {0}; put it in quotes"),
    (r"mapping values are not allowed", "a ':' where no value can start; check the indentation, or quote the text"),
    (r"sequence entries are not allowed", "a '-' where no list item can start; put it on its own line, or quote it"),
    (_MISALIGNED, "this line is not aligned with those above it; check the indentation"),
    (r"expected <block end>", "text after the end of a value; quote the whole value, or check the indentation"),
    (r"expected the node content, but found (.*)", "{0} where a value should be; if it is text, put it in quotes"),
    (r"found unknown escape character '(.*)'", "\\{0} means nothing inside double quotes; use single quotes"),
    (r"expected escape sequence", "an incomplete \\x or \\u escape inside double quotes; use single quotes"),
    (r"found undefined alias (.*)", "the alias {0} has no anchor; if it is text, put it in quotes"),
    (r"found undefined tag handle (.*)", "the tag {0} is not allowed here"),
    (r"((?:nested )?more than \d.*)", "{0}"),
    (r"second occurrence", "an anchor of this name exists already"),
    (r"but found another document", "a second document starts here; a config is one document"),
    (r"expected '<document start>'", "text after the end of the document"),
)


def explain(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """A syntax error's 1-based line, and what is wrong there."""
    problem, context = error.problem or "", error.context or ""
    at = error.problem_mark or error.context_mark
    line = at.line + 1 if at else 1
    start = error.context_mark.line + 1 if error.context_mark else line
    if context in _FLOW:
        kind, closing = _FLOW[context]
        return line, f"expected ',' or '{closing}' in the {kind} that starts on line {start}"
    if context in _SIGILS:
        return line, f"text cannot start with '{_SIGILS[context]}'; put it in quotes"
    if "quoted scalar" in context and "end of stream" in problem:
        return start, "a quote that is never closed"
    if "could not find expected ':'" in problem:
        return start, "a line without ':'; write key: value"
    return line, _plain_words(problem)


def explain_character(error: yaml.reader.ReaderError, text: str) -> tuple[int, str]:
    """A character's 1-based line, and that it is not allowed."""
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return text.count("\n", 0, error.position) + 1, f"the character U+{code:04X} is not allowed in YAML"


def _plain_words(problem: str) -> str:
    for pattern, words in _WORDS:
        match = re.search(pattern, problem)
        if match:
            return words.format(*map(shortened, match.groups()))
    return f"not valid YAML: {shortened(problem.splitlines()[0], LONGEST_MESSAGE)}"
