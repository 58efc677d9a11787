"""The builder of circuits against truth tables of plain Booleans and against integers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomes.circuits.builder import Builder
from genomes.circuits.graph import AND, FALSE, TRUE, XOR, Graph
from tests.kits.gate_values import node_values, of

N = 4
ROWS = list(itertools.product((False, True), repeat=N))
#: Constants, inputs and their complements.
LITERALS = st.sampled_from(range(2 * N + 2))
SEVERAL = st.lists(LITERALS, max_size=7)


def literal_values(literal: int) -> list[bool]:
    """Per row, what an input or a constant is."""
    node = literal >> 1
    return [(node > 0 and row[node - 1]) != bool(literal & 1) for row in ROWS]


def table(build: Builder, literal: int) -> list[bool]:
    """Per row, what the builder's graph says."""
    graph = build.graph()
    return [of(node_values(graph, row), literal) for row in ROWS]


def numbers(build: Builder, bits: Sequence[int]) -> list[int]:
    """Per row, the number that the bits are."""
    columns = [table(build, bit) for bit in bits]
    return [sum(column[r] << place for place, column in enumerate(columns)) for r in range(len(ROWS))]


def over(literals: Sequence[int], function: Callable[..., object]) -> list[object]:
    """Per row, the function of the literals' values."""
    columns = [literal_values(literal) for literal in literals]
    return [function(*(column[r] for column in columns)) for r in range(len(ROWS))]


@given(LITERALS, LITERALS, LITERALS)
def test_gates_of_two_and_three_are_their_truth_tables(a: int, b: int, c: int) -> None:
    build = Builder(N)
    assert table(build, build.both(a, b)) == over([a, b], lambda x, y: x and y)
    assert table(build, build.either(a, b)) == over([a, b], lambda x, y: x or y)
    assert table(build, build.xor(a, b)) == over([a, b], lambda x, y: x != y)
    assert table(build, build.mux(a, b, c)) == over([a, b, c], lambda x, y, z: y if x else z)


@given(SEVERAL)
def test_gates_of_many_are_their_truth_tables(literals: list[int]) -> None:
    build = Builder(N)
    assert table(build, build.all(literals)) == over(literals, lambda *xs: all(xs))
    assert table(build, build.any(literals)) == over(literals, lambda *xs: any(xs))


@given(LITERALS, LITERALS, LITERALS)
def test_a_full_adder_adds_three_bits(a: int, b: int, c: int) -> None:
    build = Builder(N)
    assert numbers(build, build.full_adder(a, b, c)) == over([a, b, c], lambda *xs: sum(xs))


@given(st.lists(st.tuples(LITERALS, st.integers(0, 9)), max_size=8))
def test_a_total_is_the_sum_of_the_weights_that_hold(summands: list[tuple[int, int]]) -> None:
    build = Builder(N)
    weights = [weight for _, weight in summands]
    expected = over(
        [literal for literal, _ in summands], lambda *xs: sum(w for w, x in zip(weights, xs, strict=True) if x)
    )
    assert numbers(build, build.total(summands)) == expected


@given(st.lists(LITERALS, max_size=4), st.lists(LITERALS, max_size=4), st.integers(-2, 20))
def test_comparisons_are_those_of_integers(a: list[int], b: list[int], least: int) -> None:
    build = Builder(N)
    left, right = numbers(build, a), numbers(build, b)
    assert table(build, build.greater(a, b)) == [x > y for x, y in zip(left, right, strict=True)]
    assert table(build, build.at_least_constant(a, least)) == [x >= least for x in left]


@given(SEVERAL, st.integers(-1, 8))
def test_at_least_t_counts(literals: list[int], least: int) -> None:
    build = Builder(N)
    assert table(build, build.at_least(literals, least)) == over(literals, lambda *xs: sum(xs) >= least)


@given(st.permutations(range(2, 2 * N + 2, 2)))
def test_equal_structures_are_one_node(literals: list[int]) -> None:
    build = Builder(N)
    for operation in (build.all, build.any, lambda row: build.both(row[0], row[1]), lambda row: build.xor(*row[:2])):
        assert operation(literals) == operation(literals)
    first = build.all(literals)
    assert first == build.all(sorted(literals)) == build.all([*literals, literals[0], TRUE])
    assert build.xor(literals[0], literals[1]) == build.xor(literals[1], literals[0])
    before = len(build.graph())
    assert build.any(literal ^ 1 for literal in literals) == first ^ 1
    assert len(build.graph()) == before


@given(LITERALS, LITERALS)
def test_a_xor_hands_complements_on(a: int, b: int) -> None:
    build = Builder(N)
    assert build.xor(a ^ 1, b) == build.xor(a, b ^ 1) == build.xor(a, b) ^ 1
    assert build.xor(a ^ 1, b ^ 1) == build.xor(a, b)
    assert len(build.graph()) <= 1


@given(LITERALS)
def test_what_is_constant_or_an_operand_takes_no_gate(a: int) -> None:
    build = Builder(N)
    assert (build.both(a, a), build.both(a, TRUE), build.either(a, FALSE), build.xor(a, FALSE)) == (a, a, a, a)
    assert (build.both(a, a ^ 1), build.both(a, FALSE), build.xor(a, a)) == (FALSE, FALSE, FALSE)
    assert (build.either(a, a ^ 1), build.either(a, TRUE), build.xor(a, a ^ 1)) == (TRUE, TRUE, TRUE)
    assert (build.all([]), build.any([])) == (TRUE, FALSE)
    assert (build.mux(a, TRUE, FALSE), build.mux(a, FALSE, TRUE), build.mux(2, a, a)) == (a, a ^ 1, a)
    assert len(build.graph()) == 0


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Graph, list[int]]:
    """A random graph, and the literals of its operations."""
    build, literals = Builder(N), list(range(2 * N + 2))
    for _ in range(draw(st.integers(0, 12))):
        operation = draw(st.sampled_from([build.both, build.xor, build.either]))
        literals.append(operation(draw(st.sampled_from(literals)), draw(st.sampled_from(literals))))
    return build.graph(), literals


@given(graphs())
def test_a_graph_has_no_constants_no_equal_gates_and_reads_what_comes_before(case: tuple[Graph, list[int]]) -> None:
    graph, _ = case
    gates = [tuple(gate) for _, *gate in graph.gates()]
    assert len(set(gates)) == len(gates)
    for node, op, left, right in graph.gates():
        assert 1 < left < right < 2 * node
        assert left >> 1 != right >> 1
        assert op == AND or not (left | right) & 1


@given(graphs())
def test_building_upon_a_graph_keeps_its_literals(case: tuple[Graph, list[int]]) -> None:
    graph, literals = case
    build = Builder.upon(graph)
    build.all(literals[-3:])
    again = build.graph()
    assert np.array_equal(again.ops[: len(graph)], graph.ops)
    assert np.array_equal(again.fanin[: len(graph)], graph.fanin)


def test_the_arrays_are_flat_int32() -> None:
    build = Builder(2)
    build.xor(build.both(2, 5), 4)
    graph = build.graph()
    assert (graph.ops.dtype, graph.fanin.dtype, graph.fanin.shape) == (np.int32, np.int32, (2, 2))
    assert list(graph.gates()) == [(3, AND, 2, 5), (4, XOR, 4, 6)]
    assert Graph.of(3).fanin.shape == (0, 2)


@settings(max_examples=20)
@given(graphs(), st.data())
def test_cleaning_keeps_values_and_leaves_no_dead_node(case: tuple[Graph, list[int]], data: st.DataObject) -> None:
    graph, literals = case
    roots = data.draw(st.lists(st.sampled_from(literals), max_size=3))
    smaller, moved_to = graph.cleaned(roots)
    new_roots = [moved_to[root >> 1] ^ (root & 1) for root in roots]
    assert smaller.n_inputs == graph.n_inputs
    assert all(smaller.reached(new_roots)[smaller.first :])
    for row in ROWS:
        before, after = node_values(graph, row), node_values(smaller, row)
        assert [of(after, root) for root in new_roots] == [of(before, root) for root in roots]


@given(graphs())
def test_a_literal_is_the_and_of_its_conjuncts(case: tuple[Graph, list[int]]) -> None:
    graph, literals = case
    for literal in literals[2 * N + 2 :]:
        parts = graph.conjuncts(literal)
        assert all(part & 1 or part >> 1 < graph.first or graph.ops[(part >> 1) - graph.first] == XOR for part in parts)
        for row in ROWS:
            values = node_values(graph, row)
            assert of(values, literal) == all(of(values, part) for part in parts)


@pytest.mark.parametrize(("n", "depth"), [(1, 0), (2, 1), (8, 3), (9, 4)])
def test_an_and_of_many_is_a_balanced_tree(n: int, depth: int) -> None:
    build = Builder(n)
    build.all(build.graph().inputs())
    assert max(build.graph().levels()) == depth
    assert len(build.graph()) == n - 1
