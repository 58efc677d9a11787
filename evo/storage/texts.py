"""Values as the text of files, and back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from evo.storage.parsing import parsed
from genomes.text.printable import printable

_NOT_ASCII = re.compile(r"[\x7f-\U0010ffff]")


def dump_json(value: Any, *, indent: int | None = None) -> str:
    """JSON with keys in the given order, exact floats and no NaN; one line unless indented.

    Characters that do not print are escaped, so that nothing in it is obeyed by a terminal or ends a line; bytes of
    paths that are no UTF-8 stay as the text of their escapes (``\\udcff``), because no file can hold them.
    """
    separators = None if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return _NOT_ASCII.sub(_escaped, text)


def json_file(value: Any) -> str:
    """`value` as the content of a file of indented JSON."""
    return dump_json(value, indent=1) + "\n"


def read_object(content: bytes) -> dict[str, Any]:
    """The inverse of `dump_json` for objects.

    Raises:
        ValueError: see `parsed`; or it is no object.
    """
    value = parsed(content)
    if not isinstance(value, dict):
        raise ValueError("expected a JSON object")
    return value


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The content of a CSV file with Unix line ends; None becomes an empty cell, floats keep every digit."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return text.getvalue()


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    half = "\ud800" <= char <= "\udfff"
    return char if char.isprintable() else json.dumps(printable(char) if half else char)[1:-1]
