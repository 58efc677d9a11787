"""What rows ask for, which columns tables choose and what they answer, beside definitions and all alternatives."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fitness.kernels.luts.pick import SMOOTH, drawn, picked
from fitness.kernels.luts.rows import by_rows, gathered
from fitness.kernels.luts.signal import WHOLE, rivals, signal
from fitness.kernels.luts.tables import asked, cells, voted
from fitness.networks.wide.columns import Columns
from fitness.networks.wide.one_class import OneClass
from fitness.networks.wide.plan import Boosting, exponentials
from fitness.networks.wide.tables import Table
from genomes.bits import pack
from tests.networks.targets import Flags, coins
from tests.networks.wide_cases import holds

TAU = 3.0


def whole_signal(
    ballots: NDArray[np.int64], own: int, wanted: Flags, weights: NDArray[np.int64], tau: float
) -> NDArray[np.float64]:
    """Weight * 127 * (wanted - softmax) before rounding."""
    powers = np.exp((ballots - ballots.max(axis=0)) / tau)
    return np.asarray(weights * WHOLE * (wanted - powers[own] / powers.sum(axis=0)))


def signal_of(
    ballots: NDArray[np.int64], own: int, wanted: Flags, weights: NDArray[np.int64], *, rival: bool = True
) -> NDArray[np.int16]:
    n, table = len(wanted), exponentials(TAU)
    most, mass, found = np.zeros(n, dtype=np.int16), np.ones(n), np.empty(n, dtype=np.int16)
    if rival:
        rivals(ballots.astype(np.int16), own, table, most, mass)
    votes = ballots[own].astype(np.int16)
    signal(votes, most, mass, table, wanted.astype(np.uint8), weights.astype(np.int16), found)
    return found


@pytest.mark.parametrize("own", [0, 2, 3])
def test_a_signal_is_the_softmax_in_whole_numbers(own: int) -> None:
    rng = np.random.default_rng(own)
    ballots, wanted, weights = rng.integers(-9, 10, (4, 700)), rng.random(700) < 0.5, rng.integers(0, 201, 700)
    found = signal_of(ballots, own, wanted, weights)
    assert np.abs(found - whole_signal(ballots, own, wanted, weights, TAU)).max() <= 0.501 * 200
    assert (np.abs(found - whole_signal(ballots, own, wanted, weights, TAU)) <= 0.501 * weights).all()
    assert (found[weights == 0] == 0).all() and len(np.unique(found)) > 50


def test_votes_that_are_far_apart_ask_for_everything_or_nothing() -> None:
    ballots = np.array([[300, 300, -300, -300], [-300, -300, 300, 300]])
    wanted = np.array([True, False, True, False])
    assert signal_of(ballots, 0, wanted, np.full(4, 3)).tolist() == [0, -3 * WHOLE, 3 * WHOLE, 0]


def test_an_output_has_itself_alone_to_beat() -> None:
    rng = np.random.default_rng(5)
    votes, wanted, ones = rng.integers(-12, 13, (1, 300)), rng.random(300) < 0.5, np.ones(300, dtype=np.int64)
    chance = 1 / (1 + np.exp(-votes[0] / TAU))
    assert np.abs(signal_of(votes, 0, wanted, ones, rival=False) - WHOLE * (wanted - chance)).max() <= 0.501


@pytest.mark.parametrize(("step", "first"), [(4, 0.25), (8, 0.0), (2, 0.875)])
def test_rows_are_drawn_by_what_they_ask_for(step: int, first: float) -> None:
    rng = np.random.default_rng(step)
    amounts = rng.integers(-9, 10, 400).astype(np.int16)
    amounts[0] += 8 - int(np.abs(amounts).sum()) % 8 if amounts[0] >= 0 else -(8 - int(np.abs(amounts).sum()) % 8)
    total = int(np.abs(amounts).sum())
    rows, signs = np.full(400, -1, dtype=np.int64), np.full(7, 99, dtype=np.uint64)
    n = drawn(amounts, total // step, first, rows, signs)
    places = step * (first + np.arange(total // step))  # systematic sampling: steps through what is asked for
    expected = np.unique(np.searchsorted(np.cumsum(np.abs(amounts)), places, side="right"))
    assert rows[:n].tolist() == expected.tolist()
    assert signs.tolist() == pack(np.pad(amounts[expected] > 0, (0, 448 - n))[None])[0].tolist()


def test_no_row_is_drawn_where_nothing_is_asked_for_and_no_more_than_there_is_room_for() -> None:
    rows, signs = np.empty(10, dtype=np.int64), np.empty(1, dtype=np.uint64)
    assert drawn(np.zeros(50, dtype=np.int16), 10, 0.5, rows, signs) == 0
    assert drawn(np.full(50, 3, dtype=np.int16), 40, 0.0, rows, signs) == 10


@pytest.mark.parametrize(("n", "n_columns"), [(1, 20), (64, 64), (90, 150)])
def test_columns_are_gathered_on_rows(n: int, n_columns: int) -> None:
    rng = np.random.default_rng(n)
    bits, some = coins(rng, n_columns, 300), np.sort(rng.permutation(300)[:n])
    rows, found = np.zeros((300, (n_columns + 63) // 64), dtype=np.uint64), np.zeros((n_columns, 2), dtype=np.uint64)
    by_rows(pack(bits), 300, rows)
    assert rows.tolist() == pack(np.ascontiguousarray(bits.T)).tolist()
    gathered(rows, some, n, found)
    assert found[:, : (n + 63) // 64].tolist() == pack(np.ascontiguousarray(bits[:, some])).tolist()


def gains(columns: Flags, positive: Flags, splits: list[int]) -> NDArray[np.float64]:
    """By the definition, for every column, when all cells are split by some already."""
    cell = sum((columns[k].astype(int) << level for level, k in enumerate(splits)), np.zeros(len(positive), dtype=int))
    result = np.zeros(len(columns))
    for k, column in enumerate(columns):
        for value in np.unique(cell):
            for side in (column, ~column):
                here = side & (cell == value)
                p, q = int((positive & here).sum()), int((~positive & here).sum())
                result[k] += (p - q) ** 2 / (p + q + SMOOTH)
    return result


@pytest.mark.parametrize(("n", "depth"), [(130, 4), (64, 3), (37, 6)])
def test_each_level_has_the_best_of_all_columns(n: int, depth: int) -> None:
    rng = np.random.default_rng(n)
    columns = coins(rng, 12, n)
    positive = (columns[3] ^ columns[7]) | (columns[1] & (rng.random(n) < 0.7))
    chosen, some = np.empty(depth, dtype=np.int64), np.array([9, 1, 3, 11, 7, 0, 4, 6])  # in the order of a draw
    picked(pack(columns), some, pack(positive[None])[0], n, chosen)
    for level in range(depth):
        every = gains(columns, positive, chosen[:level].tolist())[some]
        assert chosen[level] == some[np.flatnonzero(every >= every.max() - 1e-9)[0]] or np.ptp(every) < 1e-9


def test_rows_look_at_the_entry_that_their_columns_spell() -> None:
    rng = np.random.default_rng(3)
    bits, amounts = coins(rng, 9, 150), rng.integers(-99, 100, 150).astype(np.int16)
    read, found = np.array([8, 0, 4, 5, 2, 7]), np.empty(150, dtype=np.uint8)
    cells(pack(bits), read, found)
    expected = sum(bits[column].astype(np.int64) << k for k, column in enumerate(read.tolist()))
    assert found.tolist() == np.asarray(expected).tolist()
    sums, votes = np.full(64, 7, dtype=np.int64), np.full(150, 5, dtype=np.int16)
    asked(found, amounts, sums)
    assert sums.tolist() == [int(amounts[found == i].sum()) for i in range(64)]
    entries = rng.choice([-1, 1], 64).astype(np.int16)
    voted(found, entries, votes)
    assert votes.tolist() == (5 + entries[found]).tolist()


def one_class(rng: np.random.Generator) -> tuple[OneClass, Flags, Flags, NDArray[np.int64], NDArray[np.int64]]:
    """A class of three with votes, over 8 columns: itself, the columns, what is wanted, weights, all votes."""
    bits, wanted, weights = coins(rng, 8, 500), rng.random(500) < 0.4, rng.integers(0, 4, 500)
    wanted ^= bits[2] & bits[5]
    ballots = rng.integers(-5, 6, (3, 500))
    plan = Boosting(units=10, inputs=4, sweeps=1, rounds=5, candidates=8, rows=300)
    columns = Columns(pack(bits), np.arange(8), bits.shape[1])
    one = OneClass(columns, wanted.astype(np.uint8), weights.astype(np.int16), plan, exponentials(TAU))
    one.begin(ballots.astype(np.int16), 1, rival=True)
    return one, bits, wanted, weights, ballots


def test_an_answer_is_the_best_of_all_tables_to_first_order() -> None:
    rng = np.random.default_rng(8)
    one, bits, wanted, weights, ballots = one_class(rng)
    old = Table((1, 2, 5, 6), int(rng.integers(1 << 16)))
    new = one.again(old, None)
    without = ballots.copy()
    without[1] -= np.where(holds(old, list(bits)), 1, -1)
    amounts = signal_of(without, 1, wanted, weights)
    spelt = sum(bits[column].astype(np.int64) << k for k, column in enumerate(old.inputs))
    sums = np.bincount(np.asarray(spelt), weights=amounts, minlength=16)
    answers = np.where(np.arange(1 << 16)[:, None] >> np.arange(16) & 1, 1, -1)
    every = answers @ sums.astype(np.int64)
    assert new.inputs == old.inputs and every[new.entries] == every.max()
    assert one.votes.tolist() == (without[1] + np.where(holds(new, list(bits)), 1, -1)).tolist()


def test_a_table_is_replaced_only_by_one_of_which_more_is_asked() -> None:
    for seed in range(6):
        rng = np.random.default_rng(seed)
        one, bits, wanted, weights, ballots = one_class(rng)
        old = Table((0, 3), 6) if seed % 2 else Table((1, 2, 4, 5), 0)
        new = one.again(old, rng)
        without = ballots.copy()
        without[1] -= np.where(holds(old, list(bits)), 1, -1)
        amounts = signal_of(without, 1, wanted, weights).astype(np.int64)
        most = max(
            int((amounts * np.where(holds(Table(old.inputs, entries), list(bits)), 1, -1)).sum())
            for entries in (range(16) if seed % 2 else (new.entries,))
        )
        assert int((amounts * np.where(holds(new, list(bits)), 1, -1)).sum()) >= most
        assert one.votes.tolist() == (without[1] + np.where(holds(new, list(bits)), 1, -1)).tolist()


def test_a_grown_table_reads_what_decides() -> None:
    one, bits, *_ = one_class(np.random.default_rng(1))
    before = one.votes.copy()
    table = one.grown(np.random.default_rng(2))
    assert {2, 5} <= set(table.inputs) <= set(range(8)) and list(table.inputs) == sorted(set(table.inputs))
    assert one.votes.tolist() == (before + np.where(holds(table, list(bits)), 1, -1)).tolist()
