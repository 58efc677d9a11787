"""What a user may say in place of a run directory: `last`, and a folder of runs where several are taken."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from evo.errors import EvoError, UsageError
from evo.storage.known import RUN
from evo.storage.run_dir import RunDir, is_run

#: Where runs are unless a config says otherwise (output.root).
ROOT = Path("runs")
#: The newest run below it.
LAST = "last"
#: Folders below a root that are looked through: runs are in NAME/ID below it.
DEEPEST = 3


def place(name: str) -> Path:
    """The run directory that `name` means.

    Raises:
        UsageError: the newest is asked for, and there is none.
    """
    if name != LAST or os.path.lexists(name):
        return Path(name)
    runs = runs_below(ROOT)
    if not runs:
        raise UsageError(f"there is no run below {ROOT}/ here; name a run directory", where=LAST)
    return runs[-1]


def places(names: Sequence[str]) -> list[Path]:
    """The run directories that `names` mean, each once, where they are first named; a folder of runs means all its
    runs, oldest first. A name that means none stays, for whoever opens it to say so.
    """
    found = [path for name in names for path in _meant(place(name))]
    return list(dict.fromkeys(found))


def _meant(path: Path) -> Iterable[Path]:
    return [path] if is_run(path) else runs_below(path) or [path]


def runs_below(root: Path) -> list[Path]:
    """The run directories below a folder, the oldest first; nothing below a run is looked at, and no link followed."""
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
