"""Figures of the exported C: all there, and counted right where they can be counted."""

from __future__ import annotations

import json
import random

import pytest

from evo.errors import ExportError
from evo.export.circuit import circuit_of
from evo.export.speed import measured
from evo.models.two_level import Model
from tests.kits.export_cases import random_model
from tests.kits.logic_cases import TASKS, bit_encoder, chosen_case
from tests.kits.outside import needs


@needs("gcc")
def test_every_figure_is_measured() -> None:
    case = chosen_case()
    figures = measured(circuit_of(case.model, case.encoder), budget=0.002, megabytes=1)
    assert set(figures) == {"compiler", "flags", "c", "c-bitsliced", "aig", "yosys"}
    assert set(figures["c"]) == {"latency_ns", "rows_per_second", "code_bytes"}
    assert {name for name in figures["c-bitsliced"] if name.endswith("_per_second")} == {
        "cache_samples_per_second", "memory_samples_per_second", "memory_bytes_per_second", "read_bytes_per_second",
    }  # fmt: skip
    assert all(value > 0 for value in (*figures["c"].values(), *figures["c-bitsliced"].values()))
    assert figures["c-bitsliced"]["operations_per_word"] == 3  # x0 AND NOT x1, x1 AND x2, and their OR
    assert figures["aig"] == {"ands": 3, "levels": 2}
    json.dumps(figures, allow_nan=False)


@needs("gcc")
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_every_kind_of_task_can_be_measured(task: object) -> None:
    encoder = bit_encoder(task)  # type: ignore[arg-type]
    for model in (random_model(random.Random(1), encoder), Model("m", "sop", 5, [[]] * encoder.task.n_covers)):
        measured(circuit_of(model, encoder), budget=0.001, megabytes=1)


@needs("gcc", "yosys")
def test_yosys_counts_cells_and_depth() -> None:
    case = chosen_case()
    found = measured(circuit_of(case.model, case.encoder), budget=0.001, megabytes=1)["yosys"]
    assert found["cells"] <= 4  # a multiplexer of three inputs and at most an inverter
    assert 2 <= found["depth"] <= 3


def test_without_a_compiler_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    case = chosen_case()
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CC", raising=False)
    with pytest.raises(ExportError) as caught:
        measured(circuit_of(case.model, case.encoder))
    assert str(caught.value) == (
        "evo bench-model: no C compiler to measure with: neither cc, gcc nor clang is installed; install gcc or set CC"
    )


def test_a_compiler_that_is_set_but_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    case = chosen_case()
    monkeypatch.setenv("CC", "no-such-cc -m32")
    with pytest.raises(ExportError, match="CC=no-such-cc is not there"):
        measured(circuit_of(case.model, case.encoder))
