"""The run directories below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from evo.errors import EvoError
from evo.storage.known import RUN
from evo.storage.run_dir import RunDir, is_run

#: Folders below a root that are looked through: runs are in NAME/ID below it.
DEEPEST = 3


def is_folder(path: Path) -> bool:
    """Whether there is a folder."""
    return path.is_dir()


def is_there(name: str) -> bool:
    """Whether there is anything of this name, a dangling link included."""
    return os.path.lexists(name)


def runs_below(root: Path) -> list[Path]:
    """Run directories, the oldest first; nothing below a run is looked at, and no link followed."""
    return sorted(_found(root, DEEPEST), key=lambda path: (_created(path), str(path)))


def _found(folder: Path, deepest: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return  # gone meanwhile, or not ours to read
    for path in (folder / name for name in names):
        if is_run(path):
            yield path
        elif deepest > 1:
            yield from _found(path, deepest - 1)


def _created(path: Path) -> str:
    """When a run was made, as text that sorts; what cannot be read is taken as oldest."""
    try:
        return str(RunDir(path).read_json(RUN).get("created", ""))
    except EvoError:
        return ""
