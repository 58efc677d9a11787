from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evo.search import local
from evo.search.algorithms import ALGORITHMS, algorithm
from evo.search.descent_cache import DescentCache
from evo.search.formula_spec import FormulaLocalSpec
from evo.search.local import without_copies
from evo.search.loop import Search
from evo.search.state import State
from fitness.evaluation.problem import evaluate
from fitness.evaluation.results import Results
from fitness.local.results import Refinement
from fitness.local.tasks import RefinementTasks
from tests.kits import oracle
from tests.kits.members import check_cover
from tests.kits.small_search import KINDS, after, small_search
from tests.kits.tables import batch_of

REFINED = ("nsga2 with local steps", "generational with local steps", "hill_climb with local steps")


def asked(search: Search, state: State, price: float | None = None) -> tuple[RefinementTasks, Results, Refinement]:
    """One generation's tasks (all at one price if given) and what the work makes of them."""
    tasks = search.algorithm.ask(search.context, state)
    if price is not None:
        tasks = replace(tasks, prices=np.full(len(tasks), price))
    results = search.algorithm.work(search.context, search.problem)(tasks)
    return tasks, results, results.payload


@pytest.mark.parametrize("name", ALGORITHMS)
def test_without_local_steps_every_algorithm_is_the_plain_one(name: str) -> None:
    assert algorithm(name, FormulaLocalSpec(kind="none")) is ALGORITHMS[name]
    assert algorithm(name, FormulaLocalSpec(share=0.0)) is ALGORITHMS[name]


def test_the_control_and_the_memetic_rounds_take_no_local_steps_of_offspring() -> None:
    taken = [name for name in ALGORITHMS if algorithm(name, FormulaLocalSpec()) is not ALGORITHMS[name]]
    assert taken == ["nsga2", "generational", "hill_climb"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "f1", "mcc"])
@pytest.mark.parametrize("price", [0.02, 1.5])
def test_a_step_never_makes_errors_and_size_together_worse(kind: str, metric: str, price: float) -> None:
    search = small_search(REFINED[0], kind, fitness={"metric": metric})
    tasks, results, steps = asked(search, after(search, 2), price)
    old = evaluate(search.problem, tasks.candidates).objectives
    value_of = [[50 * e + price * (literals + terms) for e, literals, terms in zip(
        objectives[:, 0], objectives[:, 1], [cover.n_terms for cover in covers], strict=True
    )] for objectives, covers in ((old, tasks.candidates), (results.objectives, results.genomes))]  # fmt: skip
    assert all(new <= before + 1e-9 for before, new in zip(*value_of, strict=True))
    assert sum(new < before - 1e-9 for before, new in zip(*value_of, strict=True)) > 4
    assert evaluate(search.problem, results.genomes).objectives.tolist() == results.objectives.tolist()
    for cover in results.genomes:
        check_cover(cover, search.problem.space)
    assert [cover.key() for cover in steps.candidates] == [cover.key() for cover in tasks.candidates]


@pytest.mark.parametrize("data", [{"source": "sklearn", "name": "iris", "binarize": {"bits": 3}}])
@pytest.mark.parametrize("kind", KINDS)
def test_votes_are_never_made_worse_although_classes_are_improved_one_by_one(
    kind: str, data: dict[str, object]
) -> None:
    search = small_search(REFINED[0], kind, data=data)
    tasks, results, steps = asked(search, after(search, 2), 0.02)
    old = evaluate(search.problem, tasks.candidates).objectives
    assert steps.stepped.sum() > 8
    assert (results.objectives[:, 0] <= old[:, 0] + 1.0 / 100).all()
    assert (results.objectives[:, 0] < old[:, 0]).any()


def test_a_candidate_without_a_price_is_only_evaluated() -> None:
    search = small_search(REFINED[0])
    tasks, results, steps = asked(search, after(search, 2))
    plain = ~np.isfinite(tasks.prices)
    assert 0 < plain.sum() < len(tasks)
    assert not steps.stepped[plain].any()
    for row in np.flatnonzero(plain).tolist():
        assert results.genomes[row].key() == tasks.candidates[row].key()


@pytest.mark.parametrize("name", REFINED)
def test_the_first_generation_is_not_improved(name: str) -> None:
    search = small_search(name)
    assert np.isnan(search.algorithm.ask(search.context, search.start()).prices).all()
    first = search.step(search.start())
    assert first.memory["known.counts"].tolist() == [0, 0]


def test_nsga2_serves_the_path_of_prices_and_the_others_its_cheap_end() -> None:
    drawn = {}
    for name in REFINED:
        search = small_search(name, population=200)
        tasks = search.algorithm.ask(search.context, after(search, 1))
        drawn[name] = set(tasks.prices[np.isfinite(tasks.prices)].tolist())
    path = search.context.prices.tolist()
    assert drawn[REFINED[0]] <= set(path) and len(drawn[REFINED[0]]) > 20
    assert drawn[REFINED[1]] == drawn[REFINED[2]] == {path[-1]}


def test_the_share_is_the_share_of_offspring_that_get_a_price(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "without_copies", lambda candidates, prices: prices)
    search = small_search("hill_climb with local steps", population=400)
    state, chosen = after(search, 1), []
    for share in (0.1, 0.5, 1.0):
        context = replace(search.context, local=FormulaLocalSpec(share=share))
        chosen.append(np.isfinite(search.algorithm.ask(context, state).prices).mean())
    assert chosen == pytest.approx([0.1, 0.5, 1.0], abs=0.07)


def test_a_known_behaviour_is_not_improved_again_at_its_price_but_at_another() -> None:
    search = small_search(REFINED[0])
    state = after(search, 2)
    tasks, _, steps = asked(search, state, 0.5)
    work = search.algorithm.work(search.context, search.problem)
    told = replace(tasks, known=np.sort(steps.keys[steps.stepped].reshape(-1)))
    again = work(told).payload
    other = work(replace(told, prices=np.full(16, 0.7))).payload
    assert again.known.all()
    assert not again.stepped.any()
    assert not other.known.any()


def test_another_formula_that_does_the_same_is_known() -> None:
    search = small_search(REFINED[0])
    formulas = [[[[1, 2], [1, -2], [3, 4]]], [[[1], [3, 4]]], [[[1], [3, 4, 5], [3, 4, -5]]], [[[1], [3, 5]]]]
    batch, _ = batch_of("sop", formulas, 6)
    assert len(set(search.problem.train.semantic_hashes(batch).tolist())) == 2
    tasks = RefinementTasks(batch, np.full(4, 0.5), np.arange(4, dtype=np.uint64), np.zeros(0, dtype=np.uint64))
    work = search.algorithm.work(search.context, search.problem)
    first = work(tasks.slice(0, 1)).payload
    later = work(replace(tasks, known=np.sort(first.keys.reshape(-1)))).payload
    assert later.known.tolist()[:3] == [True] * 3
    assert later.stepped.tolist()[3] or later.keys[3, 0] in first.keys


def test_what_a_step_made_is_known_too() -> None:
    search = small_search(REFINED[0])
    tasks, results, steps = asked(search, after(search, 2), 0.5)
    work = search.algorithm.work(search.context, search.problem)
    known = np.sort(steps.keys[steps.stepped].reshape(-1))
    again = work(replace(tasks, candidates=results.genomes, known=known)).payload
    assert again.known.all()


def test_copies_within_a_generation_are_improved_once_per_price() -> None:
    batch, _ = batch_of("sop", [[[[1]]], [[[2]]], [[[1]]], [[[1]]], [[[1]]]], 6)
    prices = without_copies(batch, np.array([0.5, 0.5, 0.5, 2.0, np.nan]))
    assert prices[[0, 1, 3]].tolist() == [0.5, 0.5, 2.0]
    assert np.isnan(prices[[2, 4]]).all()


def test_offspring_breed_as_improved() -> None:
    search = small_search("hill_climb with local steps")
    search = replace(search, context=replace(search.context, local=FormulaLocalSpec(share=1.0)))
    state = after(search, 1)
    _, results, steps = asked(search, state)
    new = search.tell(state, results)
    taken = [tuple(a) <= tuple(b) for a, b in zip(results.objectives, state.objectives, strict=True)]
    assert sum(taken) > 4
    for slot in np.flatnonzero(taken).tolist():
        assert new.population[slot].key() == results.genomes[slot].key()
        assert new.objectives[slot].tolist() == results.objectives[slot].tolist()
    assert [c.key() for c in results.genomes] != [c.key() for c in steps.candidates]


def test_terms_too_long_for_kernels_stay_as_they_are() -> None:
    search = small_search(REFINED[0], data={"source": "sklearn", "name": "iris", "binarize": {"bits": 9}})
    n_inputs, long = search.problem.space.n_inputs, list(range(1, 34))
    batch, _ = batch_of("sop", [[[long, [1, 2]], [[5], [9]], [[14]]]], n_inputs)
    tasks = RefinementTasks(batch, np.array([0.02]), np.zeros(1, dtype=np.uint64), np.zeros(0, dtype=np.uint64))
    made = search.algorithm.work(search.context, search.problem)(tasks)
    assert made.genomes[0].key() != batch[0].key()
    assert long in oracle.terms_of(made.genomes[0], "sop", n_inputs)[0]


def test_hits_and_misses_are_counted_in_the_state_and_survive_it() -> None:
    search = small_search(REFINED[0], population=60)
    state = after(search, 8)
    known = DescentCache.of(state.memory)
    assert known.hits > 0
    assert known.misses > known.hits
    again = State.from_arrays(state.to_arrays(), search.problem.space, 2)
    assert again.memory["known.counts"].tolist() == [known.hits, known.misses]
    _, _, steps = asked(search, again)
    now = DescentCache.of(search.step(again).memory)
    assert (now.hits, now.misses) == (known.hits + steps.known.sum(), known.misses + steps.stepped.sum())
