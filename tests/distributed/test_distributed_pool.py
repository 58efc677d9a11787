from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distributed import pool as pool_module
from distributed.backend import Event, Interrupted
from distributed.errors import ComputeError, WorkFailed
from distributed.pieces import Pace, Piece
from distributed.pool import Pool
from tests.kits.fake_fleet import FakeFleet, Numbers

TASKS = Numbers(tuple(range(40)))


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "TICK", 0.0)
    monkeypatch.setattr(pool_module, "PAUSE", 0.0)


def squares(numbers: Numbers) -> list[int]:
    return [value * value for value in numbers.values]


def pool(fleet: FakeFleet, *, retries: int = 3, timeout_s: float | None = None, chunk: int | None = None) -> Pool:
    return Pool(fleet, retries=retries, timeout_s=timeout_s, chunk=chunk)


def in_order(made: Pool, tasks: Numbers = TASKS) -> list[int]:
    """Results of all tasks by place; fails if a task came twice or never."""
    parts = dict(made.map(squares, tasks))
    flat = [value for start in sorted(parts) for value in parts[start]]
    sizes = [len(parts[start]) for start in sorted(parts)]
    assert sorted(parts) == [sum(sizes[:index]) for index in range(len(sizes))]
    return flat


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 5),
    st.integers(1, 60),
    st.none() | st.integers(1, 9),
    st.sets(st.integers(0, 80), max_size=5),
)
def test_every_task_is_done_exactly_once_whatever_is_lost(
    workers: int, n: int, chunk: int | None, lost: set[int]
) -> None:
    begun = itertools.count()
    fate = {}

    def once(worker: int, tasks: Any) -> str:
        return fate.setdefault((worker, tasks), "lost" if next(begun) in lost else "done")

    fleet = FakeFleet(workers, once)
    assert in_order(pool(fleet, retries=10, chunk=chunk), Numbers(tuple(range(n)))) == [i * i for i in range(n)]


def test_a_lost_piece_goes_to_another_worker_one_task_at_a_time() -> None:
    fleet = FakeFleet(2, lambda worker, tasks: "lost" if worker == 0 and 0 in tasks.values else "done")
    assert in_order(pool(fleet, chunk=4), Numbers(tuple(range(8)))) == [i * i for i in range(8)]
    again = [(worker, tasks.values) for worker, tasks in fleet.sent if set(tasks.values) <= {0, 1, 2, 3}]
    assert again[0] == (0, (0, 1, 2, 3))
    assert [values for _, values in again[1:]] == [(0,), (1,), (2,), (3,)]
    assert all(worker != 0 for worker, _ in again[1:])


def test_what_a_lost_worker_had_not_begun_is_no_loss_and_stays_whole() -> None:
    fleet = FakeFleet(1, lambda worker, tasks: "lost" if worker == 0 else "done")
    made = pool(fleet, retries=1, chunk=4)
    assert in_order(made, Numbers(tuple(range(8)))) == [i * i for i in range(8)]
    assert (4, 5, 6, 7) in [tasks.values for worker, tasks in fleet.sent if worker == 1]
    assert made.usage("fake").retries == 1


def test_work_lost_more_often_than_retries_ends_the_run_and_names_the_task() -> None:
    fleet = FakeFleet(2, lambda worker, tasks: "lost" if 17 in tasks.values else "done")
    made = pool(fleet, retries=2, chunk=4)
    with pytest.raises(ComputeError, match="task 17 of a generation lost their worker 3 times") as caught:
        list(made.map(squares, TASKS))
    assert (caught.value.task, caught.value.exit_code) == (17, 5)
    assert made.usage("fake").workers_lost == 3


def test_no_other_task_is_lost_again_with_one_that_takes_its_workers_along() -> None:
    fleet = FakeFleet(2, lambda worker, tasks: "lost" if 17 in tasks.values else "done")
    with pytest.raises(ComputeError):
        list(pool(fleet, retries=3, chunk=4).map(squares, TASKS))
    sent = Counter(value for _, tasks in fleet.sent for value in tasks.values)
    assert sent[17] == 4
    assert max(sent[value] for value in (16, 18, 19)) <= 2


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_a_task_is_not_blamed_whose_reply_is_lost_with_the_worker_that_the_next_one_takes_along(workers: int) -> None:
    fleet = FakeFleet(workers)
    fleet.fate = lambda worker, tasks: "lost" if any(17 in t.values for w, t in fleet.sent if w == worker) else "done"
    with pytest.raises(ComputeError, match="task 17 of a generation lost their worker 4 times") as caught:
        list(pool(fleet, retries=3, chunk=1).map(squares, TASKS))
    assert caught.value.task == 17


def test_a_worker_that_answers_nothing_is_ended_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = FakeFleet(2, lambda worker, tasks: "hangs" if worker == 0 else "done")
    now = itertools.count()
    monkeypatch.setattr(pool_module.time, "monotonic", lambda: next(now) * 0.01)
    made = pool(fleet, timeout_s=10.0)
    assert in_order(made) == [i * i for i in range(40)]
    assert fleet.ended == {0}
    assert fleet.launched >= 2


def test_a_place_that_keeps_no_worker_is_set_aside_and_the_others_go_on() -> None:
    fleet = FakeFleet(2, starts=lambda worker: worker == 1)
    made, events = pool(fleet), list[Event]()
    made.tell = events.append
    for _ in range(8):
        assert in_order(made) == [i * i for i in range(40)]
    assert [event.kind for event in events].count("worker_set_aside") == 1
    assert made.usage("fake").workers_lost == pool_module.MOST_LOSSES


def test_a_pool_that_keeps_no_worker_at_all_ends_the_run() -> None:
    with pytest.raises(ComputeError, match="workers in a row were lost at every place"):
        list(pool(FakeFleet(2, starts=lambda worker: False)).map(squares, TASKS))


def test_pauses_before_a_replacement_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    now = itertools.count()
    monkeypatch.setattr(pool_module.time, "monotonic", lambda: next(now) * 0.01)
    monkeypatch.setattr(pool_module.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(pool_module, "PAUSE", 1.0)
    fleet, launches = FakeFleet(1, starts=lambda worker: worker == 4), list[float]()
    launch = fleet.launch
    monkeypatch.setattr(fleet, "launch", lambda: (launches.append(pool_module.time.monotonic()), launch())[1])
    list(pool(fleet).map(squares, TASKS))
    gaps = [b - a for a, b in itertools.pairwise(launches)]
    assert [round(gap) for gap in gaps] == [1, 2, 4, 5]


def test_work_that_raises_is_heard_and_the_pool_can_be_used_again() -> None:
    made = pool(FakeFleet(2))
    with pytest.raises(WorkFailed, match="on purpose"):
        list(made.map(raises, TASKS))
    assert in_order(made) == [i * i for i in range(40)]


def raises(numbers: Numbers) -> list[int]:
    raise ValueError("on purpose")


def test_an_interruption_is_noticed_while_nothing_answers() -> None:
    asked = itertools.count()
    with pytest.raises(Interrupted):
        list(pool(FakeFleet(2, lambda worker, tasks: "hangs")).map(squares, TASKS, lambda: next(asked) > 5))


def test_no_worker_has_more_than_two_pieces_in_line() -> None:
    fleet = FakeFleet(3, lambda worker, tasks: "hangs")
    asked = itertools.count()
    with pytest.raises(Interrupted):
        list(pool(fleet, chunk=1).map(squares, TASKS, lambda: next(asked) > 20))
    assert sorted(worker for worker, _ in fleet.sent) == [0, 0, 1, 1, 2, 2]


def test_pieces_grow_to_their_target_and_shrink_at_the_end() -> None:
    fleet = FakeFleet(2, seconds=lambda tasks: 0.001 * len(tasks))
    made, tasks = pool(fleet), Numbers(tuple(range(1000)), 1)
    list(made.map(squares, tasks))
    sizes = [len(piece) for _, piece in fleet.sent]
    assert sizes[0] == 1
    assert max(sizes) == 60
    assert sizes[-1] <= 2
    assert sum(sizes) == 1000


def test_pieces_for_many_workers_are_longer_so_that_one_driver_keeps_them_busy() -> None:
    pace = Pace()
    pace.measured(Piece(0, 10), 0.1)
    assert [pace.size(1, workers) for workers in (1, 15, 30, 1000)] == [6, 6, 12, 400]


def test_cpu_seconds_of_workers_are_summed_up() -> None:
    fleet = FakeFleet(2)
    made = pool(fleet, chunk=10)
    list(made.map(squares, TASKS))
    assert made.usage("fake").cpu_seconds == 0.5 * len(fleet.sent)
