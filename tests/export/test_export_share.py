"""Common pairs of operands computed once: the same function, with fewer operations."""

from __future__ import annotations

import random
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from evo.export.circuit import Score
from evo.export.gates import Gate, Gates
from evo.export.share import shared
from tests.kits.gate_values import gate_values, of, votes_of

N_INPUTS = 5


def random_gates(seed: int, n_gates: int) -> Gates:
    rng = random.Random(seed)

    def literals(nodes: list[int]) -> tuple[int, ...]:
        return tuple(2 * node + rng.randint(0, 1) for node in nodes)

    gates = []
    for number in range(n_gates):
        op = rng.choice(("and", "or", "xor"))
        most = 2 if op == "xor" else min(6, N_INPUTS + number)
        nodes = rng.sample(range(1, N_INPUTS + number + 1), rng.randint(2, most))
        gates.append(Gate(op, literals(nodes)))
    last = N_INPUTS + n_gates
    outputs = literals([rng.randint(1, last) for _ in range(3)])
    first, second = literals([rng.randint(1, last) for _ in range(2)])
    return Gates(N_INPUTS, tuple(gates), outputs, (Score(1, ((first, 2), (second, 1))),))


def decides(gates: Gates, row: tuple[int, ...]) -> tuple[int, ...]:
    """Outputs and scores by the definition of a gate."""
    values = gate_values(gates, row)
    return *(int(of(values, literal)) for literal in gates.outputs), *votes_of(gates.scores, values)


@given(st.integers(0, 10**6), st.integers(0, 12))
def test_sharing_keeps_every_value(seed: int, n_gates: int) -> None:
    gates = random_gates(seed, n_gates)
    smaller = shared(gates)
    for row in product((0, 1), repeat=N_INPUTS):
        assert decides(smaller, row) == decides(gates, row)


@given(st.integers(0, 10**6), st.integers(0, 12))
def test_sharing_never_adds_operations_and_gates_follow_what_they_read(seed: int, n_gates: int) -> None:
    gates = random_gates(seed, n_gates)
    smaller = shared(gates)
    assert smaller.n_operations <= gates.n_operations
    assert all(literal >> 1 < node for node, gate in smaller.numbered() for literal in gate.fanin)
    assert all(len(gate.fanin) > 1 for gate in smaller.gates)


def test_a_pair_that_three_terms_have_is_computed_once() -> None:
    x0, x1, *others = range(2, 12, 2)
    gates = Gates(5, tuple(Gate("and", (x0, x1 ^ 1, third)) for third in others), (12, 14, 16), ())
    smaller = shared(gates)
    assert gates.n_operations == 6
    assert smaller.n_operations == 4
    assert Gate("and", (x0, x1 ^ 1)) in smaller.gates
