"""Buses, names of modules and testbenches, as iverilog, yosys and abc take them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evo.errors import ExportError
from evo.export import CIRCUITS
from evo.export.circuit import Circuit, circuit_of
from evo.export.ports import check_module, input_names, output_names, wired
from evo.export.testbench import MOST_ROWS, chosen_rows, to_testbench
from evo.models.two_level import Model
from fitness.data.binarize import Binarizer
from fitness.data.dataset import Bit, Task
from fitness.data.encoder import Encoder
from fitness.data.schema import Field
from tests.kits.circuit_checks import said
from tests.kits.oracle_tables import outputs_of
from tests.kits.outside import needs, run

#: A bus of four wires, one that lacks a wire, one from 1 on, a bit called as a bus is, and a word of the language.
COLUMNS = ("a[0]", "a[1]", "a[2]", "a[3]", "gap[0]", "gap[2]", "a", "reg[2]", "reg[1]")
TASK = Task("multioutput", ("s[0]", "s[1]"), ("0", "1"), ())
#: s[0] = a[1] and not reg[1], or a; s[1] = not a[1] and gap[2].
MODEL = Model("m", "sop", len(COLUMNS), [[[2, -9], [7]], [[-2, 6]]])


def encoder() -> Encoder:
    bits = tuple(Bit(name, "is", None, name, f"NOT {name}") for name in COLUMNS)
    return Encoder(TASK, Binarizer(tuple(Field(name, "bit") for name in COLUMNS), bits))


def circuit(name: str = "adder") -> Circuit:
    return replace(circuit_of(MODEL, encoder()), name=name)


def bench_of(rows: list[tuple[int, ...]]) -> str:
    """With the outputs of the model in plain Python."""
    whole = wired(circuit())
    numbers = list(circuit().numbers)
    wanted = [outputs_of(MODEL, TASK, tuple(row[whole.numbers.index(n)] for n in numbers)) for row in rows]
    return to_testbench(whole, np.array(rows, dtype=np.bool_), np.array(wanted, dtype=np.bool_))


def test_a_bus_has_all_its_wires_and_its_own_name() -> None:
    whole = wired(circuit())
    names = ("a[0]", "a[1]", "a[2]", "a[3]", "gap_2", "a_2", "reg_2[2]", "reg_2[1]")
    assert input_names(whole) == names
    assert output_names(whole, input_names(whole)) == ("s[0]", "s[1]")
    text = str(CIRCUITS["verilog"](circuit()))
    assert "\nmodule adder (\n    input wire [3:0] a, // a[3:0]\n    input wire gap_2," in text
    assert "    input wire [2:1] reg_2, // reg[2:1]\n    output wire [1:0] s // s[1:0]\n);" in text


@needs("berkeley-abc", "yosys")
def test_abc_matches_buses_by_name_between_formats(tmp_path: Path) -> None:
    for fmt, file in (("verilog", "m.v"), ("blif", "m.blif"), ("aig", "m.aig"), ("pla", "m.pla")):
        content = CIRCUITS[fmt](circuit())
        (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    run(["yosys", "-q", "-p", "read_verilog m.v; proc; flatten; techmap; write_blif v.blif"], tmp_path)
    swapped = (tmp_path / "m.blif").read_text().replace(".inputs a[0] a[1]", ".inputs a[1] a[0]")
    (tmp_path / "swapped.blif").write_text(swapped)  # another order: equal by name alone
    for other in ("v.blif", "m.aig", "m.pla", "swapped.blif"):
        verdict = run(["berkeley-abc", "-c", f"cec m.blif {other}"], tmp_path)
        assert "Networks are equivalent" in verdict, (other, verdict)


@needs("iverilog", "vvp")
def test_a_testbench_passes_the_module_and_fails_broken_ones(tmp_path: Path) -> None:
    rng = random.Random(5)
    rows = [tuple(rng.randrange(2) for _ in range(wired(circuit()).n_inputs)) for _ in range(60)]
    bench, module = bench_of(rows), str(CIRCUITS["verilog"](circuit()))
    assert said(module, bench, tmp_path)[0] == "PASS: 60 of 60 rows as the model predicts"
    for old, new in (("a[1] & ", "a[2] & "), ("~reg_2[1]", "reg_2[1]"), ("assign s[1] = ", "assign s[1] = 1'bz & ")):
        assert old in module
        told = said(module.replace(old, new, 1), bench, tmp_path)
        assert told[0].startswith("differs: inputs ")
        assert told[-1].startswith("FAIL: ")
        assert len(told) <= 11


@needs("iverilog", "vvp")
def test_a_testbench_of_a_model_without_inputs(tmp_path: Path) -> None:
    constant = circuit_of(Model("m", "sop", len(COLUMNS), [[[]], []]), encoder())
    bench = to_testbench(constant, np.zeros((1, 0), dtype=np.bool_), np.array([[True, False]]))
    assert said(str(CIRCUITS["verilog"](constant)), bench, tmp_path) == ["PASS: 1 of 1 rows as the model predicts"]
    wrong = to_testbench(constant, np.zeros((1, 0), dtype=np.bool_), np.array([[True, True]]))
    assert said(str(CIRCUITS["verilog"](constant)), wrong, tmp_path)[-1].startswith("FAIL: 1 of 1")


def test_rows_of_a_testbench_differ_and_are_few() -> None:
    inputs = np.array([[0, 1], [0, 1], [1, 1], [0, 0], [1, 1]], dtype=np.bool_)
    assert chosen_rows(inputs, 1).tolist() == [0, 2, 3]
    many = (np.arange(20_000)[:, None] >> np.arange(15) & 1).astype(np.bool_)
    chosen = chosen_rows(many, 1)
    assert len(set(chosen.tolist())) == MOST_ROWS
    assert chosen[-1] > 19_990
    assert chosen_rows(np.zeros((3, 0), dtype=np.bool_), 1).tolist() == [0]


@pytest.mark.parametrize("name", ["", "1st", "a b", "wire", "Module", "a\n", "é", "x" * 49])
def test_a_name_that_is_no_name_of_a_module_is_refused(name: str) -> None:
    with pytest.raises(ExportError, match=r"^--module: "):
        check_module(name)


def test_a_module_is_not_called_as_its_port() -> None:
    with pytest.raises(ExportError, match=r"^--module: a is a port of this module; choose another name$"):
        CIRCUITS["verilog"](circuit("a"))
