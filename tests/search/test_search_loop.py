from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from distributed.errors import WorkFailed
from distributed.local import LocalBackend
from evo.search.failures import Failure
from evo.search.loop import Interrupted
from fitness.evaluation import problem as problem_module
from fitness.evaluation.results import Results
from fitness.memetic.tasks import MemeticTasks
from fitness.objectives.metrics import METRICS, Counts, Scores
from fitness.tasks.fault_tolerance import FaultTolerant
from tests.kits.reversed_backend import Reversed
from tests.kits.small_search import EVALUATING, SEARCH_NAMES, after, individuals, small_search, state_bytes, states


@pytest.mark.parametrize("name", SEARCH_NAMES)
@pytest.mark.parametrize("backend", [LocalBackend(1), LocalBackend(7), Reversed(3)], ids=["one", "seven", "reversed"])
def test_results_do_not_depend_on_chunks_or_their_order_of_return(name: str, backend: LocalBackend) -> None:
    assert state_bytes(after(replace(small_search(name), backend=backend), 4)) == whole(name)


@cache
def whole(name: str) -> bytes:
    """The state after four generations in one piece."""
    return state_bytes(after(small_search(name), 4))


@pytest.mark.parametrize("chunks_before", [0, 1, 2])
def test_an_interrupted_generation_is_abandoned_and_the_state_before_it_untouched(chunks_before: int) -> None:
    search = replace(small_search(), backend=LocalBackend(6))
    state = after(search, 2)
    before, expected = state_bytes(state), state_bytes(search.step(state))
    asked = itertools.count()
    with pytest.raises(Interrupted):
        search.step(state, lambda: next(asked) == chunks_before)
    assert next(asked) == chunks_before + 1
    assert state_bytes(state) == before
    assert state_bytes(search.step(state)) == expected


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_a_step_changes_no_array_of_the_state_before(name: str) -> None:
    search = small_search(name)
    state = after(search, 3)
    for array in state.to_arrays().values():
        array.flags.writeable = False
    before = state_bytes(state)
    search.step(state)
    assert state_bytes(state) == before


def test_stalled_counts_generations_without_a_better_best() -> None:
    stalled, best = 0, (np.inf, np.inf)
    for state in states(small_search("random"), 12):
        improved = tuple(state.best) < best
        stalled, best = 0 if improved else stalled + 1, tuple(state.best)
        assert state.stalled == stalled
    assert stalled > 0


def breaks_every_third(counts: Counts, weights: Scores) -> Scores:
    scores = METRICS["accuracy"](counts, weights).copy()
    scores[::3] = np.nan
    return scores


@pytest.mark.parametrize("name", EVALUATING)
def test_candidates_without_a_score_are_counted_and_never_archived(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem_module, "METRICS", {"accuracy": breaks_every_third})
    search = small_search(name)
    for generation, state in enumerate(states(search, 5), start=1):
        assert state.failed == 6 * generation
        assert state.evaluations == 16 * generation
        assert np.isfinite(state.archive.objectives).all()
        assert all(slot % 3 for slot in state.archive.born[:, 1])
        assert not np.isnan(state.objectives).any()
        assert (np.isinf(state.objectives).all(axis=1) == np.isinf(state.objectives).any(axis=1)).all()
        assert np.isfinite(state.best).all()


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_a_search_goes_on_where_every_candidate_fails(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem_module, "METRICS", {"accuracy": lambda c, w: np.full(len(c), np.nan)})
    state = after(small_search(name), 3)
    assert (state.failed, len(state.archive), state.stalled) == (state.evaluations, 0, 3)
    assert np.isinf(state.best).all()
    assert len(state.population) == individuals(name)


def test_an_evaluator_that_raises_on_everything_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(counts: Counts, weights: Scores) -> Scores:
        raise RuntimeError("broken metric")

    monkeypatch.setattr(problem_module, "METRICS", {"accuracy": broken})
    search = small_search()
    with pytest.raises(WorkFailed, match="broken metric"):
        search.step(search.start())


@pytest.mark.parametrize("name", SEARCH_NAMES)
@pytest.mark.parametrize("backend", [LocalBackend(1), LocalBackend(7), Reversed(3)], ids=["one", "seven", "reversed"])
def test_a_candidate_on_which_the_work_raises_is_told_and_costs_the_others_nothing(
    name: str, backend: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = small_search(name)
    state = after(search, 2)
    tasks = search.algorithm.ask(search.context, state)
    culprit = genome_keys(tasks.slice(2, 3))[0]

    def work(chunk: Any) -> Results:
        if culprit in genome_keys(chunk):
            raise ZeroDivisionError("on this one")
        return search.work.work(chunk)

    broken = replace(search, backend=backend)
    monkeypatch.setitem(vars(broken), "work", FaultTolerant(search.problem, work))
    told: list[Failure] = []
    after_it = broken.step(state, failed=told.append)
    equal = [i for i in range(len(tasks)) if genome_keys(tasks.slice(i, i + 1))[0] == culprit]
    assert [failure.number for failure in told] == equal
    assert all(failure.reason.endswith("ZeroDivisionError: on this one\n") for failure in told)
    assert genome_keys(told[0].task) == [culprit]
    each = 2 if name == "memetic" else 1
    assert after_it.failed - state.failed == each * len(equal)
    assert after_it.evaluations == search.step(state).evaluations
    assert np.isfinite(after_it.archive.objectives).all()


def genome_keys(tasks: Any) -> list[bytes]:
    """Canonical genomes of any kind of tasks, with the slot where a round depends on it."""
    if isinstance(tasks, MemeticTasks):
        return [cover.key() + bytes([slot]) for cover, slot in zip(tasks.starts, tasks.slots.tolist(), strict=True)]
    return [cover.key() for cover in getattr(tasks, "candidates", None) or tasks.genomes]
