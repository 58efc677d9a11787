"""A first compilation that is interrupted, in real processes: it ends at once, and nothing is lost or left."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from evo.storage.run_dir import open_run
from tests.kits.cold import BRING, start_cold, workers
from tests.kits.descendants import gone
from tests.kits.processes import DEADLINE, MUX, evo, kill, start, wait_until

FIT = """
import numpy as np
from evo import SOPClassifier
bits = np.arange(64)[:, None] >> np.arange(6) & 1
try:
    SOPClassifier(generations=1).fit(bits, bits.sum(axis=1) > 3)
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


def ended(number: signal.Signals, folder: Path) -> tuple[int, Path]:
    """The exit code and the run directory of a run that got a signal while it compiled; nothing else is left of it."""
    config, run, cache = folder / "mux.yaml", folder / "run", folder / "cache"
    config.write_text(MUX.replace("generations: 36", "generations: 1"), encoding="utf-8")
    process = start_cold("-m", "evo", "run", config, "--run-dir", run, "--quiet", cache=cache)
    crew = workers(process)
    process.send_signal(number)
    code = process.wait(DEADLINE)
    assert crew
    assert gone(crew)
    assert not list(cache.rglob("*.tmp.*"))
    return code, run


def said(run: Path) -> tuple[str, str]:
    record = open_run(run).read_json("run.json")
    return record["state"], record["stop_reason"]


def test_ctrl_c_ends_a_run_with_its_checkpoint_from_which_it_goes_on(tmp_path: Path) -> None:
    code, run = ended(signal.SIGINT, tmp_path)
    assert (code, *said(run)) == (130, "interrupted", "SIGINT")
    assert evo("resume", run, "--quiet").returncode == 0


def test_so_does_sigterm(tmp_path: Path) -> None:
    code, run = ended(signal.SIGTERM, tmp_path)
    assert (code, *said(run)) == (75, "terminated", "SIGTERM")
    assert list(open_run(run).root.glob("checkpoints/*.npz"))


def test_a_fit_raises_keyboard_interrupt(tmp_path: Path) -> None:
    output = tmp_path / "output"
    process = start_cold("-c", FIT, cache=tmp_path / "cache", output=output)
    crew = workers(process)
    process.send_signal(signal.SIGINT)
    assert process.wait(DEADLINE) == 0
    assert output.read_text() == "stopped\n"
    assert gone(crew)


def test_workers_end_with_the_process_that_waits_for_them(tmp_path: Path) -> None:
    process = start_cold("-c", BRING, cache=tmp_path)
    crew = workers(process)
    kill(process)
    assert crew
    assert gone(crew)


def test_of_two_processes_one_compiles_and_the_other_takes_over_when_it_is_gone(tmp_path: Path) -> None:
    cache, output = tmp_path / "cache", tmp_path / "output"
    first = start_cold("-c", BRING, cache=cache)
    second = start("-c", BRING, env={"NUMBA_CACHE_DIR": str(cache)}, output=output)
    wait_until(lambda: b"compiling" in output.read_bytes(), second)
    time.sleep(0.3)
    assert not workers(second)
    kill(first)
    wait_until(lambda: bool(workers(second)), second)
    second.send_signal(signal.SIGINT)
    assert second.wait(DEADLINE) != 0
