from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from evo.monitor import StopProgress
from evo.running.stopping import RULES, Reached, exact_for, progress, reached
from evo.search.spec import StopSpec
from genomes.two_level.literals import literals_of
from tests.kits.small_search import small_search, states


def seen(
    *,
    generation: int = 0,
    evaluations: int = 0,
    stalled: int = 0,
    seconds: float = 0.0,
    score: float = 0.0,
    exact: int | None = None,
) -> Reached:
    state = replace(small_search().start(), generation=generation, evaluations=evaluations, stalled=stalled)
    return Reached(state, seconds, 1.0 - score, exact)


def only(**limits: float) -> StopSpec:
    return StopSpec(**({"generations": None, "exact": None} | limits))  # type: ignore[arg-type]


def one(spec: StopSpec, now: Reached) -> StopProgress:
    (stop,) = progress(spec, now)
    return stop


TABLE = [
    (only(generations=10), seen(generation=9), 0.9, "9 of 10"),
    (only(generations=10), seen(generation=10), 1.0, "10 of 10"),
    (only(generations=20_000), seen(generation=5000), 0.25, "5,000 of 20,000"),
    (only(evaluations=1000), seen(evaluations=999), 0.999, "999 of 1,000"),
    (only(evaluations=1000), seen(evaluations=1008), 1.008, "1,008 of 1,000"),
    (only(seconds=60.0), seen(seconds=59.9), 59.9 / 60, "60 of 60"),
    (only(seconds=60.0), seen(seconds=60.0), 1.0, "60 of 60"),
    (only(seconds=0.5), seen(seconds=0.25), 0.5, "0 of 0"),
    (only(patience=5), seen(generation=30, stalled=4), 0.8, "4 of 5"),
    (only(patience=5), seen(generation=30, stalled=5), 1.0, "5 of 5"),
    (only(target=0.8), seen(score=0.4), 0.5, "0.4000 of 0.8000"),
    (only(target=0.8), seen(score=0.79999), 0.999, "0.8000 of 0.8000"),
    (only(target=0.8), seen(score=0.8), 1.0, "0.8000 of 0.8000"),
    (only(target=0.8), seen(score=1.0), 1.0, "1.0000 of 0.8000"),
    (only(target=0.8), seen(score=-0.5), 0.0, "-0.5000 of 0.8000"),
    (only(target=0.0), seen(score=-0.25), 0.0, "-0.2500 of 0.0000"),
    (only(target=0.0), seen(score=0.0), 1.0, "0.0000 of 0.0000"),
    (only(target=-0.5), seen(score=-0.6), 0.0, "-0.6000 of -0.5000"),
    (only(target=-0.5), seen(score=-0.5), 1.0, "-0.5000 of -0.5000"),
    (only(exact=20), seen(generation=300, stalled=300), 0.0, "0 of 20"),
    (only(exact=20), seen(generation=300, exact=0), 0.0, "0 of 20"),
    (only(exact=20), seen(generation=300, exact=19), 0.95, "19 of 20"),
    (only(exact=20), seen(generation=300, exact=20), 1.0, "20 of 20"),
]


@pytest.mark.parametrize(("spec", "now", "fraction", "text"), TABLE)
def test_a_rule_says_how_far_it_is(spec: StopSpec, now: Reached, fraction: float, text: str) -> None:
    stop = one(spec, now)
    assert stop.fraction == pytest.approx(fraction, abs=1e-12)
    assert stop.text == text


@pytest.mark.parametrize(("spec", "now", "fraction", "text"), TABLE)
def test_a_rule_ends_the_run_exactly_when_it_is_full(spec: StopSpec, now: Reached, fraction: float, text: str) -> None:
    stops = progress(spec, now)
    assert reached(stops) == (stops[0] if fraction >= 1 else None)


def test_every_key_of_the_stop_section_has_a_rule() -> None:
    assert set(RULES) == set(StopSpec.__dataclass_fields__)


def test_keys_that_are_null_have_no_progress() -> None:
    assert progress(only(), seen(generation=10**6, stalled=10**6)) == ()
    assert reached(()) is None


def test_the_first_full_rule_is_the_reason() -> None:
    spec = StopSpec(generations=10, seconds=5.0, evaluations=100, patience=3, target=0.9, exact=1)
    stops = progress(spec, seen(generation=4, evaluations=100, stalled=3, seconds=1.0, score=0.5, exact=4))
    assert [stop.rule for stop in stops] == ["generations", "evaluations", "seconds", "patience", "target", "exact"]
    ended = reached(stops)
    assert ended is not None
    assert ended.rule == "evaluations"


def test_exact_counts_generations_since_the_newest_model_without_an_error() -> None:
    since, known = None, set[str]()
    for state in states(small_search("memetic"), 25):
        exact = {
            name
            for name, row in zip(state.archive.ids(), state.archive.objectives.tolist(), strict=True)
            if row[0] == 0
        }
        if exact:
            since = 0 if since is None or exact - known else since + 1
        known |= exact
        assert exact_for(state.archive, state.generation, 0) == since
    assert since is not None
    assert since > 3


def test_settled_counts_generations_since_the_labels_were_last_said_in_fewer_bits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search = small_search("memetic")
    space, since, fewest = search.problem.space, -1, math.inf
    assert search.context.quiet(search.step(search.start())) is None  # a small table
    monkeypatch.setattr("evo.search.context.LARGE", 0)
    assert small_search("nsga2").context.quiet(search.step(search.start())) is None
    for state in states(search, 25):
        sizes = [
            (error, sum(len(literals_of(cube)) + 1 for cubes in cover.cubes for cube in cubes))
            for error, cover in zip(state.archive.objectives[:, 0].tolist(), state.archive.genomes, strict=True)
        ]
        price = math.log2(2 * space.n_inputs) / 2
        bits = min(error * search.context.n_errors + price * size for error, size in sizes)
        since, fewest = (0, bits) if bits < fewest - 1e-9 else (since + 1, fewest)
        assert search.context.quiet(state) == since
    assert since > 3


def test_a_smaller_model_that_is_right_everywhere_starts_the_count_anew() -> None:
    search = small_search("random")
    space = search.problem.space
    covers = search.algorithm.offspring(search.context, search.start())
    archive = search.start().archive
    for generation, literals, counted in ((3, 9.0, 0), (4, 9.0, 1), (6, 12.0, 3), (7, 8.0, 0), (9, 8.0, 2)):
        archive = archive.updated(covers.slice(0, 1), np.array([[0.0, literals]]), generation, space)
        assert exact_for(archive, generation + 1, 0) == counted


def test_a_run_with_errors_left_never_counts_as_exact_wherever_the_error_stands_among_the_objectives() -> None:
    search = small_search("random")
    covers = search.algorithm.offspring(search.context, search.start()).slice(0, 2)
    archive = search.start().archive.updated(covers, np.array([[0.0, 0.5], [3.0, 0.1]]), 0, search.problem.space)
    assert exact_for(archive, 9, 1) is None
    assert exact_for(archive, 9, 0) == 8
