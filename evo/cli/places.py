"""What a user may say in place of a run directory: `last`, and a folder of runs where several are taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from evo.errors import UsageError
from evo.storage.run_dir import is_run
from evo.storage.runs_below import is_there, runs_below

#: Where runs are unless a config says otherwise (output.root).
ROOT = Path("runs")
#: The newest run below it.
LAST = "last"


def place(name: str) -> Path:
    """The run directory that `name` means.

    Raises:
        UsageError: the newest is asked for, and there is none.
    """
    if name != LAST or is_there(name):
        return Path(name)
    runs = runs_below(ROOT)
    if not runs:
        raise UsageError(f"there is no run below {ROOT}/ here; name a run directory", where=LAST)
    return runs[-1]


def places(names: Sequence[str]) -> list[Path]:
    """The run directories that `names` mean; a folder of runs means all its runs, oldest first. A name that means none
    stays, for whoever opens it to say so.
    """
    return [path for name in names for path in _meant(place(name))]


def _meant(path: Path) -> Iterable[Path]:
    return [path] if is_run(path) else runs_below(path) or [path]
