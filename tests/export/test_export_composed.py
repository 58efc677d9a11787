"""Circuits of more than two levels, with XORs, through every writer."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import pytest

from evo.export import CIRCUITS as WRITERS
from evo.export import EXPORTERS
from evo.export.circuit import Circuit, Score
from evo.export.decide import decided
from evo.export.gates import gates_of
from evo.models.two_level import Model
from fitness.data.dataset import Task
from genomes.circuits.builder import Builder
from genomes.circuits.graph import TRUE
from tests.kits.circuit_checks import CIRCUITS, TOOLS, Truth
from tests.kits.exporters import ExportCase
from tests.kits.gate_values import decision, gate_values, meaning
from tests.kits.logic_cases import TASKS, bit_encoder
from tests.kits.oracle_tables import label_of
from tests.kits.outside import needs
from tests.kits.table_checks import TABLE_TOOLS, TABLES

N = 4


def circuit_over(task: Task, build: Builder, outputs: Sequence[int], scores: Sequence[Score]) -> Circuit:
    binarizer = bit_encoder(task, N).binarizer
    numbers, graph = tuple(range(1, N + 1)), build.graph()
    whole = Circuit("made up", (), task, binarizer.bits, numbers, binarizer, graph, tuple(outputs), tuple(scores))
    return whole.cleaned()


def random_circuit(task: Task, seed: int) -> Circuit:
    """Twelve operations of any kind over inputs and earlier ones, constants among them; outputs or votes of any."""
    rng, build = random.Random(seed), Builder(N)
    literals = [TRUE, *build.graph().inputs()]

    def some(smallest: int, largest: int) -> list[int]:
        return [literal ^ rng.randint(0, 1) for literal in rng.sample(literals, rng.randint(smallest, largest))]

    for _ in range(12):
        operation = rng.choice([build.all, build.any, lambda operands: reduce(build.xor, operands)])
        literals.append(operation(some(2, min(4, len(literals)))))
    if task.kind != "multiclass":
        return circuit_over(task, build, some(task.n_covers, task.n_covers), ())
    weights = [{literal & ~1 or TRUE: rng.randint(1, 5) for literal in some(0, 6)} for _ in range(task.n_covers)]
    return circuit_over(task, build, (), [Score.of(rng.randint(0, 3), row) for row in weights])


ALL = list(itertools.product((0, 1), repeat=N))
FORMATS = [pytest.param(f, marks=needs(*(TABLE_TOOLS | TOOLS).get(f, ("berkeley-abc",)))) for f in WRITERS]


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
@pytest.mark.parametrize("fmt", FORMATS)
def test_a_composed_circuit_is_written_as_it_is_defined(fmt: str, task: Task, tmp_path: Path) -> None:
    for seed in range(2):
        circuit = random_circuit(task, seed)
        content = WRITERS[fmt](circuit)
        if fmt in CIRCUITS:
            CIRCUITS[fmt](content, Truth(N, lambda inputs, defined=circuit: meaning(defined, inputs)), tmp_path)
        else:
            rows = [{f"x{i}": str(value) for i, value in enumerate(row)} for row in ALL]
            case = ExportCase(Model("m", "sop", N, [[[1, 2, 3, 4]]] * task.n_covers), bit_encoder(task, N), rows)
            expected = [label_of(task, meaning(circuit, row)) for row in ALL]
            assert TABLES[fmt](content, case, tmp_path) == expected


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
@pytest.mark.parametrize("seed", range(25))
def test_a_decided_circuit_has_gates_alone_and_means_the_same(task: Task, seed: int) -> None:
    circuit = random_circuit(task, seed)
    gates = decided(circuit)
    assert gates.scores == ()
    assert [meaning(gates, row) for row in ALL] == [meaning(circuit, row) for row in ALL]


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
@pytest.mark.parametrize("seed", range(25))
def test_gates_of_many_operands_mean_what_the_graph_means(task: Task, seed: int) -> None:
    circuit = random_circuit(task, seed)
    gates = gates_of(circuit)
    for row in ALL:
        assert decision(gates, task, gate_values(gates, row)) == meaning(circuit, row)
    assert all(len(gate.fanin) == 2 for gate in gates.gates if gate.op == "xor")
    assert all(literal >> 1 < node for node, gate in gates.numbered() for literal in gate.fanin)


def test_operations_are_counted_for_two_operands_and_without_complements() -> None:
    build = Builder(N)
    x0, x1, x2, x3 = build.graph().inputs()
    output = build.any([build.all([x0, x1 ^ 1, x2]), x3]) ^ 1
    assert gates_of(circuit_over(TASKS["two classes"], build, [output], ())).n_operations == 3


def test_a_sum_of_products_is_written_as_it_reads() -> None:
    terms = [[1, -2, 3], [1, -2, 4], [-5]]
    text = str(EXPORTERS["verilog"](Model("m", "sop", 5, [terms]), bit_encoder(TASKS["two classes"], 5)))
    assert re.findall(r"(?:wire g\d|assign).*;", text) == [
        "wire g1 = x0 & ~x1 & x2;",
        "wire g2 = x0 & ~x1 & x3;",
        "wire g3 = ~x4 | g1 | g2;",
        "assign ill_is_yes = g3;",
    ]


def test_a_product_of_sums_is_written_as_it_reads() -> None:
    clauses = [[1, -2, 3], [1, -2, 4], [-5]]
    text = str(
        EXPORTERS["verilog"](Model("m", "pos", 5, [clauses], inverted=True), bit_encoder(TASKS["two classes"], 5))
    )
    assert re.findall(r"(?:wire g\d|assign).*;", text) == [
        "wire g1 = x0 | ~x1 | x2;",
        "wire g2 = x0 | ~x1 | x3;",
        "wire g3 = ~x4 & g1 & g2;",
        "assign ill_is_yes = ~g3;",
    ]


def test_a_thousand_classes_take_gates_in_proportion() -> None:
    def gates(k: int) -> int:
        task = Task("multiclass", ("y",), tuple(map(str, range(k))), tuple(range(k)))
        inputs = Builder(N).graph().inputs()
        scores = [Score.of(0, {inputs[c % N]: 1, inputs[(c + 1) % N] ^ 1: 2}) for c in range(k)]
        return len(decided(circuit_over(task, Builder(N), (), scores)).graph)

    assert gates(1000) < 15 * gates(100)
