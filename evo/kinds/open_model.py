"""Run directories by what they searched for: formulas or masks."""

from __future__ import annotations

from pathlib import Path

from evo.kinds.two_level.saved import StoredRun
from evo.masks.stored import StoredMasks
from evo.records.encoders import encoder_value
from evo.storage.run_dir import open_run
from fitness.masks.encoder import KIND


def open_stored(path: Path) -> StoredRun | StoredMasks:
    """Open a run directory.

    Raises:
        UsageError: not a run directory. CheckpointError: its encoder is damaged.
    """
    found = encoder_value(open_run(path))
    masks = isinstance(found, dict) and found.get("kind") == KIND
    return StoredMasks.open(path) if masks else StoredRun.open(path)
