"""The sparsity of the pick from the ends of a run's files, without NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evo.storage.known import ENCODER
from evo.storage.run_dir import RunDir


def sparsity(run: RunDir, record: Mapping[str, Any], pick: Mapping[str, Any]) -> float | None:
    """As in `fitness.objectives.sizes`, from what a line of metrics.jsonl has; None where it has not.

    Raises:
        CheckpointError: run.json does not say how many inputs there are, and encoder.json is damaged.
    """
    literals, terms = pick.get("literals"), pick.get("terms")
    if not pick:
        return None
    bits = record["bits"] if "bits" in record else _bits(run)
    if not all(isinstance(value, int) for value in (bits, literals, terms)):
        return None
    positions = terms * bits  # type: ignore[operator]
    return 1 - literals / positions if positions else 1.0  # type: ignore[operator]


def _bits(run: RunDir) -> int | None:
    """Inputs of a model, of a run whose run.json does not have them."""
    binarizer = run.read_json(ENCODER).get("binarizer")
    bits = binarizer.get("bits") if isinstance(binarizer, dict) else None
    return len(bits) if isinstance(bits, list) else None
