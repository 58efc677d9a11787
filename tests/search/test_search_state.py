from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from evo.search.loop import Search
from evo.search.state import State
from genomes.errors import GenomeError
from tests.kits.genome_kit import through_npz
from tests.kits.small_search import ALGORITHM_NAMES, KINDS, after, small_search, state_bytes

Arrays = dict[str, NDArray[Any]]
SEARCH = small_search(terms=3)
KEYS = (
    "archive.born",
    "archive.cubes",
    "archive.inverted",
    "archive.objectives",
    "archive.offsets",
    "best",
    "counters",
    "objectives",
    "population.cubes",
    "population.inverted",
    "population.offsets",
)


def restored(search: Search, arrays: Arrays) -> State:
    return search.restored(arrays)


@pytest.mark.parametrize("name", ALGORITHM_NAMES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("generations", [0, 1, 4])
def test_a_state_from_disk_is_the_same_and_goes_on_identically(name: str, kind: str, generations: int) -> None:
    search = small_search(name, kind)
    state = after(search, generations) if generations else search.start()
    again = restored(search, through_npz(state.to_arrays()))
    assert state_bytes(again) == state_bytes(state)
    assert state_bytes(search.step(again)) == state_bytes(search.step(state))


def test_a_state_goes_on_identically_in_a_search_built_anew() -> None:
    state = after(small_search(), 3)
    again = restored(small_search(), through_npz(state.to_arrays()))
    assert state_bytes(small_search().step(again)) == state_bytes(small_search().step(state))


def test_the_arrays_hold_no_objects() -> None:
    arrays = after(SEARCH, 2).to_arrays()
    assert sorted(arrays) == sorted(KEYS)
    assert {array.dtype.kind for array in arrays.values()} <= set("iufb")


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_array_is_named(key: str) -> None:
    arrays = after(SEARCH, 2).to_arrays()
    del arrays[key]
    with pytest.raises(GenomeError) as caught:
        restored(SEARCH, arrays)
    assert str(caught.value) == f"{key}: this array is missing"


DAMAGES = {
    "shorter": lambda array: array[:-1],
    "longer": lambda array: np.concatenate([array, array[-1:]]),
    "one axis more": lambda array: array[None],
    "a scalar": lambda array: array.reshape(-1)[0],
    "another type": lambda array: array.astype(np.float32),
    "empty": lambda array: array[:0],
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_an_array_of_the_wrong_shape_or_type_is_refused(key: str, damage: str) -> None:
    arrays = after(SEARCH, 2).to_arrays()
    arrays[key] = DAMAGES[damage](arrays[key])
    with pytest.raises(GenomeError):
        restored(SEARCH, arrays)


@pytest.mark.parametrize("key", ["population.cubes", "archive.cubes"])
def test_cubes_outside_the_space_are_refused(key: str) -> None:
    arrays = after(SEARCH, 2).to_arrays()
    arrays[key] = arrays[key] | (np.uint64(1) << np.uint64(63))
    with pytest.raises(GenomeError, match=rf"^{key}: a cube has padding bits set or an input in both polarities$"):
        restored(SEARCH, arrays)


def test_a_state_of_more_terms_than_allowed_is_refused() -> None:
    roomy = after(small_search(terms=16), 4)
    with pytest.raises(GenomeError, match=r"^population.offsets: expected at most 3 rows in each part, got "):
        restored(SEARCH, roomy.to_arrays())


def test_a_state_of_other_objectives_is_refused() -> None:
    with pytest.raises(GenomeError, match=r"^objectives: expected float64\[16, 1\], got float64\[16, 2\]$"):
        State.from_arrays(after(SEARCH, 2).to_arrays(), SEARCH.problem.space, 1)


def test_the_message_says_what_was_expected_and_what_came() -> None:
    arrays = after(SEARCH, 2).to_arrays() | {"counters": np.zeros(3, dtype=np.int64)}
    with pytest.raises(GenomeError) as caught:
        restored(SEARCH, arrays)
    assert str(caught.value) == "counters: expected int64[4], got int64[3]"
