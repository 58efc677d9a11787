"""Reading a record of a run directory: its bytes, its JSON and its shape, each fault in one line with file and key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evo.errors import CheckpointError
from evo.records.shapes import fault
from evo.storage.folder import Folder
from evo.storage.parsing import UnreadableError, parsed

#: What is wrong with a record whose shape is right; None where nothing is.
Check = Callable[[dict[str, Any]], str | None]


def read_record(folder: Folder, name: str, shape: Any, check: Check | None = None) -> dict[str, Any]:
    """The record in a file of a run directory.

    Raises:
        CheckpointError: there is none, it is not JSON, or no such record.
    """
    return sound(folder.read_bytes(name), folder.where(name), shape, check)


def sound(content: bytes, where: str, shape: Any, check: Check | None = None) -> dict[str, Any]:
    """The record that `content` holds.

    Raises:
        CheckpointError: it is not JSON, or no such record.
    """
    value = value_of(content, where)
    wrong = fault(shape, value) or (check(value) if check is not None else None)
    if wrong is not None:
        raise CheckpointError(wrong, where=where)
    record: dict[str, Any] = value
    return record


def value_of(content: bytes, where: str) -> Any:
    """The JSON value that `content` holds.

    Raises:
        CheckpointError: it is not JSON.
    """
    try:
        return parsed(content)
    except UnreadableError as problem:
        raise CheckpointError(str(problem), where=where) from None
