"""What every search must do with a State from disk. A new algorithm is one line: its `SearchCase` in `cases`.

class TestStates(StateKit):
    cases = (SearchCase("memetic", lambda: small_search("memetic")), ...)
"""

from __future__ import annotations

import os
import random
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, ClassVar

import numpy as np
import pytest

from benchmarks.fuzz.changes_arrays import OF_ARRAYS, Arrays, packed
from evo.search.islands import IslandSearch
from evo.search.loop import Search
from evo.search.state import MEMORY, State
from fitness.containers.npz import read_npz
from fitness.errors import ContainerError
from genomes.errors import GenomeError
from tests.kits.small_search import state_bytes

GENERATIONS = 3
CHANGES = 24


@dataclass(frozen=True)
class SearchCase:
    """A search by name, small enough for some steps to take no time."""

    name: str
    make: Callable[[], Search[Any, Any]]


@cache
def _made(case: SearchCase) -> tuple[Search[Any, Any], tuple[State[Any], ...]]:
    """The search and its states from the start on."""
    search = case.make()
    return search, tuple(accumulate(range(GENERATIONS), lambda state, _: search.step(state), initial=search.start()))


def from_disk(search: Search[Any, Any], arrays: Arrays) -> State[Any] | None:
    """The state that the search takes from a file of these arrays; None where it refuses."""
    try:
        return search.restored(read_npz(packed(arrays)))
    except (ContainerError, GenomeError):
        return None


def exit_code(work: Callable[[], object]) -> int:
    """How a child process ends that does `work`: 0, 1 after an exception, minus the signal that killed it."""
    child = os.fork()
    if not child:
        code = 0
        try:
            work()
        except BaseException:
            traceback.print_exc()
            code = 1
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class StateKit:
    """The laws, each for every case of `cases`."""

    cases: ClassVar[Sequence[SearchCase]] = ()

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        if "case" in metafunc.fixturenames:
            metafunc.parametrize("case", cls.cases, ids=lambda case: case.name)

    def test_a_state_from_disk_is_the_same_and_goes_on_identically(self, case: SearchCase) -> None:
        search, states = _made(case)
        for state, following in pairwise((*states, search.step(states[-1]))):
            again = from_disk(search, state.to_arrays())
            assert again is not None
            assert state_bytes(again) == state_bytes(state)
            assert state_bytes(search.step(again)) == state_bytes(following)

    def test_an_algorithm_remembers_what_it_declares_and_nothing_else(self, case: SearchCase) -> None:
        search, states = _made(case)
        for state in states:
            for number, one in enumerate(state.islands or (state,)):
                context = search.context.on_island(number) if state.islands else search.context
                assert set(one.memory) == set(search.algorithm.layout(context, one.generation))

    def test_memory_that_was_not_declared_is_refused(self, case: SearchCase) -> None:
        search, states = _made(case)
        arrays = states[-1].to_arrays() | {f"{MEMORY}more": np.zeros(1)}
        with pytest.raises(GenomeError, match="there is no array of the name 'more'"):
            search.restored(arrays)

    def test_every_missing_array_is_refused(self, case: SearchCase) -> None:
        search, states = _made(case)
        arrays = states[-1].to_arrays()
        for name in arrays:
            with pytest.raises(GenomeError):
                search.restored({other: array for other, array in arrays.items() if other != name})

    def test_tasks_are_of_the_type_that_is_declared(self, case: SearchCase) -> None:
        search, states = _made(case)
        state = states[1].islands[0] if isinstance(search, IslandSearch) else states[1]
        assert isinstance(search.algorithm.ask(search.context, state), search.algorithm.tasks)

    def test_changed_arrays_are_refused_or_can_be_gone_on_with(self, case: SearchCase) -> None:
        search, states = _made(case)
        refused = 0
        for number in range(CHANGES):
            rng = random.Random(f"{case.name}/{number}")
            arrays = states[-1].to_arrays()
            words = rng.choice(OF_ARRAYS)(arrays, rng)
            state = from_disk(search, arrays)
            refused += state is None
            if state is not None and state_bytes(state) != state_bytes(states[-1]):
                assert exit_code(lambda state=state: search.step(state)) == 0, words  # type: ignore[misc]
        assert refused > CHANGES / 3
