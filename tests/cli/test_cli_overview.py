"""evo list, evo show, `last`, folders of runs, and completion in shells."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evo.api import Result
from evo.cli.completion import SHELLS
from tests.kits.commands import Evo


@pytest.fixture
def there(two_classes: Result, three_classes: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with two runs below runs/, of which that with three classes is newer."""
    for name, result, created in (
        ("b", two_classes, "2026-01-01T00:00:00Z"),
        ("a", three_classes, "2026-01-02T00:00:00Z"),
    ):
        run = shutil.copytree(result.run_dir, tmp_path / "runs" / name / "1")
        text = (run / "run.json").read_text()
        (run / "run.json").write_text(re.sub(r'"created": ?"[^"]*"', f'"created": "{created}"', text))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_list_shows_every_run_with_the_folder_that_commands_take(evo_: Evo, there: Path, three_classes: Result) -> None:
    said = evo_("list")
    header, *lines = said.out.splitlines()
    assert header.split() == ["folder", "state", "seed", "valid", "train", "size", "age"]
    assert [line.split()[0] for line in lines] == ["runs/b/1", "runs/a/1"]
    assert f"{three_classes.best.literals} literals" in lines[1]
    assert (said.code, said.err) == (0, "")


def test_list_says_what_is_wrong_with_a_run_and_shows_the_others(evo_: Evo, there: Path) -> None:
    (there / "runs/a/1/run.json").write_text("{")
    said = evo_("list", "runs")
    assert said.code == 0
    assert "runs/a/1  unreadable" in said.out
    assert "runs/b/1  finished" in said.out


@pytest.mark.parametrize(("root", "code", "text"), [("nothing", 2, "is not a folder"), (".", 0, "no runs yet")])
def test_list_of_no_runs(
    evo_: Evo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: str, code: int, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = evo_("list", root)
    assert said.code == code
    assert text in said.out + said.err


def test_last_is_the_newest_run(evo_: Evo, there: Path, three_classes: Result) -> None:
    assert evo_("export", "last", "--format", "dnf").out == three_classes.export("dnf")
    assert evo_("show", "last").out.startswith(f"model {three_classes.best.id}, number ")


def test_last_without_a_run_is_one_line(evo_: Evo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = evo_("show", "last")
    assert (said.code, said.err) == (2, "last: there is no run below runs/ here; name a run directory\n")


def test_a_folder_means_its_runs(evo_: Evo, there: Path) -> None:
    assert [line.split()[0] for line in evo_("status", "runs").out.splitlines()[1:]] == [
        line.split()[0] for line in evo_("status", "runs/b/1", "runs/a/1").out.splitlines()[1:]
    ]
    assert evo_("report", "runs").out.startswith("# Comparison")


def test_show_prints_any_model_of_the_front(evo_: Evo, two_classes: Result) -> None:
    for row in two_classes.front:
        out = evo_("show", two_classes.run_dir, "--pick", row.id).out
        assert out == evo_("report", two_classes.run_dir, "--pick", row.id).out
        assert two_classes.export("dnf", pick=row.id).splitlines()[0] in out
        assert f"test {100 * row.test_accuracy:.1f} %" in out
        assert f"{row.literals} literal" in out


def test_runs_with_one_seed_are_no_spread(evo_: Evo, there: Path) -> None:
    shutil.copytree(there / "runs/a/1", there / "runs/a/2")
    assert "over seeds" not in evo_("report", "runs/a").out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("evo sho", {"show"}),
        ("evo show r", {"runs/b/1", "runs/a/1"}),
        ("evo export last --format ver", {"verilog"}),
        ("evo run x.yaml -o stop.gen", {"stop.generations="}),
    ],
)
def test_shells_are_told_what_may_come_next(there: Path, line: str, words: set[str]) -> None:
    answer = there / "words"
    asked = {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)), "COMP_TYPE": "9"}
    said = subprocess.run(
        [sys.executable, "-m", "evo"],
        env=os.environ | asked | {"_ARGCOMPLETE_STDOUT_FILENAME": str(answer), "_ARGCOMPLETE_IFS": "\n"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (said.returncode, said.stdout) == (0, b"")
    assert {word.strip() for word in answer.read_text().split("\n")} >= words


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_a_shell_names_evo(evo_: Evo, shell: str) -> None:
    assert "evo" in evo_("completion", shell).out


def test_bash_takes_the_script(evo_: Evo) -> None:
    script = evo_("completion", "bash").out
    said = subprocess.run(["bash", "-c", f"{script}\ncomplete -p evo"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("complete")


def test_the_front_has_every_model_in_one_line(two_classes: Result, three_classes: Result) -> None:
    for result in (two_classes, three_classes):
        for row in result.front:
            lines = result.export("dnf", pick=row.id, minimize="none").splitlines()
            assert row.formula.replace(";", "").split() == " ".join(lines).replace(";", "").split()
