"""The numbers of a callback's record by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evo.errors import UsageError


def figures(record: Mapping[str, Any]) -> dict[str, float]:
    """``best_error``, ``front``, ``evaluations``, and ``pick/train_accuracy``, ``pick/literals``, ..., if known."""
    own = {name: record[name] for name in ("best_error", "front", "evaluations", "seconds")}
    pick = {f"pick/{name}": value for name, value in record["pick"].items()}
    return {name: float(value) for name, value in (own | pick).items() if isinstance(value, int | float)}


def missing(package: str, extra: str) -> UsageError:
    """What is said where a package is not installed."""
    return UsageError(
        f'needs the package {package}; pip install "evo-boolean[{extra}]"', where=f"evo.callbacks, {extra}"
    )
