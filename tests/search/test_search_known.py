from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.search import descent_cache
from evo.search.descent_cache import DescentCache


def keys(*values: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.array(values, dtype=np.uint64)


def brute_force(generations: list[list[int]], room: int) -> list[int]:
    """Newest last; what is met again moves to the end."""
    order: list[int] = []
    for generation in generations:
        for key in generation:
            if key in order:
                order.remove(key)
            order.append(key)
    return order[-room:]


@given(st.lists(st.lists(st.integers(0, 12), max_size=9), max_size=6), st.sampled_from([3, 8, 100]))
def test_the_newest_keys_are_kept_each_once(generations: list[list[int]], room: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(descent_cache, "ROOM", room)
        known = DescentCache.of({})
        for generation in generations:
            known = known.after(keys(*generation), hits=0, misses=0)
        expected: list[int] = []
        for generation in generations:
            expected = brute_force([expected, generation], room)
        assert known.keys.tolist() == expected
        assert known.sorted_keys().tolist() == sorted(expected)


def test_arrays_give_keys_and_counts_back() -> None:
    known = DescentCache.of({}).after(keys(5, 2), hits=3, misses=2).after(keys(9), hits=1, misses=1)
    again = DescentCache.of(known.arrays())
    assert (again.keys.tolist(), again.hits, again.misses) == ([5, 2, 9], 4, 3)
    assert again.keys.dtype == np.uint64


def test_nothing_is_known_where_nothing_was_remembered() -> None:
    nothing = DescentCache.of({"stage": np.zeros(3)})
    assert (nothing.keys.tolist(), nothing.hits, nothing.misses) == ([], 0, 0)
