"""Rows that a run keeps in its own directory, as it was given them: the stored config names them relative to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.config.resolved import dump_resolved
from evo.config.schema import RunConfig
from evo.storage.folder import Folder
from evo.storage.known import ROWS


def kept_path(root: Path, name: str) -> str:
    """The whole path of a run's rows."""
    return str(Path(root).absolute() / name)


def is_kept(run: Folder, path: str | None) -> bool:
    """Whether a path is that of the run's own rows."""
    return path is not None and any(path == kept_path(run.root, name) for name in ROWS)


def kept_name(run: Folder) -> str | None:
    """The name of the run's own rows; None where it has none."""
    return next((name for name in ROWS if run.exists(name)), None)


def stored_text(root: Path, config: RunConfig) -> str:
    """resolved.yaml of a run directory: its own rows by their name alone, so that the directory may move."""
    names = {kept_path(root, name): name for name in ROWS}
    return dump_resolved(config.with_files(lambda path: path if path is None else names.get(path, path)))


def with_kept_path(run: Folder, document: Any) -> Any:
    """What resolved.yaml holds, with the whole path of the run's own rows.

    Raises:
        CheckpointError: they are no regular file.
    """
    data = document.get("data") if isinstance(document, Mapping) else None
    if not isinstance(data, Mapping) or data.get("path") not in ROWS:
        return document
    run.size(data["path"])
    return {**document, "data": {**data, "path": kept_path(run.root, data["path"])}}
