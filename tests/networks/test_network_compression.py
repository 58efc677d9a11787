"""Networks of tables that vote, made smaller: the same on all rows at first, then right on as many as can be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.kernels.luts.cells import cheapest
from fitness.kernels.luts.margins import STEPS, moved
from fitness.networks.lowering import sizes
from fitness.networks.wide.compression import compressed
from genomes.bits import pack
from genomes.circuits.tables import cost, forms
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace, check_network
from genomes.networks.units import LUT, THRESHOLD, Unit
from tests.kits.network_cases import decision

N, ROWS = 8, 150


def right(network: Network, space: NetworkSpace, table: np.ndarray, labels: np.ndarray) -> int:
    return sum(decision(network, space, row)[0] == label for row, label in zip(table.T.tolist(), labels, strict=True))


def voters(rng: np.random.Generator, n: int, inputs: int) -> list[Unit]:
    """Tables of four to six inputs, complements and earlier tables among them."""
    units = list[Unit]()
    for k in range(n):
        width = int(rng.integers(4, 7))
        read = 2 * rng.choice(np.arange(1, inputs + 1 + min(k, 3)), size=width, replace=False) + rng.integers(2)
        units.append(Unit(LUT, tuple(read.tolist()), (int.from_bytes(rng.bytes(8), "little") % (1 << (1 << width)),)))
    return units


@pytest.mark.parametrize("classes", [1, 2, 4])
def test_the_first_is_the_same_on_all_rows_and_the_rest_keep_their_limits(classes: int) -> None:
    rng = np.random.default_rng(classes)
    table = rng.random((N, ROWS)) < 0.5
    table[1] |= table[0]  # as a thermometer: cells with 0 and not 1 are never reached
    units = voters(rng, 12 * classes, N)
    nodes = 2 * np.arange(N + 1, N + 1 + len(units))
    if classes == 1:
        units.append(Unit(THRESHOLD, tuple(nodes.tolist()), (*[1, 2] * 6, 9)))
        space, heads = NetworkSpace(N, 1), [Head.of(2 * (N + len(units)) + 1)]
    else:
        space = NetworkSpace(N, classes, tuple(reversed(range(classes))))
        heads = [Head(tuple((int(node), 1 + int(node) % 3) for node in nodes[c::classes]), c) for c in range(classes)]
    network = Network.of(units, heads)
    truth = [decision(network, space, row)[0] for row in table.T.tolist()]
    labels = np.where(rng.random(ROWS) < 0.1, 0, truth)
    wanted = labels[None] == (np.arange(classes)[:, None] if classes > 1 else 1)
    before = sizes(network, space).gates
    limits = [before // 2, before // 8, 0]
    found = compressed(network, space, pack(table), pack(wanted), np.ones(ROWS, np.int64), limits)
    assert [decision(found[0], space, row)[0] for row in table.T.tolist()] == truth
    gates = [sizes(one, space).gates for one in found]
    assert gates == sorted(set(gates), reverse=True)
    assert gates[0] < before
    assert found[0].literals.tolist() == network.literals.tolist()
    assert gates[1] <= limits[0]
    assert gates[-1] == 0
    for one in found:
        check_network(one, space)
    assert right(found[1], space, table, labels) > ROWS // (2 if classes < 4 else 3)


def test_votes_that_decide_stay() -> None:
    rng = np.random.default_rng(0)
    table = rng.random((24, 400)) < 0.5
    labels = table[:12].reshape(3, 4, 400).sum(axis=1).argmax(axis=0)
    space = NetworkSpace(24, 3, (0, 1, 2))
    useful = [[(2 * (4 * c + k + 1), 1) for k in range(4)] for c in range(3)]
    others = [2 * rng.choice(np.arange(13, 25), 4, replace=False) for _ in range(24)]
    noise = [Unit(LUT, tuple(read.tolist()), (27030,)) for read in others]
    heads = [Head((*useful[c], *((2 * (25 + k), 1) for k in range(c, 24, 3)))) for c in range(3)]
    network, exact = Network.of(noise, heads), Network.of([], [Head(tuple(row)) for row in useful])
    wanted, limits = pack(labels[None] == np.arange(3)[:, None]), [sizes(exact, space).gates + 12]
    found = compressed(network, space, pack(table), wanted, np.ones(400, dtype=np.int64), limits)
    assert right(network, space, table, labels) < 320
    assert right(found[-1], space, table, labels) >= 390


@pytest.mark.parametrize("n", [2, 5])
def test_what_is_wrong_after_a_move_of_a_class_is_what_is_wrong_when_it_moves(n: int) -> None:
    rng = np.random.default_rng(n)
    scores, labels, weights = rng.integers(-3, 4, (n, 400)), rng.integers(0, n, 400), rng.integers(0, 9, 400)
    prior, found = rng.permutation(n), np.empty((n, len(STEPS)), dtype=np.int64)

    def wrong(at: np.ndarray) -> int:
        return int(weights[prior[at[prior].argmax(axis=0)] != labels].sum())

    assert moved(scores, prior, labels, weights, found) == wrong(scores)
    for c in range(n):
        for k, step in enumerate(STEPS.tolist()):
            assert found[c, k] == wrong(scores + step * (np.arange(n)[:, None] == c))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.integers(0, (1 << 64) - 1), st.integers(0, (1 << 64) - 1))
def test_cells_that_are_reached_stay_and_the_rest_are_the_cheapest(n: int, table: int, reached: int) -> None:
    full = (1 << (1 << n)) - 1
    table, reached = table & full, reached & full
    known = tuple(forms())
    found = int(cheapest(np.uint64(table), n, np.uint64(reached), known))
    assert (found ^ table) & reached == 0
    assert found <= full
    assert cost(found, n) <= cost(table, n)
    if n <= 3:
        free = [some for some in range(full + 1) if some & reached == 0]
        assert cost(found, n) == min(cost(table & reached | some, n) for some in free)
