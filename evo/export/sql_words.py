"""Texts and names in SQL, whatever they hold, so that they end where they end for every dialect."""

from __future__ import annotations

import itertools
import re

from evo.errors import ExportError
from genomes.text.quoting import quoted

_BEFORE_QUOTE = re.compile(r"\\+(?=['\"]|\Z)")


def text(value: str) -> str:
    """A string of standard SQL that ends where it ends for dialects, too, in which backslashes escape (MySQL's).

    So no backslash that counts stands before a quote: a blank comes between them, and is trimmed again.
    """
    places = open_ends(value)
    pieces = [f"RTRIM('{_doubled(value[a:b])} ')" for a, b in itertools.pairwise([0, *places])]
    rest = value[places[-1] :] if places else value
    pieces += [f"'{_doubled(rest)}'"] if rest or not pieces else []
    return f"({' || '.join(pieces)})" if len(pieces) > 1 else pieces[0]


def _doubled(value: str) -> str:
    return value.replace("'", "''")


def open_ends(value: str) -> list[int]:
    """Places after an odd number of backslashes that a quote, or the end, follows."""
    return [match.end() for match in _BEFORE_QUOTE.finditer(value) if len(match[0]) % 2]


def name(value: str) -> str:
    """A quoted identifier of standard SQL.

    Raises:
        ExportError: for dialects in which backslashes escape it would end elsewhere.
    """
    if open_ends(value):
        need = f"dialects disagree on where the name {quoted(value)} ends (a backslash before a quote or at its end)"
        raise ExportError(need, where="--format sql")
    return '"' + value.replace('"', '""') + '"'
