"""Changed arrays with fitting digests, end to end: resumed from, replayed and predicted with."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from benchmarks.fuzz.changes_arrays import CHANGES
from benchmarks.fuzz.harness import Limits, attempt, import_everything
from benchmarks.fuzz.sandbox import Sandbox
from benchmarks.fuzz.small_runs import ROWS, make_runs

RUNS = ("sop", "vote-killed", "islands-killed", "own-weights", "faulty-rounds", "faulty-masks")
CASES = 30
LIMITS, REPLAYED = Limits(frozenset({0, 4})), Limits(frozenset({0, 1, 4}))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sandbox, list[Path]]:
    import_everything()
    box = Sandbox.make(tmp_path_factory.mktemp("fuzz") / "box")
    runs = box.root / "runs"
    runs.mkdir()
    return box, make_runs(runs, RUNS)


@pytest.mark.parametrize("number", range(CASES))
def test_changed_arrays_end_in_one_line_or_in_a_sound_run(number: int, made: tuple[Sandbox, list[Path]]) -> None:
    box, runs = made
    rng, source, folder = random.Random(number), runs[number % len(runs)], box.work / "run"
    box.clear()
    shutil.copytree(source, folder)
    words = rng.choice(CHANGES)(folder, rng)
    name = Path(words.partition(":")[0])
    if name.parts[0] == "quarantine":
        outcome = attempt(("replay", "run", name.stem), box, REPLAYED)
    elif name.parts[0] == "network.npz":
        outcome = attempt(("predict", "run", source.parent / ROWS, "-o", "predicted.csv"), box, LIMITS)
    else:
        outcome = attempt(("resume", "run", "--plain", "-o", "stop.generations=7"), box, LIMITS)
    assert outcome.faults == (), f"{source.name}, {words}: {outcome.text()}"
    assert "raised again" not in outcome.stdout
