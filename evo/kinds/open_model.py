"""Run directories by what they searched for: formulas or masks."""

from __future__ import annotations

from pathlib import Path

from evo.kinds.saved import SavedRun
from evo.kinds.two_level.saved import SavedFormulas
from evo.masks.saved import SavedMasks
from evo.records.encoders import encoder_value
from evo.storage.run_dir import open_run
from fitness.masks.encoder import KIND


def open_model(path: Path) -> SavedRun:
    """Open a run directory.

    Raises:
        UsageError: not a run directory. CheckpointError: its encoder is damaged.
    """
    encoder = encoder_value(open_run(path))
    masks = isinstance(encoder, dict) and encoder.get("kind") == KIND
    return SavedMasks.open(path) if masks else SavedFormulas.open(path)
