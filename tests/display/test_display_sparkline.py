from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from evo.display.sparkline import ASCII_BLOCKS, BLOCKS, History, downsample, sparkline

finite = st.floats(allow_nan=False, allow_infinity=False)
any_float = st.floats()


@given(st.lists(any_float), st.integers(-3, 50))
def test_never_longer_than_the_width_nor_than_the_series(values: list[float], width: int) -> None:
    assert len(sparkline(values, width)) == min(len(values), max(0, width))


@given(st.lists(finite, min_size=1), st.integers(1, 50), st.sampled_from([BLOCKS, ASCII_BLOCKS]))
def test_a_falling_series_never_rises(values: list[float], width: int, blocks: str) -> None:
    heights = [blocks.index(glyph) for glyph in sparkline(sorted(values, reverse=True), width, blocks)]
    assert heights == sorted(heights, reverse=True)


@given(st.lists(finite, min_size=2, max_size=20))
def test_the_extremes_get_the_extreme_glyphs(values: list[float]) -> None:
    line = sparkline(values, len(values))
    if max(values) / 2 > min(values) / 2:
        assert line[values.index(max(values))] == BLOCKS[-1]
    assert line[values.index(min(values))] == BLOCKS[0]


@given(finite, st.integers(1, 30), st.integers(1, 30))
def test_a_constant_series_is_a_flat_line_of_the_lowest_glyph(value: float, n: int, width: int) -> None:
    assert sparkline([value] * n, width) == BLOCKS[0] * min(n, width)


def test_unknown_values_are_blanks_and_do_not_set_the_scale() -> None:
    assert sparkline([math.inf, 1.0, math.nan, 0.0], 10) == f" {BLOCKS[-1]} {BLOCKS[0]}"
    assert sparkline([math.nan, -math.inf], 10) == "  "
    assert sparkline([], 10) == ""


@given(st.lists(finite, min_size=1), st.integers(1, 50))
def test_downsampling_keeps_order_and_the_last_value(values: list[float], width: int) -> None:
    places = downsample(list(range(len(values))), width)
    assert places[-1] == len(values) - 1
    assert places == sorted(set(places))


@given(st.lists(finite, max_size=300), st.integers(2, 20))
def test_history_is_bounded_and_keeps_first_and_last(values: list[float], capacity: int) -> None:
    history = History(capacity)
    for value in values:
        history.append(value)
    kept = history.values()
    assert len(kept) <= capacity + 1
    assert list(kept[:1]) == values[:1]
    assert list(kept[-1:]) == values[-1:]
    if len(values) <= capacity:
        assert list(kept) == values


@given(st.integers(1, 400))
def test_history_keeps_values_in_order_without_repeats(n: int) -> None:
    history = History(10)
    for value in range(n):
        history.append(value)
    assert list(history.values()) == sorted(set(history.values()))
