"""Networks of more than two levels, with xors, through every writer of networks."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from functools import reduce
from operator import xor
from pathlib import Path

import pytest

from evo.export import Exported
from evo.export.aiger import to_aag, to_aig
from evo.export.blif import to_blif
from evo.export.c_source import to_c
from evo.export.c_words import to_c_bitsliced
from evo.export.circuit import Circuit, Gate, Score, pruned
from evo.export.decide import decided, n_operations
from evo.export.pla import to_pla
from evo.export.smtlib import to_smt2
from evo.export.sql import to_sql
from evo.export.verilog import to_verilog
from evo.model import Model
from fitness.data.dataset import Task
from tests.kits.circuit_checks import CIRCUITS, TOOLS, Truth
from tests.kits.exporters import ExportCase
from tests.kits.logic_cases import TASKS, bit_encoder
from tests.kits.oracle_tables import Bits, label_of
from tests.kits.outside import needs
from tests.kits.table_checks import TABLE_TOOLS, TABLES

N = 4
WRITERS: dict[str, Callable[[Circuit], Exported]] = {
    "c": to_c,
    "c-bitsliced": to_c_bitsliced,
    "sql": to_sql,
    "smt2": to_smt2,
    "verilog": to_verilog,
    "blif": to_blif,
    "aiger": to_aag,
    "aig": to_aig,
    "pla": to_pla,
}


def random_network(task: Task, seed: int) -> Circuit:
    """Eight gates of any kind over inputs and earlier gates, constants among them; outputs or votes of any of these."""
    rng = random.Random(seed)

    def literals(most: int, smallest: int, largest: int) -> tuple[int, ...]:
        nodes = rng.sample(range(1, most + 1), min(most, rng.randint(smallest, largest)))
        return tuple(rng.choice([1, -1]) * node for node in nodes)

    gates = tuple(Gate(rng.choice(["and", "or", "xor"]), literals(N + k, 0 if k == 2 else 2, 4)) for k in range(8))
    covers, votes = task.n_covers, task.kind == "multiclass"
    outputs = () if votes else tuple(rng.choice([1, -1]) * rng.randint(N + 4, N + 8) for _ in range(covers))
    scores = tuple(
        Score(rng.randint(0, 3), tuple((lit, rng.randint(1, 5)) for lit in literals(N + 8, 0, 6)))
        for _ in range(covers)
    )
    bits = bit_encoder(task, N).binarizer.bits
    kinds = {bit.feature: "bit" for bit in bits}
    made = Circuit("made up", (), task, bits, (1, 2, 3, 4), kinds, gates, outputs, scores if votes else ())  # type: ignore[arg-type]
    return pruned(made)


def meaning(network: Circuit, inputs: Sequence[int]) -> Bits:
    """Output bits by the definition of gates and votes."""
    values = dict(enumerate(inputs, start=1))

    def of(literal: int) -> int:
        return values[abs(literal)] ^ int(literal < 0)

    for node, gate in network.numbered():
        fanin = [of(literal) for literal in gate.fanin]
        values[node] = int({"and": all, "or": any, "xor": lambda bits: reduce(xor, bits, 0)}[gate.op](fanin))
    if not network.scores:
        return tuple(of(literal) for literal in network.outputs)
    sums = [score.bias + sum(weight * of(literal) for literal, weight in score.votes) for score in network.scores]
    won = next(c for c in network.task.prior if sums[c] == max(sums))
    return (won,) if len(sums) == 2 else tuple(int(c == won) for c in range(len(sums)))


ALL = list(itertools.product((0, 1), repeat=N))
FORMATS = [pytest.param(f, marks=needs(*(TABLE_TOOLS | TOOLS).get(f, ("berkeley-abc",)))) for f in WRITERS]


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
@pytest.mark.parametrize("fmt", FORMATS)
def test_a_composed_network_is_written_as_it_is_defined(fmt: str, task: Task, tmp_path: Path) -> None:
    for seed in range(2):
        network = random_network(task, seed)
        content = WRITERS[fmt](network)
        if fmt in CIRCUITS:
            CIRCUITS[fmt](content, Truth(N, lambda inputs, made=network: meaning(made, inputs)), tmp_path)
        else:
            rows = [{f"x{i}": str(value) for i, value in enumerate(row)} for row in ALL]
            case = ExportCase(Model("m", "sop", N, [[[1, 2, 3, 4]]] * task.n_covers), bit_encoder(task, N), rows)
            expected = [label_of(task, meaning(network, row)) for row in ALL]
            assert TABLES[fmt](content, case, tmp_path) == expected


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
@pytest.mark.parametrize("seed", range(25))
def test_a_decided_network_has_gates_alone_and_means_the_same(task: Task, seed: int) -> None:
    network = random_network(task, seed)
    circuit = decided(network)
    assert circuit.scores == ()
    assert all(len(gate.fanin) == 2 for gate in circuit.gates if gate.op == "xor")
    assert all(
        abs(literal) < circuit.n_inputs + place
        for place, gate in enumerate(circuit.gates, start=1)
        for literal in gate.fanin
    )
    assert [meaning(circuit, row) for row in ALL] == [meaning(network, row) for row in ALL]


def test_operations_are_counted_for_two_operands_and_without_inversions() -> None:
    gates = (Gate("and", (1, -2, 3)), Gate("or", (5, 4)))
    network = random_network(TASKS["two classes"], 0)
    flat = Circuit(
        network.title, (), network.task, network.bits, network.numbers, network.kinds, gates, (-6,), ()
    )  # fmt: skip
    assert n_operations(decided(flat)) == 3


def test_a_thousand_classes_take_gates_in_proportion() -> None:
    def gates(k: int) -> int:
        task = Task("multiclass", ("y",), tuple(map(str, range(k))), tuple(range(k)))
        scores = tuple(Score(0, ((1 + c % N, 1), (-1 - (c + 1) % N, 2))) for c in range(k))
        bits = bit_encoder(task, N).binarizer.bits
        made = Circuit("", (), task, bits, (1, 2, 3, 4), {bit.feature: "bit" for bit in bits}, (), (), scores)
        return n_operations(decided(made))

    assert gates(1000) < 15 * gates(100)
