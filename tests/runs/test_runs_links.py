"""Run directories whose entries are links, pipes, folders or endless files: nothing outside is touched."""

from __future__ import annotations

import html
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.fuzz.harness import Limits, Outcome, attempt, import_everything
from benchmarks.fuzz.sandbox import Sandbox
from benchmarks.fuzz.small_runs import make_runs
from evo.errors import CheckpointError
from evo.storage.known import check
from evo.storage.run_dir import RunDir
from tests.kits.processes import tree

#: Right ends of commands; a change of memory, seconds or anything outside is a fault of its own.
LIMITS = Limits(frozenset({0, 2, 4}), megabytes=256)
GO_ON = ("resume", "run", "--plain", "-o", "stop.generations=8")
PLACES = (
    "run.json", "resolved.yaml", "encoder.json", "metrics.jsonl", "timing.jsonl", "events.jsonl", "front.csv", ".lock",
    "log.txt", "result.json", "report.md", "report.html", "checkpoints", "models", "quarantine",
    "checkpoints/LATEST", "models/best.json",
)  # fmt: skip
KINDS = ("file", "folder", "dangling", "pipe", "device")


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A sandbox, and in box/runs a finished and a killed run."""
    import_everything()
    made = Sandbox.make(tmp_path_factory.mktemp("links") / "box")
    (made.root / "runs").mkdir()
    make_runs(made.root / "runs", ["sop", "sop-killed"])
    return made


@pytest.fixture
def run(box: Sandbox) -> Iterator[Path]:
    """A copy of the killed run, in the current folder of commands."""
    box.clear()
    shutil.copytree(box.root / "runs" / "sop-killed", box.work / "run")
    shutil.copy(box.root / "runs" / "rows.csv", box.work)
    yield box.work / "run"
    box.clear()


@pytest.fixture
def finished(box: Sandbox, run: Path) -> Path:
    """A copy of the finished run, instead."""
    shutil.rmtree(run)
    return Path(shutil.copytree(box.root / "runs" / "sop", run))


def put(path: Path, kind: str) -> None:
    """Put something of a kind in place of an entry of the run."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    outside = "../" * (2 + (path.parent.name != "run")) + "outside"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.symlink_to(f"{outside}/{ {'file': 'precious.txt', 'folder': 'folder', 'dangling': 'new'}[kind] }")


def sound(outcome: Outcome) -> Outcome:
    assert not outcome.faults, outcome.text()
    return outcome


def test_what_is_no_file_of_the_runs_own_is_refused_wherever_it_stands(run: Path) -> None:
    whole = run.rename(run.parent / "whole")
    for place, kind in itertools.product(PLACES, KINDS):
        shutil.copytree(whole, run)
        put(run / place, kind)
        with pytest.raises(CheckpointError, match=f"run/{place}: is a "):
            check(RunDir(run))
        shutil.rmtree(run)


def test_a_resume_refuses_what_is_no_file_of_the_runs_own_and_changes_nothing(box: Sandbox, run: Path) -> None:
    whole = shutil.copytree(run, box.work / "whole")
    for place, kind in zip(PLACES, itertools.cycle(KINDS), strict=False):
        put(run / place, kind)
        before = {path: os.lstat(path).st_mode for path in run.rglob("*")}
        ended = sound(attempt(GO_ON, box, LIMITS))
        assert (ended.exit_code, ended.stderr.count("\n")) == (4, 1), place
        assert ended.stderr.startswith(f"run/{place}: is a "), ended.stderr
        assert {path: os.lstat(path).st_mode for path in run.rglob("*")} == before
        shutil.rmtree(run)
        shutil.copytree(whole, run)


def test_reading_commands_end_with_one_line_where_they_need_what_is_no_file(box: Sandbox, finished: Path) -> None:
    needs = {
        "models/best.json": ("export", "run", "--format", "dnf"),
        "models": ("evaluate", "run", "rows.csv"),
        "encoder.json": ("predict", "run", "rows.csv"),
        "result.json": ("report", "run", "--html", "page.html"),
    }
    for (place, command), kind in zip(needs.items(), KINDS, strict=False):
        kept = finished.parent / "kept"
        (finished / place).rename(kept)
        put(finished / place, kind)
        ended = sound(attempt(command, box, LIMITS))
        assert (ended.exit_code, ended.stderr.count("\n")) == (4, 1), ended.text()
        assert ended.stderr.startswith(f"run/{place}: is a ")
        (finished / place).unlink()
        kept.rename(finished / place)


@pytest.mark.parametrize("kind", ["dangling", "pipe", "device"])
def test_status_and_a_page_do_without_journals_that_are_no_files_and_say_so(
    kind: str, box: Sandbox, finished: Path
) -> None:
    for name in ("timing.jsonl", "events.jsonl"):
        put(finished / name, kind)
    ended = sound(attempt(("status", "run"), box, LIMITS))
    assert ended.exit_code == 0
    _, row, *notes = ended.stdout.splitlines()
    assert "finished" in row
    assert [note.split(": ")[1] for note in notes] == ["timing.jsonl", "events.jsonl"]
    paged = sound(attempt(("report", "run", "--html", "page.html"), box, LIMITS))
    assert paged.exit_code == 0
    assert "timing.jsonl: is a " in (box.work / "page.html").read_text()


def test_leftovers_and_names_of_its_own_that_are_links_are_never_written_through(box: Sandbox, run: Path) -> None:
    for name in (".run.json.tmp", ".metrics.jsonl.0123abcd.tmp", "checkpoints/.LATEST.tmp", "models/.best.json.tmp"):
        (run / name).parent.mkdir(exist_ok=True)
        (run / name).symlink_to("../" * (2 + ("/" in name)) + "outside/new")
    (run / "stop").symlink_to("../../outside/precious.txt")
    assert sound(attempt(GO_ON, box, LIMITS)).exit_code == 0
    assert not (box.outside / "new").exists()
    assert not (run / "stop").is_symlink()


def test_what_grows_in_place_is_refused_where_it_has_another_name(box: Sandbox, run: Path) -> None:
    for name in ("metrics.jsonl", "timing.jsonl", "events.jsonl", "log.txt"):
        (run / name).touch()
        (box.outside / "other").hardlink_to(run / name)
        ended = sound(attempt(GO_ON, box, LIMITS))
        (box.outside / "other").unlink()
        assert (ended.exit_code, ended.stderr.split(" (")[0]) == (4, f"run/{name}: has another name")
    assert sound(attempt(GO_ON, box, LIMITS)).exit_code == 0


def test_what_is_replaced_leaves_its_other_name_as_it_was(box: Sandbox, run: Path) -> None:
    for number, path in enumerate([run / "run.json", *sorted((run / "checkpoints").iterdir())]):
        (box.outside / f"other-{number}").hardlink_to(path)
    assert sound(attempt(GO_ON, box, LIMITS)).exit_code == 0
    for path in box.outside.glob("other-*"):
        path.unlink()


def test_endless_files_are_refused_or_left_out_at_once(box: Sandbox, finished: Path) -> None:
    readers = {
        "run.json": ("status", "run"),
        "result.json": ("report", "run"),
        "encoder.json": ("export", "run", "--format", "dnf"),
        "models/best.json": ("evaluate", "run", "rows.csv"),
        "front.csv": ("export", "run", "--format", "dnf", "--pick", "knee"),
        "resolved.yaml": GO_ON,
    }
    for name, command in readers.items():
        content = (finished / name).read_bytes()
        os.truncate(finished / name, 2**42)
        ended = sound(attempt(command, box, LIMITS))
        assert (ended.exit_code, "is too large" in ended.stderr + ended.stdout) == (4, True), ended.text()
        (finished / name).write_bytes(content)


def test_journals_with_an_endless_last_line_hold_up_nothing(box: Sandbox, finished: Path) -> None:
    for name in ("metrics.jsonl", "timing.jsonl", "events.jsonl"):
        os.truncate(finished / name, 2**42)
    for command in (("status", "run"), ("replay", "run"), ("report", "run", "--html", "page.html")):
        assert sound(attempt(command, box, LIMITS)).exit_code == 0
    assert sound(attempt(("resume", "run", "--fork", "fork", *GO_ON[2:]), box, LIMITS)).exit_code == 0
    assert max(path.stat().st_size for path in (box.work / "fork").iterdir()) < 2**26


def test_a_fork_has_files_of_its_own_and_only_those_that_evo_writes(box: Sandbox, run: Path) -> None:
    (run / "theirs").symlink_to("../../outside/precious.txt")
    (run / "models" / "theirs").write_text("not evo's")
    (run / "more").mkdir()
    before = tree(run)
    assert sound(attempt(("resume", "run", "--fork", "fork", "--plain"), box, LIMITS)).exit_code == 0
    assert tree(run) == before
    fork = box.work / "fork"
    assert not [path for path in fork.rglob("*") if path.is_symlink() or path.name in ("theirs", "more")]


def test_a_fork_of_what_is_no_run_of_plain_files_makes_nothing(box: Sandbox, run: Path) -> None:
    put(run / "timing.jsonl", "file")
    ended = sound(attempt(("resume", "run", "--fork", "fork", "--plain"), box, LIMITS))
    assert (ended.exit_code, ended.stderr.startswith("run/timing.jsonl: is a symbolic link")) == (4, True)
    assert sorted(path.name for path in box.work.iterdir()) == ["rows.csv", "run"]


def test_the_directory_itself_may_be_a_link(box: Sandbox, run: Path) -> None:
    (box.work / "link").symlink_to("run")
    for command in (("status", "link"), ("resume", "link", *GO_ON[2:]), ("export", "link", "--format", "dnf")):
        assert sound(attempt(command, box, LIMITS)).exit_code == 0


#: What is no record, in place of a line.
BAD = (b"no JSON", b"[1]", b"\xff\xfe", b"{", b"[" * 20_000, b'{"generation": NaN}', b"")


def test_bad_lines_of_journals_that_only_inform_end_no_run(box: Sandbox, run: Path) -> None:
    bad = b"".join(line + b"\n" for line in BAD)
    for name in ("timing.jsonl", "events.jsonl"):
        first, *others = (run / name).read_bytes().splitlines(keepends=True)
        (run / name).write_bytes(first + bad + b"".join(others))
    assert sound(attempt((*GO_ON, "-o", "output.report=[md, html]"), box, LIMITS)).exit_code == 0
    said = sound(attempt(("status", "run"), box, LIMITS)).stdout.splitlines()
    assert [line.split(" of its last")[0] for line in said[2:]] == ["run: timing.jsonl: 7", "run: events.jsonl: 7"]
    told = "timing.jsonl: 7 lines are no records of evo's and are left out (the first is line 2)."
    assert told in html.unescape((run / "report.html").read_text())


def test_a_bad_line_of_metrics_is_named_and_the_rest_is_shown(box: Sandbox, finished: Path) -> None:
    lines = (finished / "metrics.jsonl").read_bytes().splitlines(keepends=True)
    (finished / "metrics.jsonl").write_bytes(b"".join([*lines[:2], b"damaged\n", *lines[3:-1], b"damaged\n"]))
    said = sound(attempt(("status", "run"), box, LIMITS)).stdout.splitlines()
    assert said[1].split()[3] == str(len(lines) - 1)
    assert said[2] == f"run: metrics.jsonl: 2 of its last {len(lines)} lines are no records of evo's"
    assert sound(attempt(("report", "run", "--html", "page.html"), box, LIMITS)).exit_code == 0
    told = "metrics.jsonl: 2 lines are no records of evo's and are left out (the first is line 3)."
    assert told in html.unescape((box.work / "page.html").read_text())
