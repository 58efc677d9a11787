"""Islands: the same bytes wherever, in whatever order and in how many steps they run; migrants that really arrive."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
import pytest

from distributed.local import LocalBackend
from evo.search.context import TwoLevelContext
from evo.search.hyper_genes import HyperGenes
from evo.search.islands import IslandSearch, IslandTasks, evolve, migrated_so_far, migrations
from evo.search.loop import Interrupted, Search
from evo.search.memetic import Memory
from evo.search.state import State
from evo.search.topology import TOPOLOGIES
from genomes.errors import GenomeError
from genomes.streams import Role, stream
from genomes.two_level.cover import Cover
from tests.kits.genome_kit import through_npz
from tests.kits.reversed_backend import Reversed
from tests.kits.small_search import KINDS, NOISY, SEARCH_NAMES, after, small_search, state_bytes, states

MIGRATING = [name for name in SEARCH_NAMES if name != "random"]
GENETIC = [name for name in MIGRATING if name != "memetic"]


def archipelago(name: str = "nsga2", kind: str = "sop", *, stop: int | None = None, **islands: Any) -> IslandSearch:
    search = small_search(
        name,
        kind,
        data=NOISY,
        population=8,
        islands={"count": 3, "every": 2, "migrants": 3, **islands},
        stop={"generations": stop, "seconds": 1e9},
    )
    assert isinstance(search, IslandSearch)
    return search


@cache
def reached(name: str, epochs: int) -> bytes:
    """The state after so many epochs in one process, which many ways must come to."""
    return state_bytes(after(archipelago(name), epochs))


def alone(search: IslandSearch, island: int) -> Search:
    """One island as a search of its own."""
    return Search(search.problem, search.context.on_island(island), search.algorithm, LocalBackend())


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_one_island_is_no_islands(name: str) -> None:
    plain = small_search(name)
    single = small_search(name, islands={"count": 1, "topology": "full", "every": 2, "migrants": 1})
    assert type(single) is Search
    assert state_bytes(after(single, 3)) == state_bytes(after(plain, 3))


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_island_0_without_migration_is_the_search_without_islands(name: str) -> None:
    search = archipelago(name, topology="none")
    state = after(search, 2)
    plain = small_search(name, data=NOISY, population=8)
    assert state_bytes(state.islands[0]) == state_bytes(after(plain, 4))


@pytest.mark.parametrize("name", SEARCH_NAMES)
@pytest.mark.parametrize("backend", [LocalBackend(2), LocalBackend(100), Reversed(1)], ids=["two", "all", "reversed"])
def test_results_do_not_depend_on_chunks_or_their_order_of_return(name: str, backend: LocalBackend) -> None:
    assert state_bytes(after(replace(archipelago(name), backend=backend), 3)) == reached(name, 3)


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_an_islands_epoch_is_the_generations_of_a_search_of_its_own(name: str) -> None:
    search = archipelago(name)
    state = after(search, 2)
    tasks = IslandTasks((2,), state.islands[2:], 2)
    (evolved,) = evolve(search.problem, search.context, search.algorithm, tasks)
    expected = state.islands[2]
    for _ in range(2):
        expected = alone(search, 2).step(expected)
    assert state_bytes(evolved.state) == state_bytes(expected)


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_an_epoch_that_travels_to_another_process_and_back_is_the_same(name: str) -> None:
    search = archipelago(name)
    state = after(search, 1)
    tasks = IslandTasks((0, 1, 2), state.islands, 2)
    work = partial(evolve, search.problem, search.context, search.algorithm)
    there = pickle.loads(pickle.dumps(work))(pickle.loads(pickle.dumps(tasks)))
    back = pickle.loads(pickle.dumps(there))
    assert [state_bytes(island.state) for island in back] == [state_bytes(island.state) for island in work(tasks)]


@pytest.mark.parametrize("name", SEARCH_NAMES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("epochs", [0, 1, 2])
def test_a_state_from_disk_is_the_same_and_goes_on_identically(name: str, kind: str, epochs: int) -> None:
    search, steps = stepped(name, kind)
    state = steps[epochs]
    again = State.from_arrays(through_npz(state.to_arrays()), search.problem.space, 2)
    assert state_bytes(again) == state_bytes(state)
    assert state_bytes(search.step(again)) == state_bytes(steps[epochs + 1])


@cache
def stepped(name: str, kind: str) -> tuple[IslandSearch, tuple[State, ...]]:
    """A search and its states from the start on."""
    search = archipelago(name, kind)
    return search, tuple(itertools.accumulate(range(3), lambda state, _: search.step(state), initial=search.start()))


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_a_step_changes_no_array_of_the_state_before(name: str) -> None:
    search = archipelago(name)
    state = after(search, 2)
    for array in state.to_arrays().values():
        array.flags.writeable = False
    before = state_bytes(state)
    search.step(state)
    assert state_bytes(state) == before


@pytest.mark.parametrize(
    ("name", "cut"), [(name, cut) for name in SEARCH_NAMES for cut in ((1, 2, 3, 4, 5) if name == "nsga2" else (2, 3))]
)
def test_a_run_cut_anywhere_and_made_longer_comes_to_the_state_of_the_longer_run(name: str, cut: int) -> None:
    """Everywhere for one algorithm, within an epoch and at its end for the others."""
    first = ran(name, archipelago(name).start(), cut)
    assert state_bytes(ran(name, first, 6)) == uncut(name)


@cache
def uncut(name: str) -> bytes:
    """Where a run of six generations comes to without a cut."""
    return state_bytes(ran(name, archipelago(name).start(), 6))


def ran(name: str, state: State, stop: int) -> State:
    """A run from a state on; its stop is no part of what a search is."""
    search = archipelago(name, every=3, stop=stop)
    while state.generation < stop:
        state = search.step(state)
    assert state.generation == stop
    return state


def test_migration_happens_at_multiples_of_every_alone() -> None:
    search = archipelago(every=4, stop=6)
    seen = {state.generation: len(migrations(state)) for state in states(search, 2)}
    assert (seen[4] > 0, seen[6]) == (True, 0)


def test_a_step_ends_at_the_next_migration_or_at_the_end_of_the_run() -> None:
    assert [archipelago(every=4).epoch(g) for g in range(9)] == [4, 3, 2, 1, 4, 3, 2, 1, 4]
    assert [archipelago(every=4, stop=6).epoch(g) for g in range(6)] == [4, 3, 2, 1, 2, 1]


@pytest.mark.parametrize("islands_before", [0, 1, 2])
def test_an_interrupted_epoch_is_abandoned_and_the_state_before_it_untouched(islands_before: int) -> None:
    search = archipelago()
    state = after(search, 1)
    before, expected = state_bytes(state), state_bytes(search.step(state))
    asked = itertools.count()
    with pytest.raises(Interrupted):
        search.step(state, lambda: next(asked) == islands_before)
    assert state_bytes(state) == before
    assert state_bytes(search.step(state)) == expected


def test_the_archive_is_what_nothing_on_any_island_dominates() -> None:
    state = after(archipelago("memetic", topology="none"), 3)
    members = [
        (bool(cover.inverted), tuple(vector), (generation, island, slot), cover.key())
        for island, part in enumerate(state.islands)
        for cover, vector, (generation, slot) in zip(
            part.archive.genomes, part.archive.objectives.tolist(), part.archive.born.tolist(), strict=True
        )
    ]

    def beaten(side: bool, vector: tuple[float, ...], born: tuple[int, ...]) -> bool:
        return any(
            side == other
            and all(a <= b for a, b in zip(values, vector, strict=True))
            and (values != vector or when < born)
            for other, values, when, _ in members
        )

    expected = {(born, key) for side, vector, born, key in members if not beaten(side, vector, born)}
    archive = state.archive
    found = {
        ((generation, island, slot), cover.key())
        for (generation, slot, island), cover in zip(archive.born.tolist(), archive.genomes, strict=True)
    }
    assert found == expected
    assert len(archive) == len(expected)
    assert len({island for (_, island, _), _ in expected}) > 1
    assert len(set(archive.ids())) == len(archive)


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_counters_are_sums_and_stalled_counts_generations_since_the_best_was_born(name: str) -> None:
    for state in states(archipelago(name), 4):
        assert {island.generation for island in state.islands} == {state.generation}
        assert state.evaluations == sum(island.evaluations for island in state.islands)
        assert tuple(state.best) == min(tuple(island.best) for island in state.islands)
        names = state.archive.ids()
        first = [int(n.split("-")[0][1:]) for n, v in zip(names, state.archive.objectives, strict=True)
                 if tuple(v) == tuple(state.best)]  # fmt: skip
        assert state.stalled == state.generation - 1 - min(first)


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_islands_find_different_things(name: str) -> None:
    islands = after(archipelago(name, topology="none"), 2).islands
    assert len({state_bytes(island) for island in islands}) == 3


@pytest.mark.parametrize("role", list(Role))
def test_islands_draw_from_streams_of_their_own(role: Role) -> None:
    context = archipelago().context
    draws = [context.on_island(island).stream(role, 4, 2).integers(0, 2**63) for island in range(6)]
    assert len(set(draws)) == 6
    assert draws[5] == stream(context.seed, role, 4, 5, 2).integers(0, 2**63)
    assert len({context.on_island(island).python_stream(role, 4).random() for island in range(6)}) == 6


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_islands_of_equal_genes_draw_differently(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.search.context.genes_of", lambda island: HyperGenes())
    islands = after(archipelago(name, topology="none"), 1).islands
    assert len({state_bytes(island) for island in islands}) == 3


def pools(context: TwoLevelContext, state: State) -> list[list[set[bytes]]]:
    """Per side and output: the terms of a memetic island's pool, as bytes."""
    memory = Memory.of(state, context.population, context.space)
    return [[{row.tobytes() for row in terms.literals} for terms in of_side] for of_side in memory.pool]


def before_migration(search: IslandSearch, state: State) -> tuple[State, ...]:
    """The islands at the end of the next epoch, before anyone migrates."""
    numbers = tuple(range(len(state.islands)))
    tasks = IslandTasks(numbers, state.islands, search.epoch(state.generation))
    return tuple(evolved.state for evolved in evolve(search.problem, search.context, search.algorithm, tasks))


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_terms_of_a_neighbours_covers_are_in_the_pool_after_the_epoch(topology: str) -> None:
    search = archipelago("memetic", topology=topology, count=4)
    state = after(search, 1)
    islands, settled = before_migration(search, state), search.step(state)
    told = {(a, b): n for a, b, n in migrations(settled)}
    for island in range(4):
        old, new = pools(search.context, islands[island]), pools(search.context, settled.islands[island])
        origins = TOPOLOGIES[topology](island, 4)
        arrived = [new[side][0] - old[side][0] for side in range(2)]
        for side, terms in enumerate(arrived):
            assert len(terms) <= 3 * len(origins)
            assert all(any(term in pools(search.context, islands[o])[side][0] for o in origins) for term in terms)
        assert sum(map(len, arrived)) == sum(told.get((origin, island), 0) for origin in origins)
    assert bool(told) == (topology != "none")
    assert migrated_so_far(settled) - migrated_so_far(state) == sum(told.values())


def keys(covers: Iterable[Cover]) -> set[bytes]:
    return {cover.key() for cover in covers}


@pytest.mark.parametrize("name", GENETIC)
@pytest.mark.parametrize("topology", ["ring", "full"])
def test_genomes_of_a_neighbours_archive_are_in_the_population_after_the_epoch(name: str, topology: str) -> None:
    search = archipelago(name, topology=topology, count=4)
    state = after(search, 1)
    islands, settled = before_migration(search, state), search.step(state)
    assert migrations(settled)
    for island in range(4):
        old, new = islands[island], settled.islands[island]
        origins = TOPOLOGIES[topology](island, 4)
        known = {cover.key() for cover in old.population}
        arrived = [row for row, cover in enumerate(new.population) if cover.key() not in known]
        offered = set().union(*(keys(islands[o].archive.genomes) for o in origins))
        assert {new.population[row].key() for row in arrived} <= offered
        assert len(arrived) == sum(n for a, b, n in migrations(settled) if b == island)
        assert len(new.population) == len(old.population)
        scores = search.problem.scores(search.problem.train.confusion(new.population))
        assert [1 - scores[row] for row in arrived] == [new.objectives[row, 0] for row in arrived]


@pytest.mark.parametrize("name", ["generational", "hill_climb"])
def test_migrants_take_the_places_of_the_worst(name: str) -> None:
    search = archipelago(name)
    state = after(search, 1)
    islands, settled = before_migration(search, state), search.step(state)
    for old, new in zip(islands, settled.islands, strict=True):
        rows = zip(old.population, new.population, strict=True)
        replaced = [row for row, (a, b) in enumerate(rows) if a.key() != b.key()]
        vectors = [tuple(vector) for vector in old.objectives.tolist()]
        kept = [vectors[row] for row in range(8) if row not in replaced]
        assert replaced
        assert max(kept) <= min(vectors[row] for row in replaced)


def test_migrants_are_never_more_than_half_the_population() -> None:
    search = archipelago("nsga2", count=8, topology="full", migrants=4)
    settled = search.step(search.start())
    for island in range(8):
        assert 0 < sum(count for _, to, count in migrations(settled) if to == island) <= 4


def test_no_migrants_means_no_migration() -> None:
    still = after(archipelago("memetic", migrants=0), 3)
    apart = after(archipelago("memetic", topology="none"), 3)
    assert state_bytes(still) == state_bytes(apart)
    assert migrated_so_far(still) == 0


@pytest.mark.parametrize("output", ["or", "vote"])
def test_where_classes_vote_only_terms_of_several_literals_migrate_the_others_every_pool_has(output: str) -> None:
    search = small_search(
        "memetic",
        data={"source": "sklearn", "name": "iris"} if output == "or" else NOISY,
        population=4,
        genome={"output": output},
        islands={"count": 2, "every": 2, "migrants": 2},
    )
    assert isinstance(search, IslandSearch)
    islands, settled = before_migration(search, search.start()), search.step(search.start())
    assert migrations(settled)
    for old, new in zip(islands, settled.islands, strict=True):
        for before, now in zip(pools(search.context, old)[0], pools(search.context, new)[0], strict=True):
            assert all((np.frombuffer(term, dtype=np.int32) >= 0).sum() > 1 for term in now - before)


def test_several_outputs_migrate_by_output() -> None:
    search = small_search(
        "memetic", data={"source": "function", "function": "adder", "bits": 3}, population=4, islands={"count": 2}
    )
    state = after(search, 1)
    assert len(state.islands) == 2
    assert state.memory["migrations"].shape[1] == 3


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_islands_go_on_where_every_candidate_fails(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "fitness.evaluation.problem.METRICS", {"accuracy": lambda confusion, weights: np.full(len(confusion), np.nan)}
    )
    state = after(archipelago(name), 2)
    assert (state.failed, len(state.archive), state.stalled) == (state.evaluations, 0, 4)
    assert np.isinf(state.best).all()
    assert migrated_so_far(state) == 0


def test_the_arrays_of_islands_have_their_numbers_in_their_names() -> None:
    names = after(archipelago(), 1).to_arrays()
    plain = set(after(small_search(), 1).to_arrays())
    islands = {f"island.{number}.{name}" for number in range(3) for name in plain}
    assert set(names) == plain | islands | {"memory.migrations", "memory.migrated"}


@pytest.mark.parametrize("name", ["island.1.counters", "island.2.archive.cubes", "island.0.best"])
def test_a_missing_array_of_an_island_is_refused(name: str) -> None:
    search = archipelago()
    arrays = after(search, 1).to_arrays()
    del arrays[name]
    with pytest.raises(GenomeError, match=r"is missing$"):
        State.from_arrays(arrays, search.problem.space, 2)


def test_an_islands_number_that_is_none_is_refused() -> None:
    search = archipelago()
    arrays = after(search, 1).to_arrays()
    arrays["island.x.best"] = arrays["best"]
    with pytest.raises(GenomeError, match=r"^island\.: an island has a number, got 'x'$"):
        State.from_arrays(arrays, search.problem.space, 2)
