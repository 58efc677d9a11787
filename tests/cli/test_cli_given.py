"""Ways in without a config: a data file or standard input in its place. What came from no file stays with the run."""

from __future__ import annotations

import gzip
import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from evo.records.runs import read_run
from evo.storage.run_dir import open_run
from tests.kits.commands import Evo, Said

ROWS = "age,job,loan\n" + "".join(f"{18 + i % 60},{'cook' if i % 3 else 'smith'},{i % 60 > 25}\n" for i in range(120))
FEW = ("--quiet", "-o", "stop.generations=2")
Piped = Callable[..., Said]


@pytest.fixture
def piped(evo_: Evo, monkeypatch: pytest.MonkeyPatch) -> Piped:
    """piped(content, "run", "-", ...) runs a command with that on standard input."""

    def command(content: str | bytes, *arguments: object) -> Said:
        raw = content.encode() if isinstance(content, str) else content
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        return evo_(*arguments)

    return command


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table in a folder that commands start in."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "My loans (2).csv"
    path.write_text(ROWS)
    return path


def digest(run: str) -> str:
    return str(read_run(open_run(Path(run)))["data_sha256"])


def test_a_data_file_stands_for_a_config_of_defaults(evo_: Evo, table: Path) -> None:
    (table.parent / "c.yaml").write_text(
        f"schema: 1\nname: My_loans_2\ndata: {{source: table, path: '{table}', target: job}}\n"
    )
    for number, given in enumerate(([table.name, "--target", "job"], ["c.yaml"])):
        assert evo_("run", *given, *FEW, "--run-dir", f"r{number}").code == 0
    first, second = (yaml.safe_load(Path(f"r{n}/resolved.yaml").read_text()) for n in (0, 1))
    assert first == second
    assert Path("r0/metrics.jsonl").read_bytes() == Path("r1/metrics.jsonl").read_bytes()
    assert evo_("run", "r0/config.yaml", "--run-dir", "r2", *FEW).code == 0
    assert digest("r2") == digest("r0")


def test_the_target_is_the_last_column_or_what_is_said_of_any_config(evo_: Evo, table: Path) -> None:
    assert "\n# task      loan: " in evo_("check", table.name).out
    Path("c.yaml").write_text(f"schema: 1\ndata: {{source: table, path: '{table.name}', target: loan}}\n")
    assert "\n# task      job: " in evo_("check", "c.yaml", "--target", "job").out
    said = evo_("check", table.name, "--target", "jib")
    assert (said.code, said.err.count("\n")) == (3, 1)
    assert "did you mean 'job'?" in said.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.tsv", ROWS.replace(",", "\t").encode()),
        ("t.data", ROWS.encode()),
        ("t.csv.gz", gzip.compress(ROWS.encode())),
        ("t.jsonl", b"".join(b'{"a": %d, "y": "%s"}\n' % (i, b"no" if i < 30 else b"yes") for i in range(60))),
        ("t.pla", b".i 2\n.o 1\n00 0\n01 1\n10 1\n11 0\n.e\n"),
    ],
)
def test_every_kind_of_file_is_known_by_its_name(
    evo_: Evo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(content)
    none = ("-o", "data.split.valid=0", "-o", "data.split.test=0")
    said = evo_("check", name, *none)
    assert (said.code, said.err) == (0, "")
    assert "# classes   2\n" in said.out


def test_a_config_written_as_json_is_still_a_config(evo_: Evo, table: Path) -> None:
    Path("c.json").write_text(
        f'{{"schema": 1, "data": {{"source": "table", "path": "{table.name}", "target": "job"}}}}'
    )
    assert "\n# task      job: " in evo_("check", "c.json").out


def test_standard_input_is_a_table(piped: Piped, table: Path) -> None:
    from_file = piped("", "check", table.name).out.partition("# task")[2].rpartition("\n" + table.name)[0]
    for content in (ROWS, gzip.compress(ROWS.encode())):
        assert from_file in piped(content, "check", "-").out
    Path("c.yaml").write_text("schema: 1\ndata: {source: table, path: '-'}\n")
    assert from_file in piped(ROWS, "check", "c.yaml").out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "standard input: the file is empty"),
        ("a,b\n1,x\n2\n", "standard input:3: expected 2 cells as in the header, got 1"),
        (b"PK\x03\x04....", "standard input: this is a zip file"),
    ],
)
def test_what_is_wrong_with_standard_input_is_one_line(piped: Piped, table: Path, content: str, said: str) -> None:
    for command in (("check", "-"), ("run", "-", "--run-dir", "r")):
        got = piped(content, *command)
        assert (got.code, got.err.count("\n")) == (3, 1)
        assert got.err.startswith(said)
    assert not Path("r").exists()


def test_rows_of_standard_input_stay_with_the_run_wherever_it_goes(piped: Piped, table: Path) -> None:
    assert piped(ROWS, "run", "-", "--target", "loan", "--run-dir", "r", *FEW).code == 0
    assert Path("r/data.csv").read_text() == ROWS
    assert "path: data.csv\n" in Path("r/resolved.yaml").read_text()
    shutil.move("r", "elsewhere")
    more = ("--quiet", "-o", "stop.exact=null", "-o")
    assert piped("", "resume", "elsewhere", *more, "stop.generations=3").code == 0
    assert piped("", "resume", "elsewhere", "--fork", "copy", *more, "stop.generations=4").code == 0
    shutil.rmtree("elsewhere")
    assert piped("", "resume", "copy", *more, "stop.generations=5").code == 0
    assert (
        piped(
            ROWS, "run", "-", "--target", "loan", "--or-resume", "--run-dir", "copy", *more, "stop.generations=6"
        ).code
        == 0
    )
    assert "path: data.csv\n" in Path("copy/resolved.yaml").read_text()
    assert piped("", "export", "copy", "--format", "dnf", "--care-set-only").code == 0
    assert piped("", "report", "copy", "--html", "page.html").code == 0
    assert "cannot be read any more" not in Path("page.html").read_text()


def test_changed_rows_of_the_run_are_noticed(piped: Piped, table: Path) -> None:
    assert piped(ROWS, "run", "-", "--run-dir", "r", *FEW).code == 0
    Path("r/data.csv").write_text(ROWS.replace("smith", "nurse"))
    assert piped("", "resume", "r", *FEW[:-1], "stop.generations=3").code == 4
    Path("r/data.csv").unlink()
    Path("r/data.csv").symlink_to(table)
    assert piped("", "resume", "r", *FEW[:-1], "stop.generations=3").code == 4


def test_predictions_and_scores_of_standard_input_are_those_of_the_file(piped: Piped, table: Path) -> None:
    assert piped("", "run", table.name, "--run-dir", "r", *FEW).code == 0
    for command in ("predict", "evaluate"):
        from_file, from_input = piped("", command, "r", table.name), piped(ROWS, command, "r", "-")
        assert (from_input.code, from_input.out) == (0, from_file.out)
