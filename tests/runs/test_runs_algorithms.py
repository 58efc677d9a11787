"""Every algorithm survives a kill: with SIGKILL in the middle and a resume, the bytes of the uninterrupted run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kits.processes import DEADLINE, MUX, SEARCH, evo, products, reached, start_evo, wait_until
from tests.kits.small_search import ALGORITHM_NAMES


@pytest.mark.parametrize("kind", ["sop", "pos"])
@pytest.mark.parametrize("algorithm", ALGORITHM_NAMES)
def test_a_killed_and_resumed_run_has_the_bytes_of_the_uninterrupted_one(
    algorithm: str, kind: str, tmp_path: Path
) -> None:
    config, straight, run = tmp_path / "mux.yaml", tmp_path / "straight", tmp_path / "run"
    settings = f"{{algorithm: {algorithm}, population: 24, prices: 3}}"
    text = MUX.replace(SEARCH, settings).replace("{terms: 16}", f"{{terms: 16, kind: {kind}}}")
    config.write_text(text.replace("generations: 36", "generations: 20"))
    assert evo("run", config, "--run-dir", straight, "--quiet").returncode == 0
    process = start_evo("run", config, "--run-dir", run, "--quiet")
    wait_until(reached(run, 7), process)
    process.kill()
    process.wait(DEADLINE)
    assert evo("resume", run, "--quiet").returncode == 0
    assert products(run) == products(straight)
