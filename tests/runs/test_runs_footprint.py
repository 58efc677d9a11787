"""What a command touches: no heavy package, no network, no file outside the run directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kits.processes import MUX, evo, products, python, tree

#: `evo`, which afterwards says on standard error which packages were asked for, found or not.
IMPORTS = """
import sys
asked = set()
class Listener:
    def find_spec(self, name, *rest):
        asked.add(name.partition(".")[0])
sys.meta_path.insert(0, Listener())
from evo.__main__ import main
try:
    main(sys.argv[1:])
finally:
    sys.stderr.write("\\n".join(asked | set(sys.modules)))
"""

#: `evo.run` in an interpreter that refuses every socket and every child process.
ALONE = """
import sys
def refuse(event, arguments):
    if event.partition(".")[0] in ("socket", "subprocess") or event in ("os.system", "os.fork", "os.posix_spawn"):
        raise RuntimeError(event)
sys.addaudithook(refuse)
import evo
evo.run(sys.argv[1], ['output.report=[md, html]'], run_dir=sys.argv[2], display="quiet")
"""


def imported(*arguments: str | Path) -> set[str]:
    ended = python("-c", IMPORTS, *arguments)
    assert "Traceback" not in ended.stderr.replace("SystemExit", "")
    return set(ended.stderr.splitlines())


@pytest.mark.parametrize("command", [["--help"], ["run", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(command: list[str]) -> None:
    packages = imported(*command)
    assert "argparse" in packages
    assert not packages & {"ray", "numba", "numpy", "deap", "pydantic", "yaml", "rich", "sklearn", "scipy"}


def test_check_imports_neither_ray_nor_numba(mux: Path) -> None:
    packages = imported("check", mux)
    assert "numpy" in packages
    assert not packages & {"ray", "numba", "sklearn", "scipy", "matplotlib", "torch"}


@pytest.mark.parametrize("activation", ["relu", "sign"])
def test_neither_does_a_check_of_masks(activation: str, tmp_path: Path) -> None:
    network = f"network: {{layers: [11, 8, 2], activation: {activation}}}"
    config = tmp_path / "mask.yaml"
    config.write_text(MUX.replace("{terms: 16}", f"{{kind: mask, {network}}}"), encoding="utf-8")
    packages = imported("check", config)
    assert "numpy" in packages
    assert not packages & {"ray", "numba"}


def test_a_run_opens_no_socket_and_starts_no_process(mux: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    run = tmp_path / "run"
    ended = python("-c", ALONE, mux, run)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert products(run) == expected


def test_a_run_writes_nothing_outside_its_run_directory(mux: Path, tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "here")}
    for folder in folders.values():
        folder.mkdir()
    env = {name: str(folder) for name, folder in folders.items()}
    before = tree(mux.parent)
    options = ("-o", "stop.generations=5", "-o", "output.report=[md, html]")
    assert evo("run", mux, *options, cwd=folders["here"], env=env).returncode == 0
    assert tree(mux.parent) == before
    assert [name for name, folder in folders.items() if any(folder.iterdir())] == ["here"]
    (run,) = folders["here"].glob("runs/mux/*")
    inside = {path for path in folders["here"].rglob("*") if path.is_relative_to(run)}
    assert set(folders["here"].rglob("*")) - inside == {run.parent, run.parent.parent}


def test_looking_at_a_run_changes_no_byte_of_it(finished_run: Path, tmp_path: Path) -> None:
    before = tree(finished_run)
    rows = tmp_path / "rows.csv"
    rows.write_text("a0,a1,a2,d0,d1,d2,d3,d4,d5,d6,d7,y\n1,0,1,0,1,0,1,0,1,0,1,0\n0,0,0,1,0,0,0,0,0,0,0,1\n")
    for command in (
        ("status", finished_run),
        ("stop", finished_run),
        ("report", finished_run),
        ("report", finished_run, finished_run),
        ("export", finished_run, "--format", "python"),
        ("predict", finished_run, rows),
        ("evaluate", finished_run, rows),
    ):
        assert evo(*command).returncode == 0
        assert tree(finished_run) == before
