"""models/<id>.json: one member of the front, read in the shape that its kind of genome has."""

from __future__ import annotations

from typing import Any

from evo.errors import CheckpointError
from evo.records.reading import Check, read_record
from evo.storage.folder import Folder, MissingError


def read_model_record(folder: Folder, name: str, shape: Any, check: Check | None = None) -> dict[str, Any]:
    """A stored model of a shape.

    Raises:
        CheckpointError: there is none, or it is no such record.
    """
    try:
        return read_record(folder, name, shape, check)
    except MissingError:
        raise CheckpointError("no such model", where=folder.where(name)) from None
