"""Data that moved since a run began: found again by name beside the run, known again by their digest.

A run directory keeps whole paths. Where one is gone, the file is looked for under the end of its path in the folders
that the run directory lies in, the nearest first, so that a project may move as a whole and data may be laid beside a
run. Only a place that this machine wrote, or that the user trusts, is looked for, and what is found counts only if its
digest is that of the run: whoever reads it compares.
"""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from evo.config.schema import RunConfig
from evo.errors import DataError
from evo.storage.folder import Folder
from evo.storage.known import RUN

#: Folders above a run directory that are looked in, and names at the end of a path that are tried.
ABOVE, NAMES = 4, 3


def found_again(run: Folder, config: RunConfig) -> RunConfig:
    """The config with every file that is gone replaced by what lies near the run under its name, if anything does."""
    return config.with_files(lambda path: path if path is None or Path(path).exists() else _near(run, path) or path)


def require_files(run: Folder, config: RunConfig) -> None:
    """Raise DataError, which names the key to give, for the first file of `config` that is not there."""
    for key, path in config.files().items():
        if path is not None and Path(path).name != "-" and not Path(path).exists():
            text = f"no such file, nor one of that name beside the run; -o {key}=NEW says where it is now"
            raise DataError(text, where=path)


def _near(run: Folder, path: str) -> str | None:
    names = [name for name in PureWindowsPath(path).parts[1:] if name not in ("..", ".")][-NAMES:]  # both separators
    folders = Path(run.root).absolute().parents[:ABOVE]
    places = [folder.joinpath(*names[start:]) for folder in folders for start in reversed(range(len(names)))]
    known = [*(place for place in places if place.is_file()), *(place for place in places if _may_hold_data(place))]
    return str(known[0]) if known else None


def _may_hold_data(place: Path) -> bool:
    """Whether it is a folder, and none of a run: runs are often named after their table."""
    return place.is_dir() and not (place / RUN).exists()
