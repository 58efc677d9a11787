"""A run directory by the kind of genome that it searched for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evo.errors import CheckpointError
from evo.kinds.common.saved import SavedRun
from evo.kinds.registry import KINDS, kind_of
from evo.records.runs import read_run
from evo.storage.known import RUN
from evo.storage.run_dir import RunDir, open_run


def open_model(path: Path) -> SavedRun:
    """Open a run directory.

    Raises:
        UsageError: not a run directory. CheckpointError: its run.json or its encoder is damaged.
    """
    saved: SavedRun = kind_of(stored_kind(open_run(path))).saved(path)
    return saved


def stored_kind(run: RunDir) -> str:
    """The name of the kind of genome that a run searched for.

    Raises:
        CheckpointError: run.json is damaged, or names none that there is.
    """
    genome: Any = read_run(run)["identity"].get("genome")
    name = genome.get("kind") if isinstance(genome, dict) else None
    if name not in KINDS:
        raise CheckpointError("identity.genome.kind: is no kind of genome", where=run.where(RUN))
    return str(name)
