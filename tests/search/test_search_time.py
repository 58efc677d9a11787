"""Time that runs out inside a generation, on clocks that count how often they are asked."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo
from distributed.backend import never
from distributed.local import LocalBackend
from evo.config.load import config_from_dict
from evo.kinds.common.preparing import prepare
from evo.kinds.two_level.folds import FOLDS
from evo.kinds.two_level.model_selection import choose_by_folds
from evo.kinds.two_level.report.findings import formula_facts
from evo.models.two_level import model_of
from evo.running.clock import Limit
from evo.running.loop import Loop
from evo.search.loop import Interrupted, Search
from fitness.evaluation.simplest import simplest
from genomes.bits import unpack
from genomes.deadline import look, over, until
from genomes.two_level.cover import literals_by_cover
from tests.kits.genome_kit import through_npz
from tests.kits.reversed_backend import Reversed
from tests.kits.small_search import NOISY, SEARCH_NAMES, after, small_search, state_bytes

ADDER = {"source": "function", "function": "adder", "bits": 2}
IRIS = {"source": "sklearn", "name": "iris"}


def asked(times: int) -> Callable[[], bool]:
    """A clock that runs out after it was asked so often."""
    count = itertools.count()
    return lambda: next(count) >= times


def sound(search: Search[Any, Any], state: Any) -> None:
    """A state that a checkpoint can hold and a search go on from."""
    restored = search.restored(through_npz(state.to_arrays()))
    assert search.step(restored).generation > state.generation


def constant_error(search: Search[Any, Any]) -> float:
    """The error of always saying what most training rows are."""
    evaluator = search.problem.train
    planes = unpack(evaluator.split.planes, evaluator.split.n_rows)
    if evaluator.task.kind == "multiclass":
        return float(1 - planes.mean(axis=1).max())
    return float(np.minimum(planes.mean(axis=1), 1 - planes.mean(axis=1)).mean())


@pytest.mark.parametrize("backend", [LocalBackend(3), Reversed(3)], ids=["local", "reversed"])
@pytest.mark.parametrize("times", [0, 1, 40])
@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_a_first_generation_that_time_cuts_leaves_a_state_to_go_on_from(
    name: str, times: int, backend: LocalBackend
) -> None:
    search = replace(small_search(name), backend=backend)
    state = search.step(search.start(), enough=asked(times))
    assert state.generation == 1 and state.archive.objectives[0, 0] <= constant_error(search)
    sound(search, state)


@pytest.mark.parametrize("data", [ADDER, IRIS, NOISY], ids=["outputs", "votes", "two classes"])
@pytest.mark.parametrize("kind", ["sop", "pos"])
def test_without_any_time_the_model_is_no_worse_than_a_constant(kind: str, data: dict[str, Any]) -> None:
    search = small_search("memetic", kind, data=data)
    state = search.step(search.start(), enough=asked(0))
    best = float(state.archive.objectives[:, search.context.error_column].min())
    assert best <= constant_error(search) + 1e-12
    sound(search, state)


@pytest.mark.parametrize("times", [0, 1, 60, 200])
@pytest.mark.parametrize("name", ["nsga2", "memetic"])
def test_islands_that_time_cuts_in_their_first_epoch_are_as_far_as_they_came(name: str, times: int) -> None:
    search = small_search(name, islands={"count": 3, "every": 2})
    state = search.step(search.start(), enough=asked(times))
    assert {island.generation for island in state.islands} == {2}
    sound(search, state)


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_a_generation_cut_deep_inside_its_work_is_dropped_as_a_whole(name: str) -> None:
    search = small_search(name)
    state = after(search, 2)
    before, expected = state_bytes(state), state_bytes(search.step(state))
    for times in (0, 3, 11):
        with pytest.raises(Interrupted):
            search.step(state, asked(times))
    assert state_bytes(state) == before
    assert state_bytes(search.step(state)) == expected


def test_looks_cost_no_byte() -> None:
    search = small_search("memetic", data=NOISY)
    expected = state_bytes(search.step(search.start()))
    assert state_bytes(search.step(search.start(), asked(10**9), enough=asked(10**9))) == expected


class Ticking:
    """A stopwatch that goes on by a second whenever it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    @property
    def seconds(self) -> float:
        self.now += 1.0
        return self.now

    def beyond(self, limit: float | None) -> bool:
        return limit is not None and self.seconds >= limit


def test_a_loop_ends_with_the_last_whole_generation_of_a_search_without_limit() -> None:
    search = small_search("memetic", data=NOISY)
    watch = Ticking()
    states = []
    loop = Loop(search, watch, 2500.0, lambda state: ())  # type: ignore[arg-type]
    last, outcome = loop.run(search.start(), states.append)
    assert outcome.reason == "seconds" and last.generation == len(states) >= 2
    assert state_bytes(last) == state_bytes(after(small_search("memetic", data=NOISY), last.generation))


def test_a_signal_takes_a_first_generation_as_a_whole() -> None:
    search = small_search()
    with pytest.raises(Interrupted):
        search.step(search.start(), asked(1), enough=never)


def test_who_is_around_ends_what_is_within() -> None:
    with until(lambda: True), until(never):
        assert over()
        with pytest.raises(Interrupted):
            look()
    assert not over()
    look()


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy"])
def test_single_literals_are_the_best_there_are(metric: str) -> None:
    search = small_search("memetic", data=NOISY, fitness={"metric": metric})
    split, problem = search.problem.train.split, search.problem
    bits, label = unpack(split.inputs, split.n_rows), unpack(split.planes, split.n_rows)[0]

    def score(predicted: Any) -> float:
        right = predicted == label
        return float(right.mean() if metric == "accuracy" else (right[label].mean() + right[~label].mean()) / 2)

    best = max(score(bit ^ flip) for bit in bits for flip in (False, True))
    found = []
    for cover in simplest(problem):
        literals = [literal for term in literals_by_cover(cover, "sop")[0] for literal in term]
        if literals:
            holds = bits[abs(literals[0]) - 1] ^ (literals[0] < 0) ^ cover.inverted
            found.append(score(holds))
    assert len(found) == 2 and found == pytest.approx([best, best])


def selection_job() -> Any:
    data = {"source": "function", "function": "monk", "problem": 1, "split": {"valid": 0.0, "test": 0.2}}
    document = {"schema": 1, "seed": 1, "data": data, "fitness": {"selection": "cross_validation"}}
    return prepare(config_from_dict(document, Path.cwd()))


@pytest.mark.parametrize(("whole", "begun"), [(2, 3), (0, 1)])
def test_folds_that_time_did_not_suffice_for_do_not_vote(whole: int, begun: int) -> None:
    job = selection_job()
    state = after(job.search, 2)

    def step(search: Any, inner: Any, number: int) -> Any:
        return search.step(inner)

    choice = choose_by_folds(job, state, step, lambda fold: fold > whole)
    if whole:
        assert choice is not None and choice.to_json()["folds"] == whole and choice.member in state.archive.ids()
    else:
        assert choice is None
        assert job.selection.choose(job, state, step, lambda fold: True).to_json()["rule"] == "price"


def test_folds_share_what_the_search_leaves() -> None:
    watch = Ticking()
    limit = Limit(watch, 100.0, FOLDS)  # type: ignore[arg-type]
    assert limit.searching == 50.0
    watch.now = 59.0
    over_ = limit.fold_ends()  # 60 are gone: 8 for each
    for fold, end in enumerate((68, 76, 84, 92, 100), start=1):
        watch.now = end - 2.0
        assert not over_(fold)
        assert over_(fold)
    assert not limit.closed()
    watch.now = 106.0
    assert limit.closed()


def test_a_report_without_time_says_what_it_left_out() -> None:
    job = selection_job()
    state = after(job.search, 2)
    model = model_of(state.archive.genomes, 0, "g0-s0", job.search.problem.space)
    data = job.dataset
    whole = formula_facts(model, data.task, data.bits, data, 1)
    assert whole.baselines is not None and not whole.notes
    with until(lambda: True):
        cut = formula_facts(model, data.task, data.bits, data, 1)
    assert cut.baselines is None and cut.robustness is None and cut.rules == whole.rules
    assert "simple learners" in cut.notes[0] and "stop.seconds" in cut.notes[0]


def test_compiling_takes_nothing_of_the_seconds_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    late, real = [0.0], time.monotonic
    monkeypatch.setattr("evo.running.clock.time.monotonic", lambda: real() + late[0])
    monkeypatch.setattr("evo.running.session.bring", lambda kernels, note: late.__setitem__(0, 10_000.0))
    data = {"source": "function", "function": "parity", "bits": 3, "split": {"valid": 0.0, "test": 0.0}}
    config = {"schema": 1, "data": data, "stop": {"generations": 2, "seconds": 5_000}, "output": {"report": []}}
    result = evo.run(config, run_dir=tmp_path / "run", display="quiet")
    assert result.details["stop_reason"] == "generations"
    assert result.details["seconds"] < 5_000


def test_a_run_whose_time_is_over_when_it_is_written_leaves_the_scorecard_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Limit, "closed", lambda limit: True)
    config = {"schema": 1, "data": IRIS, "stop": {"generations": 1}, "output": {"report": ["md"]}}
    result = evo.run(config, run_dir=tmp_path / "run", display="quiet")
    assert "scorecard" not in result.details and result.best.literals >= 0
