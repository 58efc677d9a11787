"""kill -9 at any moment, as often as one likes: resuming comes to the bytes of the uninterrupted run."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kits.processes import evo, generations, kill, products, reached, start_evo, wait_until

Moment = Callable[[Path], Callable[[], bool]]


def saved(generation: int) -> Moment:
    return lambda run: (run / "checkpoints" / f"gen_{generation:06d}.json").exists


def random_moments(count: int) -> list[tuple[Moment, float]]:
    """Generations spread over the run, and seconds after them that are about a generation long."""
    rng = random.Random(20)
    spread = [2 + 32 * index // count + rng.randrange(32 // count) for index in range(count)]
    return [(lambda run, n=n: reached(run, n), rng.uniform(0, 0.04)) for n in spread]


MOMENTS: dict[str, tuple[Moment, float]] = {
    "the directory appears": (lambda run: run.exists, 0.0),
    "the first generation": (lambda run: run.exists, 0.02),
    "the first save": (saved(3), 0.0),
    "a later save": (saved(18), 0.0),
    "the closing files": (lambda run: (run / "front.csv").exists, 0.0),
} | {f"random {number}": moment for number, moment in enumerate(random_moments(5))}


@pytest.mark.parametrize("when", MOMENTS)
def test_a_killed_run_resumes_to_the_same_bytes(
    when: str, mux: Path, tmp_path: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    run = tmp_path / "run"
    moment, delay = MOMENTS[when]
    for _ in range(20):
        process = start_evo("run", mux, "--run-dir", run)
        wait_until(moment(run), process)
        time.sleep(delay)
        if kill(process) == -9:
            break
        shutil.rmtree(run)  # it was faster than the kill: again
    resumes_to_the_same_bytes(run)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_run_killed_ten_times_resumes_to_the_same_bytes(
    seed: int, mux: Path, tmp_path: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    rng = random.Random(seed)
    run = tmp_path / "run"
    process = start_evo("run", mux, "--run-dir", run)
    wait_until(run.exists, process)
    for kills in range(10):
        if kills % 2:
            time.sleep(rng.uniform(0.0, 0.6))  # anywhere, starting up and restoring included
        else:
            wait_until(reached(run, generations(run) + rng.randrange(5)), process)
        kill(process)
        process = start_evo("resume", run)
    kill(process)
    resumes_to_the_same_bytes(run)


def test_a_kill_while_the_directory_is_made_leaves_no_half_made_run(
    mux: Path, tmp_path: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    rng = random.Random(3)
    for number in range(3):
        run = tmp_path / str(number)
        process = start_evo("run", mux, "--run-dir", run)
        wait_until(lambda: any(tmp_path.glob(f".{number}.*.tmp")), process)  # noqa: B023 - called in this turn only
        time.sleep(rng.uniform(0.0, 0.03))
        kill(process)
        if run.exists():
            resumes_to_the_same_bytes(run)
            return
        assert evo("resume", run).returncode == 2  # there is nothing yet


def test_what_a_kill_left_half_written_is_cleared_away(
    interrupted: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    for name in (".run.json.tmp", "models/.g9-s99.json.tmp", "checkpoints/.gen_000021.npz.tmp"):
        (interrupted / name).write_bytes(b"half")
    resumes_to_the_same_bytes(interrupted)
    assert not list(interrupted.rglob("*.tmp"))


def test_a_run_killed_after_its_last_generation_only_needs_its_closing_files(
    finished: Path, expected: dict[str, bytes]
) -> None:
    for path in (finished / "front.csv", finished / "result.json", finished / "models" / "best.json"):
        path.unlink()
    ended = evo("resume", finished, "--plain")
    assert ended.returncode == 0
    assert ended.stdout.startswith("resuming from gen_000036\n")
    assert products(finished) == expected
