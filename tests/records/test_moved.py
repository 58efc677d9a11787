"""Runs whose data lie elsewhere now: known again by their content."""

from __future__ import annotations

from pathlib import Path

import pytest

from evo import api
from evo.errors import CheckpointError, DataError
from evo.kinds.two_level.report.findings import findings_again
from evo.records.runs import read_run
from evo.records.trust import readable_config
from evo.storage.run_dir import open_run

ROWS = "a,b,label\n" + "".join(f"{row % 7},{row % 5},{int(row % 7 > row % 5)}\n" for row in range(70))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with data in folders of their own, and a run."""
    root = tmp_path / "old"
    (root / "data").mkdir(parents=True)
    (root / "data" / "table.csv").write_text(ROWS)
    (root / "data" / "test.csv").write_text(ROWS[:200].rpartition("\n")[0] + "\n")
    (root / "c.yaml").write_text(
        "schema: 1\nname: c\nseed: 3\nstop: {generations: 2, exact: null}\n"
        "data: {source: csv, path: data/table.csv, test_path: data/test.csv}\n"
    )
    api.run(root / "c.yaml", run_dir=root / "runs" / "r", display="quiet")
    return root


def resumed(run: Path, *overrides: str) -> int:
    """Generations after a resume up to the fourth."""
    more = ["stop.generations=4", *overrides]
    return int(api.resume(run, more, display="quiet").details["generations"])


def test_a_project_moves_as_a_whole(project: Path) -> None:
    moved = project.rename(project.with_name("new"))
    run = moved / "runs" / "r"
    assert resumed(run) == 4
    assert str(moved / "data" / "table.csv") in (run / "resolved.yaml").read_text()


def test_data_beside_the_run_serve_reports_and_whatever_reads_rows(project: Path) -> None:
    run = project / "runs" / "r"
    for name in ("table.csv", "test.csv"):
        (project / "data" / name).rename(run.parent / name)
    opened = open_run(run)
    config = readable_config(opened, read_run(opened), trust=False, refused="x")
    assert config.data.path == str(run.parent / "table.csv")
    findings, notes = findings_again(opened, trust=False)
    assert findings.baselines is not None and not notes
    assert resumed(run) == 4


def test_a_run_named_after_its_table_is_not_taken_for_it(project: Path) -> None:
    run = (project / "runs" / "r").rename(project / "runs" / "table.csv")
    other = (project / "data" / "table.csv").rename(project / "rows.csv")
    with pytest.raises(DataError, match=r"data/table\.csv: no such file, nor one of that name"):
        resumed(run)
    other.rename(project / "table.csv")
    assert resumed(run) == 4


def test_an_override_may_name_the_file_anew(project: Path) -> None:
    run = project / "runs" / "r"
    other = (project / "data" / "table.csv").rename(project / "rows.csv")
    test = (project / "data" / "test.csv").rename(project / "held_out.csv")
    with pytest.raises(DataError, match=r"table\.csv: no such file.*-o data\.path=NEW"):
        resumed(run)
    with pytest.raises(DataError, match=r"test\.csv: no such file.*-o data\.test_path=NEW"):
        resumed(run, f"data.path={other}")
    assert resumed(run, f"data.path={other}", f"data.test_path={test}") == 4


def test_another_file_of_that_name_is_no_substitute(project: Path) -> None:
    run = project / "runs" / "r"
    (project / "data" / "table.csv").unlink()
    (run.parent / "table.csv").write_text(ROWS.replace("0,0,0", "0,0,1", 1))
    with pytest.raises(CheckpointError, match=r"they have changed; start a new run, or say with -o data\.path="):
        resumed(run)


def test_what_else_makes_a_run_what_it_is_stays_refused(project: Path) -> None:
    with pytest.raises(CheckpointError, match=r"data\.target differs"):
        resumed(project / "runs" / "r", "data.target=a")
