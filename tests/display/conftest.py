"""Made-up runs for the displays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evo.monitor import FrontRow, RunInfo, Snapshot, StopProgress
from tests.kits.fronts import COLUMNS, formula_row


class FakeClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def make_row(row_id: str, error: float = 0.1, valid: float | None = 0.941, literals: int = 12) -> FrontRow:
    return formula_row(row_id, error, (literals, 3, 15, 2), 0.982, 1 - error, valid)


def make_info(name: str = "adult-sop", run_dir: str = "runs/adult-sop/20250612T081502Z-s7-3fa9c1") -> RunInfo:
    rows = {"train": 22_792, "valid": 4_884, "test": 0}
    return RunInfo(name, run_dir, "nsga2", "sop", "accuracy", "binary", rows, 14, 126, 0)


def make_snapshot(generation: int = 40, front: int = 3, of: int = 200, ids: str = "m") -> Snapshot:
    rows = tuple(make_row(f"{ids}{i}", 0.044 + 0.01 * i, literals=12 + front - i) for i in range(front))
    stops = (
        StopProgress("patience", 0.1, "2 of 20"),
        StopProgress("generations", generation / of, f"{generation} of {of}"),
    )
    return Snapshot(generation, generation * 200, generation * 0.1, rows, f"{ids}0", 0.044, stops, sizes=COLUMNS)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def row() -> Callable[..., FrontRow]:
    return make_row


@pytest.fixture
def info() -> Callable[..., RunInfo]:
    return make_info


@pytest.fixture
def snapshot() -> Callable[..., Snapshot]:
    return make_snapshot
