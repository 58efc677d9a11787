"""SIGTERM and Ctrl-C: a checkpoint, the contract's exit code, and a run that resumes to the same bytes."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evo.config.load import load_config
from evo.display import make_display
from evo.running import launch
from evo.running.reading import EndedEarlyError
from evo.running.signals import StopSignals
from tests.kits.processes import DEADLINE, generations, go_on, paused_at, reached, start_evo, wait_until

#: `evo`, stuck for good where it says that it saves its last checkpoint.
STUCK = """
import sys, time
from evo.__main__ import main
from evo.display.plain_display import PlainDisplay
note = PlainDisplay.note
def stuck(self, message):
    note(self, message)
    if "saving a checkpoint" in message:
        time.sleep(600)
PlainDisplay.note = stuck
sys.exit(main(sys.argv[1:]))
"""
SIGNALS = [(signal.SIGTERM, 75, "terminated"), (signal.SIGINT, 130, "interrupted")]


def record(run: Path) -> dict[str, object]:
    value: dict[str, object] = json.loads((run / "run.json").read_text())
    return value


@pytest.mark.parametrize(("number", "code", "state"), SIGNALS)
@pytest.mark.parametrize("generation", [0, 4, 17])
def test_a_signal_ends_a_run_after_a_checkpoint_and_it_resumes_to_the_same_bytes(
    number: signal.Signals,
    code: int,
    state: str,
    generation: int,
    mux: Path,
    tmp_path: Path,
    resumes_to_the_same_bytes: Callable[[Path], str],
) -> None:
    run, said = tmp_path / "run", tmp_path / "said"
    began = reached(run, generation) if generation else run.exists
    assert go_on(paused_at(began, "run", mux, "--run-dir", run, "--plain", output=said), number) == code
    assert (record(run)["state"], record(run)["stop_reason"]) == (state, number.name)
    assert (run / "checkpoints" / f"gen_{generations(run):06d}.npz").exists()
    lines = said.read_text().splitlines()
    assert f"{number.name}: saving a checkpoint; Ctrl-C again ends at once" in lines
    assert lines[-2:] == [f"run directory: {run}", f"to resume: evo resume {run}"]
    assert resumes_to_the_same_bytes(run).startswith(f"resuming from gen_{generations_before(run):06d}\n")


def generations_before(run: Path) -> int:
    """The generation the first attempt ended at."""
    attempts = json.loads((run / "run.json").read_text())["attempts"]
    return int(attempts[0]["generation"])


def test_a_second_ctrl_c_ends_at_once_and_the_run_resumes_to_the_same_bytes(
    mux: Path, tmp_path: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    run, said = tmp_path / "run", tmp_path / "said"
    process = start_evo("run", mux, "--run-dir", run, "--plain", output=said, code=STUCK)
    wait_until(reached(run, 7), process)
    process.send_signal(signal.SIGINT)
    wait_until(lambda: "Ctrl-C again ends at once" in said.read_text(), process)
    process.send_signal(signal.SIGINT)
    assert process.wait(DEADLINE) == 130
    assert said.read_text().splitlines()[-1] == "interrupted"
    assert "Traceback" not in said.read_text()
    assert (record(run)["state"], record(run)["stop_reason"]) == ("interrupted", "ended at once by a second Ctrl-C")
    resumes_to_the_same_bytes(run)


def test_sigterm_after_ctrl_c_still_ends_after_a_checkpoint(
    mux: Path, tmp_path: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    run = tmp_path / "run"
    process = paused_at(reached(run, 7), "run", mux, "--run-dir", run)
    assert go_on(process, signal.SIGINT, signal.SIGTERM) == 75
    assert record(run)["state"] == "terminated"
    resumes_to_the_same_bytes(run)


def test_a_resumed_run_can_be_interrupted_and_resumed_again(
    mux: Path, interrupted: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    done = generations(interrupted)
    process = paused_at(reached(interrupted, done + 2), "resume", interrupted)
    assert go_on(process, signal.SIGTERM) == 75
    resumes_to_the_same_bytes(interrupted)
    attempts = json.loads((interrupted / "run.json").read_text())["attempts"]
    assert [attempt.get("state") for attempt in attempts] == [None, "terminated", "finished"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 75)])
def test_a_signal_before_there_is_a_run_directory_leaves_nothing(
    number: signal.Signals, code: int, mux: Path, tmp_path: Path
) -> None:
    signals, loaded, run = StopSignals(), load_config(mux, ()), tmp_path / "runs" / "run"
    signals.received = number
    with pytest.raises(EndedEarlyError, match=f"^{number.name} before the run began; nothing was written$") as caught:
        launch.start(loaded.config, loaded.text, [], make_display("quiet", 1.0, sys.stdout), signals=signals, path=run)
    assert caught.value.exit_code == code
    assert not run.parent.exists()
