"""Damaged files in a killed run's directory: resume says what it skips, and comes to the uninterrupted run's bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kits.processes import evo, generations, kill, paused_at, products

Damage = Callable[[Path], None]


def checkpoints(run: Path) -> list[str]:
    """Names, newest first."""
    return sorted((path.stem for path in (run / "checkpoints").glob("gen_*.json")), reverse=True)


def newest(run: Path, suffix: str) -> Path:
    return run / "checkpoints" / f"{checkpoints(run)[0]}{suffix}"


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def tear(path: Path) -> None:
    """Take the newline and a few bytes of the last line."""
    path.write_bytes(path.read_bytes()[:-5])


def shorten_metrics(run: Path) -> None:
    """One line fewer than the newest checkpoint was saved with."""
    length = json.loads(newest(run, ".json").read_text())["metrics_bytes"]
    lines = (run / "metrics.jsonl").read_bytes()[:length].splitlines(keepends=True)
    (run / "metrics.jsonl").write_bytes(b"".join(lines[:-1]))


def damage_a_line(run: Path) -> None:
    """Overwrite a byte between the second newest checkpoint and the newest."""
    before = json.loads((run / "checkpoints" / f"{checkpoints(run)[1]}.json").read_text())["metrics_bytes"]
    flip(run / "metrics.jsonl", before + 20)


CHANGED = "its file does not match its sha256 (truncated or changed)"
NOT_JSON = "its description is not JSON (line 5: Unterminated string starting at)"
OTHER = "its description must be an object, got a list"
SHORT = "its description sha256: is missing"
JOURNAL = "metrics.jsonl is damaged or shorter than it was at this checkpoint"
FALLS_BACK: dict[str, tuple[Damage, str]] = {
    "truncated npz": (lambda run: truncate(newest(run, ".npz")), CHANGED),
    "flipped bit": (lambda run: flip(newest(run, ".npz"), 1000), CHANGED),
    "empty npz": (lambda run: newest(run, ".npz").write_bytes(b"") and None, CHANGED),
    "truncated json": (lambda run: truncate(newest(run, ".json")), NOT_JSON),
    "json of another kind": (lambda run: newest(run, ".json").write_text("[1, 2]") and None, OTHER),
    "json without sha256": (lambda run: newest(run, ".json").write_text('{"generation": 3}') and None, SHORT),
    "shorter metrics": (shorten_metrics, JOURNAL),
    "damaged metrics": (damage_a_line, JOURNAL),
}


@pytest.mark.parametrize("damage", FALLS_BACK)
def test_a_damaged_newest_checkpoint_costs_only_the_generations_since_the_one_before(
    damage: str, interrupted: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    make, reason = FALLS_BACK[damage]
    last, before = checkpoints(interrupted)[:2]
    make(interrupted)
    again = generations(interrupted) - int(before[4:])
    assert resumes_to_the_same_bytes(interrupted).splitlines()[:2] == [
        f"warning: checkpoint {last} skipped: {reason}",
        f"resuming from {before}; {again} later lines of metrics.jsonl will be made again",
    ]


def test_a_missing_npz_falls_back_too(interrupted: Path, resumes_to_the_same_bytes: Callable[[Path], str]) -> None:
    last = checkpoints(interrupted)[0]
    newest(interrupted, ".npz").unlink()
    line = f"warning: checkpoint {last} skipped: {last}.npz cannot be read (No such file or directory)"
    assert resumes_to_the_same_bytes(interrupted).splitlines()[0] == line


def test_even_a_quiet_resume_says_which_checkpoint_it_skips(interrupted: Path, expected: dict[str, bytes]) -> None:
    last = checkpoints(interrupted)[0]
    truncate(newest(interrupted, ".npz"))
    ended = evo("resume", interrupted, "--quiet")
    assert ended.stdout == f"warning: checkpoint {last} skipped: {CHANGED}\n"
    assert products(interrupted) == expected


@pytest.mark.parametrize("name", ["metrics.jsonl", "timing.jsonl", "events.jsonl"])
def test_a_torn_last_line_of_a_journal_is_cut_off(
    name: str, interrupted: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    with (interrupted / name).open("ab") as file:
        file.write(b'{"generation": 99, "torn')
    said = resumes_to_the_same_bytes(interrupted)
    assert said.startswith(f"resuming from {json_stem(interrupted)}")
    for line in (interrupted / name).read_bytes().splitlines():
        json.loads(line)


def json_stem(run: Path) -> str:
    """The checkpoint that the second attempt resumed from, by the journal of events."""
    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    return f"gen_{next(event['generation'] for event in events if event['event'] == 'resume'):06d}"


@pytest.mark.parametrize("name", ["timing.jsonl", "events.jsonl", "checkpoints/LATEST", ".lock"])
def test_files_that_only_inform_may_be_missing(
    name: str, interrupted: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    (interrupted / name).unlink()
    resumes_to_the_same_bytes(interrupted)


def test_a_run_that_has_only_begun_does_without_its_journal(
    mux: Path, tmp_path: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    run = tmp_path / "run"
    kill(paused_at(run.exists, "run", mux, "--run-dir", run))
    (run / "metrics.jsonl").unlink()
    assert resumes_to_the_same_bytes(run).startswith("resuming from gen_000000\n")


def test_an_old_damaged_checkpoint_does_not_matter(
    interrupted: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    truncate(interrupted / "checkpoints" / f"{checkpoints(interrupted)[-1]}.npz")
    assert "warning" not in resumes_to_the_same_bytes(interrupted)


def test_damaged_checkpoints_do_not_take_the_places_of_sound_ones(interrupted: Path) -> None:
    *damaged, sound = checkpoints(interrupted)
    for name in damaged:
        truncate(interrupted / "checkpoints" / f"{name}.npz")
    following = int(sound[4:]) + 1
    ended = evo("resume", interrupted, "-o", f"stop.generations={following}", "-o", "checkpoint.keep=2")
    assert ended.returncode == 0
    assert checkpoints(interrupted) == [f"gen_{following:06d}", sound]
