"""Mutated configs, a few with fixed seeds; `python -m benchmarks.fuzz configs` tries 500."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.fuzz.configs import configs
from benchmarks.fuzz.harness import attempt
from benchmarks.fuzz.sandbox import Sandbox


@pytest.mark.parametrize("seed", [11, 12])
def test_no_config_breaks_check(seed: int, tmp_path: Path) -> None:
    box = Sandbox.make(tmp_path / "box")
    make, faults = configs(box), []
    for number in range(12):
        box.clear()
        case = make(random.Random(f"{seed}/{number}"))
        outcome = attempt(case.steps[0].command, box, case.steps[0].limits)
        faults += [f"case {number}: {case.text}\n{outcome.text()}"] * bool(outcome.faults)
    assert not faults, "\n\n".join(faults)
