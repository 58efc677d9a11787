"""Common pairs of operands computed once: the same function, with fewer operations."""

from __future__ import annotations

import random
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from evo.export.circuit import Circuit, Gate, Score
from evo.export.decide import n_operations
from evo.export.share import shared
from fitness.data.dataset import Task

N_INPUTS = 5


def random_network(seed: int, n_gates: int) -> Circuit:
    rng = random.Random(seed)
    gates = []
    for number in range(n_gates):
        nodes = rng.sample(range(1, N_INPUTS + number + 1), rng.randint(0, min(6, N_INPUTS + number)))
        gates.append(Gate(rng.choice(("and", "or", "xor")), tuple(rng.choice((1, -1)) * node for node in nodes)))
    last = N_INPUTS + n_gates
    outputs = tuple(rng.choice((1, -1)) * rng.randint(1, last) for _ in range(3))
    task = Task("multioutput", ("a", "b", "c"), ("0", "1"), ())
    score = Score(1, ((rng.randint(1, last), 2), (-rng.randint(1, last), 1)))
    return Circuit("", (), task, (None,) * N_INPUTS, tuple(range(1, 6)), {}, tuple(gates), outputs, (score,))  # type: ignore[arg-type]


def values(network: Circuit, row: tuple[bool, ...]) -> tuple[object, ...]:
    """Outputs and scores by the definition of a gate."""
    known = dict(enumerate(row, start=1))

    def value(literal: int) -> bool:
        return known[abs(literal)] == (literal > 0)

    for node, gate in network.numbered():
        read = [value(literal) for literal in gate.fanin]
        known[node] = {"and": all(read), "or": any(read), "xor": sum(read) % 2 == 1}[gate.op]
    scores = [s.bias + sum(weight for literal, weight in s.votes if value(literal)) for s in network.scores]
    return *(value(literal) for literal in network.outputs), *scores


@given(st.integers(0, 10**6), st.integers(0, 12))
def test_sharing_keeps_every_value(seed: int, n_gates: int) -> None:
    network = random_network(seed, n_gates)
    smaller = shared(network)
    for row in product((False, True), repeat=N_INPUTS):
        assert values(smaller, row) == values(network, row)


@given(st.integers(0, 10**6), st.integers(0, 12))
def test_sharing_never_adds_operations_and_gates_follow_what_they_read(seed: int, n_gates: int) -> None:
    network = random_network(seed, n_gates)
    smaller = shared(network)
    assert n_operations(smaller) <= n_operations(network)
    for node, gate in smaller.numbered():
        assert all(abs(literal) < node for literal in gate.fanin)


def test_a_pair_that_three_terms_have_is_computed_once() -> None:
    task = Task("multioutput", ("a", "b", "c"), ("0", "1"), ())
    gates = tuple(Gate("and", (1, -2, third)) for third in (3, 4, 5))
    network = Circuit("", (), task, (None,) * 5, (1, 2, 3, 4, 5), {}, gates, (6, 7, 8), ())  # type: ignore[arg-type]
    smaller = shared(network)
    assert n_operations(network) == 6
    assert n_operations(smaller) == 4
    assert Gate("and", (-2, 1)) in smaller.gates
