from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from distributed import choice
from distributed.backend import Event, Usage
from distributed.choice import AutoBackend, make_backend
from distributed.errors import ComputeError
from distributed.local import LocalBackend
from distributed.ray_backend import RayBackend
from distributed.spec import ComputeSpec
from tests.kits.fake_fleet import Numbers

TASKS = Numbers((1, 2, 3, 4))


class Clock:
    """Seconds that pass only where work is done."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float) -> Callable[[Numbers], int]:
        def pass_time(numbers: Numbers) -> int:
            self.now += seconds * len(numbers)
            return len(numbers)

        return pass_time


class Workers(RayBackend):
    """Ray that does not start, or pretends to have."""

    def __init__(self, *, broken: bool = False) -> None:
        super().__init__(ComputeSpec())
        self.started, self._broken = 0, broken

    def start(self) -> Any:
        self.started += 1
        if self._broken:
            raise ComputeError("Ray does not start on this machine (no room)")

    def map(self, work: Any, tasks: Any, interrupted: Any = None) -> Iterator[tuple[int, Any]]:
        yield 0, "from the workers"

    def usage(self) -> Usage:
        return Usage("ray", 2)


def test_time_that_passes_without_work_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "WORTH", 0.2)
    workers = Workers()
    backend = AutoBackend(LocalBackend(), workers)
    for _ in range(2):
        list(backend.map(lambda numbers: time.sleep(0.3), TASKS))
    assert workers.started == 0


def test_less_than_twenty_seconds_of_work_never_start_workers() -> None:
    clock, workers = Clock(), Workers()
    backend = AutoBackend(LocalBackend(), workers, clock)
    for _ in range(199):
        list(backend.map(clock.work(0.025), TASKS))
    assert clock.now == pytest.approx(19.9)
    assert workers.started == 0
    assert backend.usage() == Usage("local", 1)


def test_after_twenty_seconds_of_work_the_next_call_goes_to_workers() -> None:
    clock, workers = Clock(), Workers()
    backend = AutoBackend(LocalBackend(), workers, clock)
    list(backend.map(clock.work(5.2), TASKS))
    assert list(backend.map(clock.work(5.2), TASKS)) == [(0, "from the workers")]
    assert list(backend.map(clock.work(5.2), TASKS)) == [(0, "from the workers")]
    assert workers.started == 1
    assert backend.usage() == Usage("ray", 2)


def test_time_between_calls_is_no_work() -> None:
    clock, workers = Clock(), Workers()
    backend = AutoBackend(LocalBackend(1), workers, clock)
    for _ in backend.map(clock.work(0.1), TASKS):
        clock.now += 60
    list(backend.map(clock.work(0.1), TASKS))
    assert workers.started == 0


def test_many_short_calls_stay_here_however_long_they_take_together() -> None:
    clock, workers = Clock(), Workers()
    backend = AutoBackend(LocalBackend(), workers, clock)
    for _ in range(4000):
        list(backend.map(clock.work(0.004), TASKS))
    assert clock.now > choice.WORTH
    assert workers.started == 0


def test_where_ray_does_not_start_work_stays_here_and_it_is_said_once() -> None:
    clock, workers, told = Clock(), Workers(broken=True), list[Event]()
    backend = AutoBackend(LocalBackend(), workers, clock)
    backend.listen(told.append)
    for _ in range(3):
        assert list(backend.map(clock.work(5.2), TASKS)) == [(0, 4)]
    assert workers.started == 1
    assert [event.kind for event in told] == ["ray_failed"]


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        (ComputeSpec(backend="local", workers=4), LocalBackend),
        (ComputeSpec(backend="ray", workers=1), RayBackend),
        (ComputeSpec(address="10.0.0.1:6379"), RayBackend),
        (ComputeSpec(workers=1), LocalBackend),
        (ComputeSpec(workers=2), AutoBackend),
    ],
)
def test_the_backend_is_the_one_asked_for(spec: ComputeSpec, kind: type) -> None:
    assert type(make_backend(spec)) is kind
