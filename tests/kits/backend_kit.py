"""What every backend must do. A new backend is one line: a function from chunk size to backend in `backends`.

class TestBackends(BackendKit):
    backends = {"local": LocalBackend, ...}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import ClassVar

import numpy as np
import pytest

from distributed.backend import Backend, Interrupted
from fitness.evaluation.problem import Problem, evaluate
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import canonical
from genomes.two_level.variation.seeding import random_cover
from tests.kits.cover_cases import samples_for
from tests.kits.small_search import small_search

CANDIDATES = 130


def echo(chunk: CoverBatch) -> tuple[int, bytes, bytes]:
    return len(chunk), chunk.cubes.tobytes(), chunk.offsets.tobytes()


def fail_on_last(chunk: CoverBatch) -> int:
    if len(chunk) < 7:
        raise RuntimeError("broken evaluator")
    return len(chunk)


@cache
def _problem() -> Problem:
    return small_search().problem


@cache
def _batch() -> CoverBatch:
    rng, space = np.random.default_rng(4), _problem().space
    covers = [canonical(random_cover(rng, space, samples_for(space)), space) for _ in range(CANDIDATES)]
    return CoverBatch.of(covers, space)


class BackendKit:
    """The laws, each for every entry of `backends`."""

    backends: ClassVar[Mapping[str, Callable[[int], Backend]]] = {}

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        if "make" in metafunc.fixturenames:
            metafunc.parametrize("make", cls.backends.values(), ids=cls.backends.keys(), scope="class")

    @pytest.fixture
    def problem(self) -> Problem:
        return _problem()

    @pytest.fixture
    def batch(self) -> CoverBatch:
        return _batch()

    @pytest.fixture(scope="class")
    @classmethod
    def backend(cls, make: Callable[[int], Backend]) -> Iterator[Backend]:
        """One for all the laws that close none: starting workers takes seconds."""
        backend = make(7)
        yield backend
        backend.close()

    def test_no_tasks_have_no_results(self, backend: Backend, batch: CoverBatch) -> None:
        assert list(backend.map(echo, batch.slice(0, 0))) == []

    def test_every_task_comes_back_exactly_once_with_its_place(self, backend: Backend, batch: CoverBatch) -> None:
        parts = sorted(backend.map(echo, batch))
        starts, sizes = [start for start, _ in parts], [size for _, (size, _, _) in parts]
        assert starts == [sum(sizes[:index]) for index in range(len(sizes))]
        assert sum(sizes) == len(batch)
        assert parts == [
            (start, echo(batch.slice(start, start + size))) for start, size in zip(starts, sizes, strict=True)
        ]

    def test_an_interruption_ends_the_work(self, backend: Backend, batch: CoverBatch) -> None:
        with pytest.raises(Interrupted):
            list(backend.map(echo, batch, lambda: True))

    def test_results_that_nobody_waits_for_do_not_come_later(self, backend: Backend, batch: CoverBatch) -> None:
        next(backend.map(echo, batch))
        assert sum(size for _, (size, _, _) in backend.map(echo, batch.slice(0, 20))) == 20

    @pytest.mark.parametrize("chunk_size", [1, 7, 64])
    def test_results_are_the_bytes_of_one_serial_call(
        self, make: Callable[[int], Backend], chunk_size: int, problem: Problem, batch: CoverBatch
    ) -> None:
        serial = evaluate(problem, batch)
        backend = make(chunk_size)
        parts = dict(backend.map(partial(evaluate, problem), batch))
        backend.close()
        ordered = [parts[index] for index in sorted(parts)]
        assert np.concatenate([part.objectives for part in ordered]).tobytes() == serial.objectives.tobytes()
        assert np.concatenate([part.failed for part in ordered]).tobytes() == serial.failed.tobytes()

    def test_an_evaluator_that_raises_is_heard(self, backend: Backend, batch: CoverBatch) -> None:
        with pytest.raises(RuntimeError, match="broken evaluator"):
            list(backend.map(fail_on_last, batch))

    def test_a_backend_can_be_used_again_after_a_failure(self, backend: Backend, batch: CoverBatch) -> None:
        with pytest.raises(RuntimeError):
            list(backend.map(fail_on_last, batch))
        assert sum(size for _, (size, _, _) in backend.map(echo, batch)) == len(batch)

    def test_closing_twice_is_allowed(self, make: Callable[[int], Backend]) -> None:
        backend = make(7)
        backend.close()
        backend.close()

    def test_a_backend_says_what_it_is(self, backend: Backend, batch: CoverBatch) -> None:
        list(backend.map(echo, batch))
        assert backend.usage().kind
        assert backend.usage().workers >= 1
