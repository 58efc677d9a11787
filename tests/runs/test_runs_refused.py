"""Resumes that are refused: exit code 4 (or 2), one line, and not a byte of the run changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.kits.processes import evo, kill, paused_at, products, reached, tree

TABLE = "a,b,label\n" + "".join(f"{row % 7},{row % 5},{int(row % 7 > row % 5)}\n" for row in range(70))
CSV = """\
schema: 1
name: table
seed: 3
data: {source: csv, path: table.csv}
search: {population: 8}
stop: {generations: 3}
"""


def refused(run: Path, *arguments: str | Path) -> tuple[int, str]:
    """Exit code and standard error of a resume that must change nothing."""
    before = tree(run)
    ended = evo("resume", run, *arguments)
    assert ended.stdout == ""
    assert tree(run) == before
    return ended.returncode, ended.stderr


class Trap:
    """Unpickling it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.path,)


def test_a_run_without_a_sound_checkpoint_is_refused_and_left_as_it_is(interrupted: Path) -> None:
    folder = interrupted / "checkpoints"
    names = sorted((path.stem for path in folder.glob("*.npz")), reverse=True)
    for name in names:
        (folder / f"{name}.npz").write_bytes(b"PK")
    reason = "its file does not match its sha256 (truncated or changed)"
    described = ", ".join(name for name in names if (folder / f"{name}.json").exists())
    line = f"{folder}: no valid checkpoint to resume from ({described}: {reason})\n"
    assert refused(interrupted, "-o", "stop.generations=50") == (4, line)
    assert refused(interrupted, "--fork", interrupted.parent / "fork") == (4, line)
    assert [path.name for path in interrupted.parent.iterdir()] == ["run"]


def test_a_run_without_checkpoints_is_refused(interrupted: Path) -> None:
    folder = interrupted / "checkpoints"
    shutil.rmtree(folder)
    line = f"{folder}: no valid checkpoint to resume from (the folder holds no checkpoint)\n"
    assert refused(interrupted) == (4, line)


def test_a_pickle_in_a_checkpoint_is_never_loaded(interrupted: Path, tmp_path: Path) -> None:
    folder, sprung = interrupted / "checkpoints", tmp_path / "sprung"
    bait = np.array([Trap(sprung)], dtype=object)
    for path in folder.glob("gen_*.json"):
        npz = path.with_suffix(".npz")
        with np.load(npz) as arrays:
            np.savez(npz, **(dict(arrays) | {"counters": bait}))
        meta = json.loads(path.read_text()) | {"sha256": hashlib.sha256(npz.read_bytes()).hexdigest()}
        path.write_text(json.dumps(meta))
    code, line = refused(interrupted)
    assert code == 4
    assert line.startswith(f"{folder}: no valid checkpoint to resume from (gen_")
    assert "holds Python objects" in line
    assert not sprung.exists()
    with np.load(npz, allow_pickle=True) as arrays:  # the trap works where pickles are allowed
        assert arrays["counters"].shape == (1,)
    assert sprung.exists()


@pytest.mark.parametrize("override", ["seed=8", "search.population=60", "genome.kind=pos"])
def test_an_override_of_the_identity_is_refused(override: str, interrupted: Path) -> None:
    why = "these make a run what it is; start a new run instead"
    line = f"{interrupted}: resume refused: {override.partition('=')[0]} differs from the run's own; {why}\n"
    assert refused(interrupted, "-o", override) == (4, line)


def test_an_edited_identity_is_refused_with_every_key_that_changed(interrupted: Path) -> None:
    path = interrupted / "resolved.yaml"
    path.write_text(path.read_text().replace("seed: 7", "seed: 8").replace("samples: 400", "samples: 401"))
    why = "these make a run what it is; start a new run instead"
    line = f"{interrupted}: resume refused: seed, data.samples differ from the run's own; {why}\n"
    assert refused(interrupted) == (4, line)


def test_changed_data_are_refused_and_the_right_data_resume(tmp_path: Path) -> None:
    config, table, run = tmp_path / "c.yaml", tmp_path / "table.csv", tmp_path / "run"
    config.write_text(CSV)
    table.write_text(TABLE)
    assert evo("run", config, "--run-dir", run).returncode == 0
    table.write_text(TABLE.replace("0,0,0", "0,0,1", 1))
    why = "they have changed; start a new run, or say with -o data.path=... where the old ones are"
    line = f"{run}: resume refused: the data are not those the run was started with: {why}\n"
    assert refused(run, "-o", "stop.generations=6") == (4, line)
    table.write_text(TABLE)
    assert evo("resume", run, "-o", "stop.generations=6").returncode == 0


def test_missing_data_are_refused(tmp_path: Path) -> None:
    config, table, run = tmp_path / "c.yaml", tmp_path / "table.csv", tmp_path / "run"
    config.write_text(CSV)
    table.write_text(TABLE)
    assert evo("run", config, "--run-dir", run).returncode == 0
    table.unlink()
    why = "no such file, nor one of that name beside the run; -o data.path=NEW says where it is now"
    assert refused(run) == (3, f"{table}: {why}\n")


def test_a_run_that_another_process_is_running_is_refused(
    mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run = tmp_path / "run"
    process = paused_at(reached(run, 4), "run", mux, "--run-dir", run)
    line = f"{run}: another process is running this; wait for it or evo stop it\n"
    assert refused(run, "-o", "stop.generations=50") == (4, line)
    assert refused(run, "--fork", tmp_path / "fork") == (4, line)
    assert kill(process) == -9
    assert evo("resume", run).returncode == 0
    assert products(run) == expected


def test_what_is_not_a_run_directory_is_refused(tmp_path: Path) -> None:
    why = "expected a folder that evo run made"
    line = f"{tmp_path}: is not a run directory (it has no run.json); {why}\n"
    assert refused(tmp_path) == (2, line)
    assert refused(tmp_path / "nothing") == (2, f"{tmp_path / 'nothing'}: does not exist; {why}\n")


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_damaged_run_json_is_refused(content: str, interrupted: Path) -> None:
    (interrupted / "run.json").write_text(content)
    code, line = refused(interrupted)
    assert code == 4
    assert line.startswith(f"{interrupted / 'run.json'}: ")
    assert line.count("\n") == 1
