"""evo status, stop and report: looking at run directories."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from evo.api import Result
from evo.report.tables import percent
from evo.storage.known import STOP_REQUEST
from evo.storage.run_dir import RunDir
from tests.kits.commands import Evo
from tests.kits.small_runs import small_run

MAJORITY = {"source": "function", "function": "majority", "bits": 5}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    """Two runs of one config with two seeds."""
    folder = tmp_path_factory.mktemp("seeds")
    return [small_run(folder, MAJORITY, name="majority", seed=seed) for seed in (1, 2)]


@pytest.fixture
def copy(seeds: list[Result], tmp_path: Path) -> Path:
    """A run directory to spoil."""
    return Path(shutil.copytree(seeds[0].run_dir, tmp_path / "copy"))


def test_status_is_a_table_with_a_line_per_run(evo_: Evo, three_classes: Result, seeds: list[Result]) -> None:
    runs = [three_classes, *seeds]
    said = evo_("status", *(run.run_dir for run in runs))
    header, *lines = said.out.splitlines()
    assert header.split() == ["run", "state", "generation", "valid", "train", "literals", "sparsity", "heartbeat"]
    for run, line in zip(runs, lines, strict=True):
        cells = re.split(r"\s{2,}", line)
        assert cells[0] == f"{run.run_dir.parent.name}/{run.run_dir.name}"
        assert cells[1:3] == ["finished (generations)", "6"]
        assert cells[3:5] == [percent(run.best.valid_accuracy), percent(run.best.train_accuracy)]
        assert cells[5] == str(run.best.literals)
        assert cells[6] == percent(run.best.sparsity)
        assert re.fullmatch(r"\d+ (s|min) ago", cells[7])
    assert len({line.index(cell) for line, cell in zip(said.out.splitlines()[1:], ["finished"] * 3, strict=True)}) == 1


def test_a_run_whose_process_is_gone_is_shown_as_killed(evo_: Evo, copy: Path) -> None:
    RunDir(copy).update_run_json(state="running", stop_reason=None)
    assert "killed (evo resume it)" in evo_("status", copy).out
    with RunDir(copy).lock():
        assert "killed" not in evo_("status", copy).out


def test_a_run_without_generations_has_a_status_too(evo_: Evo, copy: Path) -> None:
    (copy / "metrics.jsonl").write_text("")
    assert re.search(r"  0 +-  ", evo_("status", copy).out)


def test_nothing_raw_reaches_the_terminal(evo_: Evo, copy: Path) -> None:
    RunDir(copy).update_run_json(stop_reason="no file \x1b[2J\nx", name="a\x07")
    out = evo_("status", copy).out
    assert len(out.splitlines()) == 2
    assert all(line.isprintable() for line in out.splitlines())


def test_stop_leaves_a_request_for_a_run_that_lives(evo_: Evo, copy: Path) -> None:
    with RunDir(copy).lock():
        said = evo_("stop", copy)
    assert (said.code, said.out) == (0, f"{copy}: asked to stop after the generation under way\n")
    assert (copy / STOP_REQUEST).exists()


def test_stop_has_nothing_to_do_for_a_run_that_ended(evo_: Evo, copy: Path) -> None:
    said = evo_("stop", copy)
    assert (said.code, said.out) == (0, f"{copy}: is not running; nothing to stop\n")
    assert not (copy / STOP_REQUEST).exists()


def test_the_report_of_a_run_is_its_report_md(evo_: Evo, three_classes: Result) -> None:
    said = evo_("report", three_classes.run_dir)
    assert (said.code, said.err) == (0, "")
    assert said.out == (three_classes.run_dir / "report.md").read_text()


def test_the_report_of_several_seeds_has_their_median_and_spread(evo_: Evo, seeds: list[Result]) -> None:
    said = evo_("report", *(run.run_dir for run in seeds))
    assert "## Median (lowest to highest) over seeds" in said.out
    row = said.out.splitlines()[-1].split(" | ")
    literals = sorted(run.best.literals for run in seeds)
    assert row[:2] == ["| majority", "2"]
    assert row[5] == f"{sum(literals) / 2:g} ({literals[0]} to {literals[1]})"


def test_a_run_without_result_exits_4_and_says_its_state(evo_: Evo, copy: Path, seeds: list[Result]) -> None:
    (copy / "result.json").unlink()
    RunDir(copy).update_run_json(state="interrupted", stop_reason="SIGINT")
    for arguments in ([copy], [copy, seeds[1].run_dir]):
        said = evo_("report", *arguments)
        assert (said.code, said.out) == (4, "")
        assert said.err == f"{copy}: has no result yet: interrupted (SIGINT); let it finish or evo resume it\n"


def test_a_run_made_without_a_report_has_the_same_one_made_again(evo_: Evo, copy: Path) -> None:
    report = (copy / "report.md").read_text()
    (copy / "report.md").unlink()
    said = evo_("report", copy)
    assert (said.code, said.err, said.out) == (0, "", report)
    assert not (copy / "report.md").exists()


def test_run_prints_its_result_as_json_where_asked(evo_: Evo, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(json.dumps({"schema": 1, "data": MAJORITY, "stop": {"generations": 2}}))
    said = evo_("run", tmp_path / "m.yaml", "--run-dir", tmp_path / "run", "--json", "--quiet")
    assert said.code == 0
    assert json.loads(said.out) == json.loads((tmp_path / "run" / "result.json").read_text())


def test_the_closing_lines_show_formula_scores_files_and_next_steps(evo_: Evo, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(json.dumps({"schema": 1, "data": MAJORITY, "stop": {"generations": 2}}))
    out = evo_("run", tmp_path / "m.yaml", "--run-dir", tmp_path / "run", "--plain").out
    closing = out.split("\n\n", 1)[1]
    for start in (" = 1 when", "accuracy: train ", "size:     ", "ended:    finished (generations)", "front:    "):
        assert start in closing
    assert f"written:  {tmp_path / 'run'}\n" in closing
    assert f"evo resume {tmp_path / 'run'} -o stop.generations=4" in closing
