"""Networks through every exporter: the definition of their units, row by row, and outside tools on their circuits."""

from __future__ import annotations

from pathlib import Path

import pytest

from evo.errors import ExportError
from evo.kinds.network.export import EXPORTERS
from fitness.data.dataset import Task
from tests.kits.circuit_checks import CIRCUITS, TOOLS, Truth, simulated
from tests.kits.logic_cases import TASKS
from tests.kits.network_exports import every_kind, large_case, random_case, read_units
from tests.kits.oracle_tables import label_of
from tests.kits.outside import needs
from tests.kits.readers import read_python
from tests.kits.table_checks import TABLE_TOOLS, TABLES

READERS = {"python": read_python, "json": read_units}
BY_TASK = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())


@BY_TASK
@pytest.mark.parametrize("fmt", READERS)
def test_a_program_says_what_the_units_say(fmt: str, task: Task) -> None:
    for case in [every_kind(task), *(random_case(task, seed) for seed in range(20))]:
        predict = READERS[fmt](str(EXPORTERS[fmt](case.model, case.encoder)))
        assert [predict(row) for row in case.rows] == case.expected()


@BY_TASK
@pytest.mark.parametrize("fmt", [pytest.param(fmt, marks=needs(*TABLE_TOOLS[fmt])) for fmt in TABLES])
def test_outside_tools_on_rows_say_what_the_units_say(fmt: str, task: Task, tmp_path: Path) -> None:
    case = every_kind(task)
    assert TABLES[fmt](str(EXPORTERS[fmt](case.model, case.encoder)), case, tmp_path) == case.expected()


@BY_TASK
@pytest.mark.parametrize(
    "fmt", [pytest.param(fmt, marks=needs(*TOOLS.get(fmt, ("berkeley-abc",)))) for fmt in CIRCUITS]
)
def test_a_circuit_is_the_network_for_all_inputs(fmt: str, task: Task, tmp_path: Path) -> None:
    case = every_kind(task)
    content = EXPORTERS[fmt](case.model, case.encoder)
    CIRCUITS[fmt](content, Truth(len(case.model.used), case.outputs), tmp_path)


def test_thousands_of_gates_meet_no_limit_of_a_parser(tmp_path: Path) -> None:
    case = large_case(TASKS["votes of three"], 1000, n_rows=20)
    contents = {fmt: EXPORTERS[fmt](case.model, case.encoder) for fmt in EXPORTERS if fmt != "pla"}
    assert int(contents["aig"].split()[5]) > 3000
    predict = read_python(str(contents["python"]))
    assert [predict(row) for row in case.rows] == case.expected()
    assert TABLES["sql"](str(contents["sql"]), case, tmp_path) == case.expected()


@needs("iverilog", "vvp")
def test_verilog_of_a_deep_network_is_the_network(tmp_path: Path) -> None:
    case = large_case(TASKS["several outputs"], 300)
    vectors = [tuple(int(row[f"x{number - 1}"]) for number in case.model.used) for row in case.rows]
    said = simulated(str(EXPORTERS["verilog"](case.model, case.encoder)), vectors, tmp_path)
    assert [label_of(case.encoder.task, outputs) for outputs in said] == case.expected()


def test_what_is_no_two_level_form_is_refused_as_pla() -> None:
    case = large_case(TASKS["two classes"], 200, 30, 1)
    with pytest.raises(ExportError, match="is no sum of products of a size that can be written"):
        EXPORTERS["pla"](case.model, case.encoder)


def test_a_network_in_words() -> None:
    case = every_kind(TASKS["two classes"])
    assert str(EXPORTERS["words"](case.model, case.encoder)).splitlines() == [
        "u1 = parity(x0, x1, x2)  (used 2 times)",
        "u2 = at least 2 of (x0, NOT x1, x3, u1)",
        "u3 = if u1 then u2 else NOT x4  (used 2 times)",
        "u4 = x0 OR NOT x5 OR u3",
        "u5 = any of (x0, x1, x2, x3, u4)",
        "u6 = (x0 AND NOT u5) OR NOT x5 OR (x1 AND x2)",
        "u7 = 2 * x3 + 3 * u6 - (NOT x4) + u3 >= 3",
        "u8 = table(u7, x4, NOT x0) = 0110 1001",
        "u9 = exactly 1 or 3 of (x0, x1, x2, u8)",
        "ill = yes when NOT u9",
        "otherwise ill = no",
    ]


def test_votes_in_words() -> None:
    case = every_kind(TASKS["votes of three"])
    assert str(EXPORTERS["words"](case.model, case.encoder)).splitlines()[-10:] == [
        "kind = a gets for each that holds",
        "  2 votes  u9",
        "  1 vote   u1",
        "kind = b has 1 vote, and for each that holds",
        "  2 votes  u9",
        "  1 vote   u2",
        "kind = c gets for each that holds",
        "  2 votes  u8",
        "  1 vote   NOT x3",
        "most votes win; ties go to the first of c, a, b",
    ]
