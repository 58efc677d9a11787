"""`evo export --module` and `--testbench`."""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path

import pytest

from evo.api import Result
from tests.kits.circuit_checks import said
from tests.kits.commands import Evo
from tests.kits.outside import needs
from tests.kits.small_runs import small_run

NAME = ("--module", "loans")
NAMED = "verilog or blif or python or c or c-bitsliced"
TAKEN = "a name of this file already; choose another"
FUNCTION = "a function of Python has a name of at most 48 letters, digits and underscores"


@pytest.fixture(scope="module")
def sums(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A run on a + b of two bits each, read from a table of bits."""
    folder = tmp_path_factory.mktemp("sums")
    rows = [f"{a & 1}{a >> 1}{b & 1}{b >> 1} {a + b & 1}{a + b >> 1 & 1}" for a in range(4) for b in range(4)]
    head = ".i 4\n.o 2\n.ilb a[0] a[1] b[0] b[1]\n.ob s[0] s[1]\n"
    (folder / "sums.pla").write_text(head + "\n".join(rows) + "\n.e\n")
    split = {"valid": 0, "test": 0}
    return small_run(folder, {"source": "pla", "path": str(folder / "sums.pla"), "split": split}, name="sums")


@needs("iverilog", "vvp")
def test_the_command_writes_a_module_and_its_testbench(evo_: Evo, sums: Result, tmp_path: Path) -> None:
    module = evo_("export", sums.run_dir, "--format", "verilog", "--module", "two_bits")
    bench = evo_("export", sums.run_dir, "--format", "verilog", "--module", "two_bits", "--testbench")
    assert (module.err, bench.err) == ("", "")
    assert said(module.out, bench.out, tmp_path) == ["PASS: 16 of 16 rows as the model predicts"]
    blif = evo_("export", sums.run_dir, "--format", "blif", "--module", "two_bits")
    assert ".model two_bits\n.inputs a[0] a[1] b[0] b[1]\n.outputs s[0] s[1]\n" in blif.out


@needs("iverilog", "vvp")
def test_a_testbench_of_classes_that_vote(evo_: Evo, three_classes: Result, tmp_path: Path) -> None:
    module, bench = (
        evo_("export", three_classes.run_dir, "--format", "verilog", *more).out for more in ((), ("--testbench",))
    )
    (line,) = said(module, bench, tmp_path)
    assert line.startswith("PASS: ")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("sql", "--module", "m"), f"--module: expected a model with --format {NAMED}, got --format sql"),
        (("blif", "--testbench"), "--testbench: expected a model with --format verilog, got --format blif"),
        (
            ("verilog", "--scorecard", "--module", "m"),
            f"--module: expected a model with --format {NAMED}, got --scorecard",
        ),
        (("c", "--module", "struct"), "--module: 'struct' is a word of Verilog or C; choose another name"),
        (("python", "--module", "_terms_0"), f"--module: _terms_0 is {TAKEN} than '_terms_0'"),
        (("python", "--module", "def"), f"--module: {FUNCTION} that is no word of Python, got 'def'"),
        (("verilog", "--module", "wire"), "--module: 'wire' is a word of Verilog or C; choose another name"),
    ],
)
def test_what_has_no_module_says_so(evo_: Evo, sums: Result, words: tuple[str, ...], line: str) -> None:
    told = evo_("export", sums.run_dir, "--format", *words)
    assert (told.code, told.out, told.err) == (2, "", f"{line}\n")


def test_a_python_function_has_the_name_asked_for(evo_: Evo, three_classes: Result) -> None:
    texts = [evo_("export", three_classes.run_dir, "--format", "python", *more).out for more in ((), NAME)]
    plain, named = ({}, {})  # type: dict[str, Any], dict[str, Any]
    for text, into in zip(texts, (plain, named), strict=True):
        exec(text, into)
    assert "predict" in plain and "loans" in named and "predict" not in named
    rng = random.Random(3)
    columns = json.loads((three_classes.run_dir / "encoder.json").read_text())["binarizer"]["columns"]
    for _ in range(50):
        row = {c: rng.uniform(0, 9) if kind == "number" else rng.choice(["sand", "clay"]) for c, kind, *_ in columns}
        assert named["loans"](row) == plain["predict"](row)


@needs("gcc")
def test_two_models_in_c_fit_into_one_program(evo_: Evo, sums: Result, three_classes: Result, tmp_path: Path) -> None:
    texts = [
        evo_("export", run.run_dir, "--format", fmt, "--module", name).out
        for run, fmt, name in (
            (sums, "c", "sums"),
            (three_classes, "c", "kinds"),
            (sums, "c-bitsliced", "fast"),
            (three_classes, "c-bitsliced", "kinds_fast"),
        )
    ]
    (tmp_path / "all.c").write_text("\n".join(texts))
    command = ["gcc", "-std=c99", "-Wall", "-Werror", "-Wno-unused", "-c", "all.c", "-o", "all.o"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert not re.search(r"\bevo_|\bEVO_", "".join(texts))
    assert "int kinds_predict(const kinds_row *row)" in texts[1] and "FAST_INPUTS" in texts[2]
