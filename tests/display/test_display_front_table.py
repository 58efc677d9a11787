from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from evo.display.front_table import thin
from evo.monitor import FrontRow
from tests.kits.fronts import formula_row


def _rows(n: int) -> list[FrontRow]:
    return [formula_row(f"m{i}", i / 100, (n - i, 1, 1, 1), 0.5, 1 - i / 100, None) for i in range(n)]


@st.composite
def fronts(draw: st.DrawFn) -> tuple[list[FrontRow], str, int]:
    size = draw(st.integers(1, 60))
    return _rows(size), f"m{draw(st.integers(0, size - 1))}", draw(st.integers(0, 70))


@given(fronts())
def test_as_many_rows_as_fit_in_order_without_repeats(front: tuple[list[FrontRow], str, int]) -> None:
    rows, pick, n = front
    places = [rows.index(row) for row in thin(rows, pick, n)]
    assert len(places) == min(n, len(rows))
    assert places == sorted(set(places))


@given(fronts())
def test_the_pick_is_always_kept(front: tuple[list[FrontRow], str, int]) -> None:
    rows, pick, n = front
    assert n == 0 or pick in {row.id for row in thin(rows, pick, n)}


@given(fronts())
def test_both_ends_are_kept_from_three_rows_on(front: tuple[list[FrontRow], str, int]) -> None:
    rows, pick, n = front
    kept = thin(rows, pick, n)
    if n >= 3:
        assert (kept[0], kept[-1]) == (rows[0], rows[-1])


def test_rows_are_evenly_spaced() -> None:
    assert [row.id for row in thin(_rows(101), "m0", 5)] == ["m0", "m25", "m50", "m75", "m100"]


def test_a_pick_that_is_not_there_is_ignored() -> None:
    assert [row.id for row in thin(_rows(9), "other", 3)] == ["m0", "m4", "m8"]


def test_no_rows_and_no_room_give_nothing(row: Callable[..., FrontRow]) -> None:
    assert thin([], "m0", 5) == ()
    assert thin([row("m0")], "m0", 0) == thin([row("m0")], "m0", -2) == ()
