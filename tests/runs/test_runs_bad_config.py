"""Configs, overrides and run directories that cannot be: exit code 2, every problem at once, nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from genomes.text.quoting import placed
from tests.kits.processes import evo, tree

GOOD = """\
schema: 1
name: bad
data: {source: function, function: multiplexer, address_bits: 2}
search: {population: 8}
stop: {generations: 2}
"""
POPULATION = "search.population: must be an integer from 4 to 1000000, got"

#: case -> (the config, overrides, lines expected before the count)
CONFIGS: dict[str, tuple[str | bytes | None, list[str], list[str]]] = {
    "missing": (None, [], ["c.yaml: no such file"]),
    "empty": ("", [], ["c.yaml:1: is empty; `evo schema --template` prints a starter file"]),
    "not UTF-8": (b"name: \xe9\n", [], ["c.yaml:1: is not UTF-8 text (byte 0xe9); save it as UTF-8"]),
    "no population": (GOOD.replace("8", "0"), [], ["c.yaml:4: search.population: must be an integer >= 4, got 0"]),
    "absurd population": (GOOD.replace("8", "1000000000000"), [], [f"c.yaml:4: {POPULATION} 1000000000000"]),
    "population in words": (
        GOOD.replace("8", "many"), [], ["c.yaml:4: search.population: must be an integer >= 4, got 'many'"],
    ),
    "unknown key": (
        GOOD.replace("population", "popluation"),
        [],
        ["c.yaml:4: search.popluation: unknown key; did you mean search.population?"],
    ),
    "key given twice": (
        GOOD + "name: again\n", [], ["c.yaml:6: name: is given twice, first on line 2"],
    ),
    "override without value": (
        GOOD, ["seed"], ["-o seed: must have the form key.path=value"],
    ),
    "override of an unknown key": (
        GOOD,
        ["stop.generatoins=3"],
        ["-o stop.generatoins=3: stop.generatoins: unknown key; did you mean stop.generations?"],
    ),
    "several at once": (
        GOOD.replace("8", "0"),
        ["checkpoint.keep=0"],
        [
            "c.yaml:4: search.population: must be an integer >= 4, got 0",
            "-o checkpoint.keep=0: checkpoint.keep: must be an integer from 2 to 10000, got 0",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CONFIGS)
def test_a_bad_config_is_one_line_a_problem_and_leaves_nothing(case: str, tmp_path: Path) -> None:
    content, overrides, lines = CONFIGS[case]
    if content is not None:
        (tmp_path / "c.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    before = tree(tmp_path)
    options = [part for override in overrides for part in ("-o", override)]
    ended = evo("run", "c.yaml", *options, cwd=tmp_path)
    count = f"{len(lines)} problem{'s' if len(lines) > 1 else ''}; nothing was run."
    assert (ended.returncode, ended.stdout, ended.stderr.splitlines()) == (2, "", [*lines, count])
    assert tree(tmp_path) == before


CANNOT = "the run directory cannot be made"
CHOOSE = "choose another output.root or --run-dir"
TAKEN = "already exists and is not empty; evo resume it or choose another --run-dir"
FOLDERS = {
    "full": TAKEN,
    "file": TAKEN,
    "file/run": f"{CANNOT} (Not a directory); {CHOOSE}",
    "/proc/run": f"{CANNOT} (No such file or directory); {CHOOSE}",
    "x" * 300: f"{CANNOT} (File name too long); {CHOOSE}",
    "/": TAKEN,
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_run_directory_that_cannot_be_made_is_one_line_and_leaves_nothing(folder: str, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(GOOD)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    before = tree(tmp_path)
    ended = evo("run", "c.yaml", "--run-dir", folder, cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", f"{placed(folder, FOLDERS[folder])}\n")
    assert tree(tmp_path) == before


def test_an_output_root_that_is_a_file_or_leads_nowhere_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(GOOD)
    (tmp_path / "link").symlink_to("nowhere")
    for root, why in (("c.yaml", "Not a directory"), ("link", "File exists")):
        ended = evo("run", "c.yaml", "-o", f"output.root={root}", cwd=tmp_path)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.endswith(f": {CANNOT} ({why}); {CHOOSE}\n")
        assert ended.stderr.count("\n") == 1


def test_an_empty_folder_may_become_the_run_directory(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(GOOD)
    (tmp_path / "run").mkdir()
    assert evo("run", "../c.yaml", "--run-dir", ".", cwd=tmp_path / "run").returncode == 0
    assert evo("status", "run", cwd=tmp_path).stdout.splitlines()[1].startswith("bad/run  finished (generations)")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.yaml", "run"]


def test_models_can_be_asked_for_only_where_there_are_some(interrupted: Path, tmp_path: Path) -> None:
    hint = f"this run has no models yet (it did not come to an end); evo resume {interrupted} first"
    rows = tmp_path / "rows.csv"
    rows.write_text("a0,a1,a2,d0,d1,d2,d3,d4,d5,d6,d7\n1,0,1,0,1,0,1,0,1,0,1\n")
    for command in (("predict", interrupted, rows), ("export", interrupted, "--format", "dnf")):
        ended = evo(*command)
        assert (ended.returncode, ended.stdout, ended.stderr) == (4, "", f"{interrupted}: {hint}\n")


def test_an_unknown_format_or_pick_is_one_line(finished_run: Path) -> None:
    ended = evo("export", finished_run, "--format", "latin")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("--format latin: no such format; expected one of json, dnf, ")
    assert ended.stderr.count("\n") == 1
    ended = evo("export", finished_run, "--format", "dnf", "--pick", "worst")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("--pick worst: no such member of the front; expected best, knee or one of g")
    assert ended.stderr.count("\n") == 1
