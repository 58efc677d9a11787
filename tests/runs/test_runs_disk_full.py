"""A disk that is full: exit code 1, one line, and with space again the uninterrupted run's bytes."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.kits.processes import MUX, SEARCH, evo, products

FULL = "no space left to write this file; what was saved before is intact: free some space, then evo resume"


def limited(n_bytes: int) -> Callable[[], None]:
    """For a child process: no file may grow beyond `n_bytes`."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))

    return limit


def largest(folder: Path, pattern: str) -> int:
    return max(path.stat().st_size for path in folder.glob(pattern))


def test_a_journal_that_cannot_grow_ends_the_run_and_it_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    # Random search keeps little in its checkpoints, so the journal is the file that reaches the limit.
    config, straight, run = tmp_path / "mux.yaml", tmp_path / "straight", tmp_path / "run"
    config.write_text(MUX.replace(SEARCH, "{algorithm: random, population: 4}"))
    assert evo("run", config, "--run-dir", straight, "--quiet").returncode == 0
    size = (straight / "metrics.jsonl").stat().st_size
    assert size * 0.9 > largest(straight, "checkpoints/*.npz") + 500
    ended = evo("run", config, "--run-dir", run, preexec_fn=limited(int(size * 0.9)))
    assert (ended.returncode, ended.stderr) == (1, f"{run / 'metrics.jsonl'}: {FULL}\n")
    assert not (run / "metrics.jsonl").read_bytes().endswith(b"\n")
    assert json.loads((run / "run.json").read_text())["state"] == "failed"
    resumed = evo("resume", run, "--plain")
    assert (resumed.returncode, "later line" in resumed.stdout) == (0, True)
    assert products(run) == products(straight)


def test_a_checkpoint_that_cannot_be_written_leaves_the_one_before(
    mux: Path, tmp_path: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    run = tmp_path / "run"
    ended = evo("run", mux, "--run-dir", run, preexec_fn=limited(4096))
    assert (ended.returncode, ended.stderr) == (1, f"{run / 'checkpoints' / 'gen_000003.npz'}: {FULL}\n")
    assert sorted(path.name for path in (run / "checkpoints").iterdir()) == [
        "LATEST", "gen_000000.json", "gen_000000.npz",
    ]  # fmt: skip
    assert resumes_to_the_same_bytes(run).startswith("resuming from gen_000000; 3 later lines")


def test_a_run_directory_that_cannot_be_filled_is_not_made(mux: Path, tmp_path: Path) -> None:
    ended = evo("run", mux, "--run-dir", tmp_path / "run", preexec_fn=limited(100))
    assert ended.returncode == 1
    assert ended.stderr.endswith(f"{FULL}\n")
    assert ended.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 96 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [mount or "", "-t", "tmpfs", "-o", "size=96k", "none", str(disk)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a tmpfs")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_ends_the_run_and_with_space_again_it_resumes_to_the_same_bytes(
    mux: Path, small_disk: Path, expected: dict[str, bytes]
) -> None:
    run = small_disk / "run"
    ended = evo("run", mux, "--run-dir", run)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{run}/")
    assert ended.stderr.endswith(f": {FULL}\n")
    assert ended.stderr.count("\n") == 1
    subprocess.run(["mount", "-o", "remount,size=10m", str(small_disk)], check=True)
    assert evo("resume", run).returncode == 0
    assert products(run) == expected
