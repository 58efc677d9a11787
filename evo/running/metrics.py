"""A line of metrics.jsonl: what identical runs have in common, generation by generation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.monitor import Snapshot
from evo.records.front import SCORES
from evo.search.islands import migrations
from evo.search.state import State
from genomes import portable


def metrics_line(state: State[Any], snapshot: Snapshot, journal: Sequence[str]) -> dict[str, Any]:
    """Deterministic facts of one generation; journal: what is said of the pick beside its scores."""
    pick = snapshot.pick
    assert pick is not None, "a front has members after a generation"
    return {
        "generation": state.generation,
        "evaluations": state.evaluations,
        "failed": state.failed,
        "best_error": snapshot.best_error,
        "front": len(snapshot.front),
        "stalled": state.stalled,
        "pick": {
            "id": pick.id,
            "train_accuracy": pick.train_accuracy,
            "valid_accuracy": pick.valid_accuracy,
            **{name: score for name in SCORES if (score := getattr(pick, name)) is not None},
            **{name: getattr(pick, name) for name in journal},
        },
        "population": {"mean": _mean(state.everyone())},
        **_island_facts(state),
    }


def _island_facts(state: State[Any]) -> dict[str, Any]:
    """What a line has more where there are islands: each one's lowest objectives, and the migrants of this step."""
    if not state.islands:
        return {}
    arrived = sum(count for _, _, count in migrations(state))
    return {"islands": {"best": [_mean(island.best[None]) for island in state.islands], "migrants": arrived}}


def _mean(objectives: NDArray[np.float64]) -> list[float] | None:
    """Mean objectives of the candidates that did not fail; None where all did."""
    sound = objectives[np.isfinite(objectives).all(axis=1)]
    return portable.mean(sound.T).tolist() if len(sound) else None
