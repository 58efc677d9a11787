"""Runs whose thresholds are refined, interrupted and extended."""

from __future__ import annotations

import io
import random
import signal
from pathlib import Path
from typing import Any

import pytest

import evo as api
from evo.config.load import config_from_dict
from evo.display import make_display
from evo.kinds.common.preparing import prepare
from evo.records.encoders import read_encoder
from evo.running.launch import resume, start
from evo.running.signals import NoSignals
from evo.storage.run_dir import open_run
from fitness.local.refinement.refine import Refiner
from tests.kits.processes import products


@pytest.fixture
def document(tmp_path: Path) -> dict[str, Any]:
    draw = random.Random(5)
    rows = [[round(draw.gauss(0, 1), 2) for _ in range(3)] for _ in range(260)]
    labels = [int((a > 0.44 and b <= -0.21) or c > 1.07) ^ int(draw.random() < 0.03) for a, b, c in rows]
    lines = [",".join(map(str, [*row, label])) for row, label in zip(rows, labels, strict=True)]
    (tmp_path / "rows.csv").write_text("\n".join(["a,b,c,y", *lines]) + "\n")
    data = {"source": "table", "path": str(tmp_path / "rows.csv"), "split": {"valid": 0.2}}
    stop = {"generations": 6, "exact": None}
    return {"schema": 1, "name": "refined", "data": data, "search": {"prices": 6}, "stop": stop}


def files(run: Path) -> dict[str, bytes]:
    return {**products(run), "encoder.json": (run / "encoder.json").read_bytes()}


def test_a_run_that_was_extended_or_stopped_while_it_refined_ends_with_the_same_bytes(
    document: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_from_dict(document, Path.cwd())
    straight = api.run(document, run_dir=tmp_path / "straight", display="quiet").run_dir
    known = prepare(config).dataset.bits
    assert not set(read_encoder(open_run(straight)).binarizer.bits) <= set(known)  # some cut has moved

    short = api.run(document, ["stop.generations=3"], run_dir=tmp_path / "short", display="quiet").run_dir
    assert files(short) != files(straight)
    api.resume(short, ["stop.generations=6"], display="quiet")
    assert files(short) == files(straight)

    signals, refined, calls = NoSignals(), Refiner.refined, 0

    def stopping(self: Refiner, *arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            signals.received = signal.SIGTERM
        return refined(self, *arguments, **named)

    monkeypatch.setattr(Refiner, "refined", stopping)
    quiet = make_display("quiet", 5.0, io.StringIO())
    stopped, ending = start(config, "", [], quiet, signals=signals, path=tmp_path / "stopped")
    assert (ending.exit_code, (stopped.root / "result.json").exists()) == (75, False)
    assert calls == 3
    _, ending = resume(stopped.root, config, quiet, signals=NoSignals())
    assert ending.exit_code == 0
    assert files(stopped.root) == files(straight)
