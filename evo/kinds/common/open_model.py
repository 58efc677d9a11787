"""A run directory by the kind of genome that it searched for."""

from __future__ import annotations

from pathlib import Path

from evo.kinds.common.saved import SavedRun
from evo.kinds.registry import kind_of
from evo.records.genomes import stored_kind
from evo.records.runs import read_run
from evo.storage.run_dir import open_run


def open_model(path: Path) -> SavedRun:
    """Open a run directory.

    Raises:
        UsageError: not a run directory. CheckpointError: its run.json or its encoder is damaged.
    """
    run = open_run(path)
    saved: SavedRun = kind_of(stored_kind(run, read_run(run))).saved(path)
    return saved
