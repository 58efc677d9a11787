"""Run directories with code in every text: what is exported is run here, by the real tools, and makes no canary."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fuzz.hostile import HOSTILE
from evo.cli.main import run_command
from tests.kits.outside import needs
from tests.kits.small_runs import flowers, small_run

Said = tuple[int, str, str]
#: What C and SQL can hold: no U+0000.
TEXTS = [text for text in HOSTILE if text and "\0" not in text]
PLACES = ("height", "soil", "wet", "kind", "clay", "sand", "peat", "aster", "rose", "tulip")
CODE = "x\nopen('../outside/canary','w')\n#"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    data = {"source": "csv", "path": str(flowers(folder)), "split": {"valid": 0.2, "test": 0.2}}
    return small_run(folder, data, output={"root": str(folder / "runs"), "report": ["md", "html"]}).run_dir


@pytest.fixture
def run(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy in ``work``, the current folder, beside ``outside``, where a canary would appear."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return Path(shutil.copytree(made, tmp_path / "work" / "run"))


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def command(*arguments: object) -> Said:
        code = run_command([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return command


def rename(run: Path, first: int) -> None:
    """Every name, category and class is a hostile text, and the pick reads every input bit."""
    names = {place: TEXTS[(first + i) % len(TEXTS)] for i, place in enumerate(PLACES)}
    encoder = json.loads((run / "encoder.json").read_bytes())
    for part in (encoder["task"]["outputs"], encoder["task"]["classes"]):
        part[:] = [names[text] for text in part]
    binarizer = encoder["binarizer"]
    binarizer["columns"] = [[names[name], *kind] for name, *kind in binarizer["columns"]]
    for bit in binarizer["bits"]:
        feature, op, operand = bit[:3]
        told = names.get(operand, operand) if isinstance(operand, str) else operand
        bit[:] = [names[feature], op, told, f"{names[feature]} {op} {told}", f"{names[feature]} {op} {told} NOT"]
    known = binarizer.get("values", {})
    binarizer["values"] = {names[name]: [names.get(v, v) for v in values] for name, values in known.items()}
    (run / "encoder.json").write_text(json.dumps(encoder))
    record, n = json.loads((run / "models" / "best.json").read_bytes()), len(binarizer["bits"])
    record["terms"] = [[[i] for i in range(c + 1, n + 1, 3)] for c in range(3)]
    (run / "models" / "best.json").write_text(json.dumps(record))


def done(*command: str) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr


def run_python(path: Path) -> None:
    done(sys.executable, str(path))


def run_c(path: Path) -> None:
    main = "int main(void) { evo_row row = {0}; return evo_predict(&row) < 0; }"
    path.write_text(path.read_text() + main)
    done("gcc", "-std=c99", "-o", "program", str(path))
    done("./program")


def run_sql(path: Path) -> None:
    """As a script, so that a second statement would be done, too."""
    encoder = json.loads(Path("run/encoder.json").read_bytes())
    columns = ", ".join('"' + name.replace('"', '""') + '"' for name, *_ in encoder["binarizer"]["columns"])
    script = f"CREATE TABLE t ({columns});\nSELECT {path.read_text()} FROM t;"
    code = "import sqlite3, sys; sqlite3.connect(':memory:').executescript(sys.stdin.read())"
    ended = subprocess.run(
        [sys.executable, "-c", code], input=script, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr


def run_verilog(path: Path) -> None:
    done("iverilog", "-o", "simulation", str(path))
    done("vvp", "simulation")


PROGRAMS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "python": (run_python, ()),
    "c": (run_c, ("gcc",)),
    "sql": (run_sql, ()),
    "verilog": (run_verilog, ("iverilog",)),
}


@pytest.mark.parametrize("fmt", [pytest.param(fmt, marks=needs(*tools)) for fmt, (_, tools) in PROGRAMS.items()])
@pytest.mark.parametrize("first", range(0, len(TEXTS), len(PLACES)))
def test_programs_made_of_hostile_names_do_what_they_should_and_nothing_else(
    fmt: str, first: int, run: Path, said: Callable[..., Said]
) -> None:
    rename(run, first)
    path = Path(f"model.{fmt}" if fmt != "c" else "model.c")
    assert said("export", run, "--format", fmt, "--no-minimize", "-o", path)[0] == 0
    assert path.stat().st_size > 1000
    PROGRAMS[fmt][0](path)
    assert list(Path("../outside").iterdir()) == []


@pytest.mark.parametrize("fmt", [*PROGRAMS, "dnf", "json", "blif", "pla", "aiger", "smt2", "c-bitsliced"])
def test_an_id_that_is_code_is_refused_in_every_format(fmt: str, run: Path, said: Callable[..., Said]) -> None:
    path = run / "models" / "best.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"id": CODE}))
    code, out, err = said("export", run, "--format", fmt)
    assert (code, out) == (4, "")
    assert err.startswith(f"{path}: id: must be letters, digits and single dashes, got ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("pick", ["../../outside/x", "/etc/passwd", CODE, "\x1b[31mx", "knee/../best"])
def test_a_pick_that_is_no_id_is_no_path(pick: str, run: Path, said: Callable[..., Said]) -> None:
    code, out, err = said("export", run, "--format", "dnf", "--pick", pick)
    assert (code, out) == (2, "")
    assert "no such member of the front" in err
    assert err.rstrip("\n").isprintable()


def test_an_id_in_front_csv_that_leads_elsewhere_is_refused(run: Path, said: Callable[..., Said]) -> None:
    text = (run / "front.csv").read_text().splitlines()
    text[1] = ",".join(["../../x", *text[1].split(",")[1:]])
    (run / "front.csv").write_text("\n".join([*text, ""]))
    code, _, err = said("export", run, "--format", "dnf", "--pick", "knee")
    assert (code, err) == (4, f"{run}/front.csv:2: id: must be letters, digits and single dashes, got '../../x'\n")


RAW = set(map(chr, [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])) - {"\n"}
READERS: dict[str, tuple[object, ...]] = {
    "status": ("status", "run"),
    "report": ("report", "run"),
    "evaluate": ("evaluate", "run", "rows.csv"),
    "evaluate as json": ("evaluate", "run", "rows.csv", "--json"),
    "dnf": ("export", "run", "--format", "dnf"),
    "json": ("export", "run", "--format", "json"),
    "python": ("export", "run", "--format", "python"),
    "bad format": ("export", "run", "--format", "\x1b]0;x\x07"),
    "bad data": ("predict", "run", "no\x1b[2J\u202e.csv"),
    "no run": ("status", "\x1b[31mred\u202e"),
    "unknown option": ("status", "run", "--\x1b[31m"),
}


@pytest.mark.parametrize("command", READERS.values(), ids=READERS.keys())
def test_nothing_that_a_run_holds_is_obeyed_by_a_terminal(
    command: tuple[object, ...], run: Path, said: Callable[..., Said], capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "\x1b[31mred\x07\x9b\u202egnp\u2066x\u2029y"
    shutil.copy(flowers(Path()), "rows.csv")
    for path in (run / "run.json", run / "encoder.json"):
        record = json.loads(path.read_bytes())
        record |= {"name": hostile, "state": hostile, "stop_reason": hostile} if path.name == "run.json" else {}
        if path.name == "encoder.json":
            record["task"]["outputs"] = ["kind"]
            record["task"]["classes"][:] = [hostile, *record["task"]["classes"][1:]]
        path.write_text(json.dumps(record))
    with (run / "report.md").open("a") as report:
        report.write(f"{hostile}\n[x](file:///etc/passwd)\n")
    try:
        _, out, err = said(*command)
    except SystemExit:
        out, err = capsys.readouterr()
    assert out or err
    assert not RAW & set(out + err)


def changes(made: Path) -> dict[str, tuple[str, Any]]:
    """Files and what they hold instead."""
    result = json.loads((made / "result.json").read_bytes())
    record = json.loads((made / "run.json").read_bytes())
    return {
        "deep": ("result.json", "[" * 100_000),
        "deep object": ("run.json", '{"a":' * 5000 + "1" + "}" * 5000),
        "digits": ("result.json", '{"generations": ' + "1" * 5000 + "}"),
        "nan": ("result.json", json.dumps(result | {"seconds": float("nan")})),
        "infinite": ("result.json", json.dumps(result).replace('"seconds": ', '"seconds": 1e999, "x": ', 1)),
        "twice": ("run.json", json.dumps(record)[:-1] + ', "id": "x"}'),
        "latin": ("run.json", json.dumps(record | {"name": "größe"}, ensure_ascii=False).encode("latin-1")),
        "half a pair": ("run.json", json.dumps(record | {"name": "\ud800"})),
        "list": ("result.json", "[]"),
        "no best": ("result.json", json.dumps({k: v for k, v in result.items() if k != "best"})),
        "best is a list": ("result.json", json.dumps(result | {"best": []})),
        "no identity": ("run.json", json.dumps({k: v for k, v in record.items() if k != "identity"})),
        "seed as text": ("run.json", json.dumps(record | {"seed": "3"})),
        "counts as text": ("result.json", json.dumps(result | {"generations": "6"})),
        "negative": ("result.json", json.dumps(result | {"evaluations": -1})),
        "empty front": ("result.json", json.dumps(result | {"front": []})),
        "a pick from elsewhere": ("result.json", json.dumps(result | {"best": result["best"] | {"id": "g9-s9"}})),
        "fewer classes": ("result.json", json.dumps(result | {"data": result["data"] | {"classes": ["a", "b"]}})),
        "no mask": ("result.json", json.dumps(result | {"genome": "mask"})),
    }


def test_tampered_records_are_one_line_with_file_and_key_and_exit_4(
    made: Path, run: Path, said: Callable[..., Said]
) -> None:
    for what, (name, content) in changes(made).items():
        whole = (run / name).read_bytes()
        (run / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        for command in (("report", run, "--html", "page.html"), ("report", run, run)):
            code, out, err = said(*command)
            assert (code, out, err.count("\n")) == (4, "", 1), (what, err)
            assert err.startswith(f"{run / name}: "), (what, err)
            assert len(err) <= 301, what
        (run / name).write_bytes(whole)


@pytest.mark.parametrize(
    ("change", "said_of_it"),
    [
        ({"terms": [[[99]], [], []]}, "terms[0][0]: has the literal 99, the inputs are 1 to "),
        ({"terms": [[[0]], [], []]}, "terms[0][0]: has the literal 0, the inputs are 1 to "),
        ({"terms": [[], [[-(2**70)]], []]}, "terms[1][0]: has the literal -1180591620717411303424, "),
        ({"terms": [[[1, -1]], [], []]}, "terms[0][0]: names an input twice"),
        ({"terms": [[[1]]]}, "terms: must be the terms of 3 outputs, got those of 1"),
        ({"terms": {"a": []}}, "terms: must be a list, got an object"),
        ({"n_inputs": 10**9}, "n_inputs: the model reads 1000000000 inputs, the data has "),
        ({"n_inputs": -1}, "n_inputs: must be greater than or equal to 1, got -1"),
        ({"kind": "dnf"}, "kind: must be 'sop' or 'pos', got 'dnf'"),
        ({"inverted": True}, "inverted: classes that vote are never inverted"),
    ],
)
def test_a_model_that_does_not_fit_is_refused_before_it_is_made(
    change: dict[str, Any], said_of_it: str, run: Path, said: Callable[..., Said]
) -> None:
    path = run / "models" / "best.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change))
    code, out, err = said("export", run, "--format", "dnf")
    assert (code, out) == (4, "")
    assert err.startswith(f"{path}: {said_of_it}")
