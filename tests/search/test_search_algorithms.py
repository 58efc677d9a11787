from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from evo.search.algorithms import ALGORITHMS
from evo.search.breeding import breed, toolbox
from evo.search.loop import Search
from evo.search.state import State
from fitness.evaluation.problem import evaluate
from fitness.evaluation.results import Results
from genomes.streams import Role, stream
from genomes.two_level.cover import canonical
from genomes.two_level.variation.registry import mutate
from tests.kits import oracle
from tests.kits.members import check_cover
from tests.kits.small_search import (
    ALGORITHM_NAMES,
    EVALUATING,
    KINDS,
    SEARCH_NAMES,
    after,
    individuals,
    small_search,
    state_bytes,
    states,
)
from tests.kits.tables import batch_of

CASES = [(name, kind) for name in SEARCH_NAMES for kind in KINDS]
OBJECTIVES = [["error"], ["literals", "error"], ["error", "terms", "gates"], ["error", "literals", "terms", "gates"]]
SOURCES = {
    "multiclass": {"source": "sklearn", "name": "iris", "binarize": {"bits": 3}},
    "multioutput": {"source": "function", "function": "adder", "bits": 2},
}


def run(name: str, kind: str = "sop", generations: int = 6) -> tuple[Search, list[State]]:
    search = small_search(name, kind)
    return search, list(states(search, generations))


def test_every_algorithm_is_tested_here() -> None:
    assert set(ALGORITHMS) == set(ALGORITHM_NAMES)


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_the_population_keeps_its_size_and_stays_in_the_space(name: str, kind: str) -> None:
    search, met = run(name, kind)
    for state in met:
        assert len(state.population) == len(state.objectives) == individuals(name)
        for cover in state.population:
            check_cover(cover, search.problem.space)
            assert canonical(cover, search.problem.space).key() == cover.key()


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_objectives_are_those_of_the_population_and_of_the_archive(name: str, kind: str) -> None:
    search, met = run(name, kind)
    for state in met:
        assert evaluate(search.problem, state.population).objectives.tolist() == state.objectives.tolist()
        archived = evaluate(search.problem, state.archive.genomes).objectives
        assert archived.tolist() == state.archive.objectives.tolist()


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_the_front_never_gets_worse(name: str, kind: str) -> None:
    _, met = run(name, kind, 10)
    for before, now in itertools.pairwise(met):
        assert now.archive.objectives[0, 0] <= before.archive.objectives[0, 0]
        for point in before.archive.objectives:
            assert (now.archive.objectives <= point).all(axis=1).any()


@pytest.mark.parametrize("name", EVALUATING)
@pytest.mark.parametrize("kind", KINDS)
def test_counters_count_and_the_best_is_the_first_of_the_front(name: str, kind: str) -> None:
    _, met = run(name, kind)
    assert [(state.generation, state.evaluations, state.failed) for state in met] == [
        (g, 16 * g, 0) for g in range(1, 7)
    ]
    assert all(state.best.tolist() == state.archive.objectives[0].tolist() for state in met)


@pytest.mark.parametrize("name", SEARCH_NAMES)
@pytest.mark.parametrize("objectives", OBJECTIVES, ids="-".join)
def test_one_to_four_objectives_can_be_optimised(name: str, objectives: list[str]) -> None:
    state = after(small_search(name, fitness={"objectives": objectives}), 3)
    assert state.objectives.shape == (individuals(name), len(objectives))
    assert np.isfinite(state.objectives).all()


@pytest.mark.parametrize("name", SEARCH_NAMES)
@pytest.mark.parametrize("population", [4, 5, 7])
def test_small_and_odd_populations_keep_their_size(name: str, population: int) -> None:
    search = small_search(name, population=population)
    assert [len(state.population) for state in states(search, 4)] == [individuals(name, population)] * 4


@pytest.mark.parametrize("name", SEARCH_NAMES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", SOURCES)
def test_several_classes_and_outputs_can_be_learned(name: str, kind: str, source: str) -> None:
    search = small_search(name, kind, data=SOURCES[source])
    met = list(states(search, 3))
    assert search.problem.space.n_outputs == 3
    for covers, objectives in (
        (met[-1].population, met[-1].objectives),
        (met[-1].archive.genomes, met[-1].archive.objectives),
    ):
        assert evaluate(search.problem, covers).objectives.tolist() == objectives.tolist()


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_different_seeds_search_differently(name: str) -> None:
    assert state_bytes(after(small_search(name, seed=1), 2)) != state_bytes(after(small_search(name, seed=2), 2))


def test_a_longer_run_extends_a_shorter_one() -> None:
    search = small_search("nsga2")
    short, long = list(states(search, 3)), list(states(search, 6))
    assert [state_bytes(state) for state in short] == [state_bytes(state) for state in long[:3]]


def test_nsga2_keeps_every_non_dominated_vector_that_fits() -> None:
    _, met = run("nsga2", generations=8)
    for state in met:
        population = {tuple(row) for row in state.objectives.tolist()}
        assert {tuple(row) for row in state.archive.objectives.tolist()} <= population


def test_nsga2_takes_first_one_genome_per_vector_then_other_genomes_then_copies() -> None:
    search = small_search("nsga2", population=4)
    parents, children = ([[[[name]]] for name in names] for names in ([1, 1, 1, 1], [2, 3, 4, 5]))
    (population, _), (offspring, _) = batch_of("sop", parents, 6), batch_of("sop", children, 6)
    same, worse = [0.25, 1.0], [0.5, 1.0]
    state = replace(search.start(), generation=1, population=population, objectives=np.array([same] * 4))
    objectives = np.array([same, same, same, worse])
    results = Results(offspring, objectives, np.zeros(4, dtype=np.bool_))
    survivors = search.algorithm.survive(search.context, state, results)
    names = [oracle.terms_of(cover, "sop", 6)[0][0][0] for cover in survivors.population]
    assert set(names[:2]) == {1, 5}
    assert set(names[2:]) < {2, 3, 4}
    assert len(set(names)) == 4


def test_offspring_depend_on_generation_slot_and_their_own_parents_alone() -> None:
    search, met = run("nsga2", generations=3)
    parents, box = [0, 1] * 16, toolbox(search.context, lambda context, state, n: [])
    now = [cover.key() for cover in breed(search.context, met[-1], box, parents)]
    later = [cover.key() for cover in breed(search.context, replace(met[-1], generation=9), box, parents)]
    others = [cover.key() for cover in breed(search.context, met[-1], box, [*parents[:8], *[5, 6] * 12])]
    assert len(set(now)) > 8
    assert sum(a == b for a, b in zip(now, later, strict=True)) < 8
    assert others[:4] == now[:4]
    assert others[4:] != now[4:]


def test_generational_never_loses_its_two_best() -> None:
    _, met = run("generational", generations=8)
    for before, now in itertools.pairwise(met):
        elite = sorted(map(tuple, before.objectives.tolist()))[:2]
        assert [tuple(row) for row in now.objectives[:2].tolist()] == elite


def test_generational_exchanges_its_worst_offspring_for_the_elite() -> None:
    search, met = run("generational", generations=4)
    offspring = search.algorithm.offspring(search.context, met[-1])
    results = evaluate(search.problem, offspring)
    survivors = search.algorithm.survive(search.context, met[-1], results).objectives
    assert sorted(map(tuple, survivors[2:].tolist())) == sorted(map(tuple, results.objectives.tolist()))[:14]


def test_climbers_take_the_mutant_unless_it_is_worse() -> None:
    search, met = run("hill_climb", generations=5)
    for before, now in itertools.pairwise(met):
        mutants = search.algorithm.offspring(search.context, before)
        values = evaluate(search.problem, mutants).objectives
        for slot in range(16):
            taken = tuple(values[slot]) <= tuple(before.objectives[slot])
            assert now.population[slot].key() == (mutants if taken else before.population)[slot].key()


def test_a_climbers_mutant_is_one_mutation_of_it_in_the_stream_of_its_slot() -> None:
    search, met = run("hill_climb", generations=2)
    context = search.context
    for slot, mutant in enumerate(search.algorithm.offspring(context, met[-1])):
        rng = stream(context.seed, Role.VARIATION, 2, slot=slot)
        assert mutant.key() == mutate(rng, met[-1].population[slot], context.space, context.samples).key()


def test_random_search_learns_nothing_from_what_it_has_seen() -> None:
    search, met = run("random", generations=3)
    start = replace(search.start(), generation=2)
    assert [c.key() for c in search.algorithm.offspring(search.context, start)] == [c.key() for c in met[2].population]


@pytest.mark.parametrize("name", ["nsga2", "generational", "hill_climb"])
def test_every_search_starts_from_the_same_random_covers(name: str) -> None:
    first = small_search("random").step(small_search("random").start())
    offspring = small_search(name).algorithm.offspring(small_search(name).context, small_search(name).start())
    assert [cover.key() for cover in offspring] == [cover.key() for cover in first.population]
