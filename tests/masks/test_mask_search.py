from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from distributed.local import LocalBackend
from evo.search.failures import Failure
from evo.search.loop import Search
from evo.search.mask_spec import MaskLocalSpec, MaskSearchSpec
from evo.search.masks import MaskContext, MaskMemetic, Masks, RandomMasks, Schedule, levels_of
from evo.search.state import State
from fitness.evaluation.results import Results
from fitness.masks import trainer
from fitness.masks.controls import brittleness, by_magnitude, random_like, shuffled
from fitness.masks.gauss_newton import gauss_newton
from fitness.masks.loss import score
from fitness.masks.samples import Samples
from fitness.masks.spec import MaskFitnessSpec
from fitness.masks.tasks import MaskProblem, MaskTasks
from fitness.masks.trainer import train
from fitness.masks.work import work
from fitness.registry import tasks_from_arrays
from fitness.tasks.fault_tolerance import FaultTolerant
from genomes.errors import GenomeError
from genomes.masks.batch import MaskBatch
from genomes.masks.canonical import mask_key
from genomes.masks.samples import random_mask
from genomes.masks.space import check_mask
from tests.kits.genome_kit import through_npz
from tests.kits.reversed_backend import Reversed
from tests.kits.small_search import state_bytes
from tests.masks import brute
from tests.masks.cases import image_network, masked, relu_network, rng_of, samples_for

MaskSearch = Search[MaskProblem, MaskContext]


def blobs(n_inputs: int, n: int = 90, seed: int = 0) -> Samples:
    rng = rng_of(seed)
    centres, labels = rng.normal(size=(3, n_inputs)) * 1.5, rng.integers(0, 3, n)
    return Samples.of(centres[labels] + 0.5 * rng.normal(size=(n, n_inputs)), labels)


def problem_of(granularity: str = "edge", **settings: object) -> MaskProblem:
    network = relu_network(0, (4, 8, 3))
    return MaskProblem(network, blobs(4), network.space(granularity), **{"steps": 1, **settings})  # type: ignore[arg-type]


def search_of(
    problem: MaskProblem,
    chunk: int | None = None,
    *,
    levels: int = 0,
    seeded: int = 0,
    size: int = 4,
    algorithm: MaskMemetic | None = None,
) -> MaskSearch:
    spec, local = MaskSearchSpec(population=size, crossover=1.0), MaskLocalSpec(kind="auto", price=problem.price)
    context = MaskContext(
        seed=3, spec=spec, local=local, population=size, error_column=0, space=problem.space,
        levels=levels_of(problem.space, levels), seeded=seeded,
    )  # fmt: skip
    return Search(problem, context, algorithm or MaskMemetic(), LocalBackend(chunk))


def states(search: MaskSearch, generations: int) -> list[Masks]:
    found = [search.start()]
    for _ in range(generations):
        found.append(search.step(found[-1]))
    return found


@pytest.mark.parametrize("granularity", ["edge", "ternary", "n_of_m", "neuron"])
def test_masks_do_not_depend_on_how_tasks_are_cut(granularity: str) -> None:
    problem = problem_of(granularity)
    found = [states(search_of(problem, chunk, levels=3), 4)[-1] for chunk in (1, 3, 100)]
    assert len({state_bytes(state) for state in found}) == 1


def test_masks_do_not_depend_on_the_order_in_which_work_comes_back() -> None:
    search = search_of(problem_of(), levels=2)
    backwards = replace(search, backend=Reversed(1))
    assert state_bytes(states(search, 4)[-1]) == state_bytes(states(backwards, 4)[-1])


def test_a_state_read_back_goes_on_as_if_nothing_had_happened() -> None:
    search = search_of(problem_of(), levels=3)
    whole = states(search, 6)
    read: Masks = State.from_arrays(whole[3].to_arrays(), search.problem.space, 2)
    assert state_bytes(read) == state_bytes(whole[3])
    for later in whole[4:]:
        read = search.step(read)
        assert state_bytes(read) == state_bytes(later)


def test_objectives_are_those_of_the_masks() -> None:
    spec = MaskFitnessSpec(objectives=("loss", "error", "kept"))
    problem = problem_of(spec=spec)
    tasks = search_of(problem).algorithm.ask(search_of(problem).context, search_of(problem).start())
    results = work(problem, tasks)
    for mask, values in zip(results.genomes, results.objectives.tolist(), strict=True):
        masks = problem.space.weight_masks(mask)
        error = 1 - brute.hits(problem.network, masks, problem.train) / len(problem.train)
        loss, kept = brute.loss(problem.network, masks, problem.train), int(np.count_nonzero(mask))
        assert values == pytest.approx([loss, error, kept], abs=1e-5)


def test_the_best_never_gets_worse_and_the_population_is_sorted_and_distinct() -> None:
    problem, best = problem_of(), np.inf
    for state in states(search_of(problem), 5)[1:]:
        losses = state.objectives[:, 0].tolist()
        assert losses == sorted(losses)
        assert losses[0] <= best
        assert len({mask_key(mask, problem.space) for mask in state.population}) == len(state.population)
        best = losses[0]


def test_a_price_of_kept_weights_decides_who_lives() -> None:
    dear, free = (states(search_of(problem_of(price=price)), 4)[-1] for price in (0.05, 0.0))
    ranks = dear.objectives[:, 0] + 0.05 * dear.objectives[:, 1]
    assert ranks.tolist() == sorted(ranks.tolist())
    assert dear.objectives[0, 1] < free.objectives[0, 1]


@pytest.mark.parametrize("granularity", ["edge", "ternary", "n_of_m"])
def test_children_are_new_members_of_the_space(granularity: str) -> None:
    problem = problem_of(granularity)
    search = search_of(problem, size=12)
    state = states(search, 2)[-1]
    children = search.algorithm.ask(search.context, state).starts
    keys = {mask_key(mask, problem.space) for mask in children}
    assert len(keys) == 12
    assert not keys & {mask_key(mask, problem.space) for mask in state.population}
    for mask in children:
        check_mask(mask, problem.space)


def test_twins_live_once() -> None:
    search = search_of(problem_of(local="none"))
    mask = random_mask(rng_of(0), search.problem.space)
    batch = MaskBatch.of([mask, mask], search.problem.space)
    twins: Results[MaskBatch] = Results(batch, np.array([[0.5, 9.0]] * 2), np.zeros(2, dtype=np.bool_))
    assert len(search.algorithm.survive(search.context, search.start(), twins).population) == 1


def test_seeds_are_learnt_by_edge_popup() -> None:
    problem = problem_of(popup_steps=200, local="none")
    learnt, drawn = (states(search_of(problem, seeded=seeded), 1)[-1].objectives[:, 0] for seeded in (4, 0))
    assert learnt.max() < drawn.min()


@pytest.mark.parametrize("granularity", ["edge", "ternary", "neuron"])
def test_sparsity_levels_come_down_to_their_shares_and_the_front_goes_with_them(granularity: str) -> None:
    network = relu_network(0, (4, 24, 3), 2.0)
    problem = MaskProblem(network, blobs(4), network.space(granularity), steps=4)  # type: ignore[arg-type]
    search = search_of(problem, levels=3)
    last = states(search, 40)[-1]
    kept = [problem.space.kept(mask) for mask in last.population]
    shares = np.array(kept[4:]) / problem.space.n_weights
    slack = len(problem.space.shapes) / problem.space.n_weights
    assert (shares <= search.context.levels + slack).all()
    assert len(shares) == 3
    archived = [problem.space.kept(mask) for mask in last.archive.genomes]
    assert min(archived) <= 0.05 * problem.space.n_weights + len(problem.space.shapes)
    assert len(set(archived)) >= 6


def test_levels_that_no_longer_gain_rest() -> None:
    search = search_of(problem_of(), levels=2)
    state = states(search, 30)[-1]
    assert (Schedule.of(state).idle >= 2).all()
    assert np.isnan(search.algorithm.ask(search.context, state).targets).all()


def test_random_masks_take_no_steps_and_build_on_nothing() -> None:
    problem = problem_of(local="none")
    search = search_of(problem, algorithm=RandomMasks())
    first, second = (search.algorithm.ask(search.context, state).starts.genes for state in states(search, 1))
    assert (first != second).any()
    assert states(search, 1)[-1].population.genes.tobytes() == first.tobytes()


def test_immigrants_take_the_places_of_the_worst_and_are_no_copies() -> None:
    search = search_of(problem_of(), levels=1, size=6)
    other = replace(search, context=search.context.on_island(1))
    here, there = states(search, 3)[-1], states(other, 3)[-1]
    joined, (count,) = search.algorithm.immigrate(search.context, here, [there], 2)
    assert count == 2
    assert joined.population.genes[:4].tobytes() == here.population.genes[:4].tobytes()
    assert joined.population.genes[6:].tobytes() == here.population.genes[6:].tobytes()
    assert len({mask_key(mask, search.problem.space) for mask in joined.population.slice(0, 6)}) == 6
    assert search.step(joined).generation == 4


def test_a_mask_that_raises_is_quarantined_and_its_task_can_be_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    search = search_of(problem_of(), levels=1)
    state = states(search, 2)[-1]
    whole = search.algorithm.work(search.context, search.problem)

    def failing(tasks: MaskTasks) -> Results[MaskBatch]:
        if 1 in tasks.slots.tolist():
            raise FloatingPointError("planted")
        return whole(tasks)

    object.__setattr__(search, "work", FaultTolerant(search.problem, failing))
    told: list[Failure] = []
    after = search.step(state, failed=told.append)
    assert [failure.number for failure in told] == [1]
    assert after.failed == 1
    again = tasks_from_arrays(told[0].task.to_arrays(), search.problem.space)
    assert whole(again).objectives.tolist() == whole(told[0].task).objectives.tolist()


@pytest.mark.parametrize("granularity", ["edge", "ternary", "n_of_m"])
def test_a_shuffled_mask_keeps_its_layers_counts(granularity: str) -> None:
    space = relu_network(0, (8, 8, 4)).space(granularity)  # type: ignore[arg-type]
    genes = random_mask(rng_of(0), space, 0.3)
    mixed = shuffled(rng_of(1), genes, space)
    check_mask(mixed, space)
    assert (mixed != genes).any()
    for before, after in zip(space.blocks(genes), space.blocks(mixed), strict=True):
        assert np.unique(before, return_counts=True)[1].tolist() == np.unique(after, return_counts=True)[1].tolist()


def test_a_random_control_has_the_masks_density() -> None:
    space = relu_network().space()
    genes = random_mask(rng_of(0), space, 0.2)
    assert space.kept(random_like(rng_of(1), genes, space)) == space.kept(genes)


def test_learnt_masks_beat_their_controls() -> None:
    network, samples = relu_network(0, (4, 16, 3), 2.0), blobs(4)
    space = network.space()
    genes = gauss_newton(network, samples, masked(network, space), space, rng_of(0), 5)
    loss = score(network, space.weight_masks(genes), samples).loss
    for control in (random_like, shuffled):
        other = control(rng_of(2), genes, space)
        assert score(network, space.weight_masks(other), samples).loss > 2 * loss


def test_magnitude_keeps_the_largest_weights_of_each_layer() -> None:
    network = relu_network()
    for layer, mask in zip(network.layers, by_magnitude(network, 0.4), strict=True):
        assert mask.sum() == round(0.4 * mask.size)
        assert np.abs(layer.weights[mask == 1]).min() >= np.abs(layer.weights[mask == 0]).max()


@pytest.mark.parametrize("network", [relu_network(0, (4, 8, 3)), image_network()], ids=["dense", "image"])
def test_training_lowers_the_loss_and_leaves_dropped_weights_alone(
    network: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "BATCH", 30)
    network = network.scaled(1.0)  # type: ignore[attr-defined]
    space, samples = network.space(), blobs(network.n_inputs)
    masks = space.weight_masks(random_mask(rng_of(0), space, 0.7))
    trained = train(network, samples, masks, rng_of(1), 150, 0.02)
    assert score(trained, masks, samples).loss < 0.5 * score(network, masks, samples).loss
    for before, after, mask in zip(network.layers, trained.layers, masks, strict=True):
        assert np.array_equal(before.weights[mask == 0], after.weights[mask == 0])
        assert (before.weights[mask == 1] != after.weights[mask == 1]).any()


def test_retraining_repairs_a_magnitude_mask() -> None:
    start, samples = relu_network(0, (4, 12, 3), 1.0), blobs(4)
    trained = train(
        start, samples, [np.ones_like(layer.weights, np.int8) for layer in start.layers], rng_of(1), 200, 1e-3
    )
    masks = by_magnitude(trained, 0.2)
    for origin in (trained, start):
        assert (
            score(train(origin, samples, masks, rng_of(2), 200, 1e-3), masks, samples).loss
            < score(trained, masks, samples).loss
        )


@pytest.mark.parametrize("which", ["kept", "dropped", "all"])
def test_brittleness_starts_at_the_masks_accuracy_and_ends_at_its_opposite(which: str) -> None:
    network, samples = relu_network(0, (4, 8, 3)), blobs(4)
    space = network.space()
    genes = masked(network, space)
    curve = brittleness(network, samples, genes, space, rng_of(0), (0.0, 0.5, 1.0), which, 3)  # type: ignore[arg-type]
    ends = {"kept": np.zeros_like(genes), "dropped": np.ones_like(genes), "all": 1 - genes}[which]
    for place, expected in ((0, genes), (2, ends)):
        hits = brute.hits(network, space.weight_masks(expected), samples)
        assert curve[place] == pytest.approx(hits / len(samples))


def test_brittleness_of_gates_is_refused() -> None:
    network = relu_network()
    space = network.space("neuron")
    with pytest.raises(GenomeError, match="brittleness flips connections"):
        brittleness(network, samples_for(network), masked(network, space), space, rng_of(0), (0.1,))


def test_a_rising_price_reaches_the_wanted_density() -> None:
    network, samples = relu_network(0, (4, 30, 3), 2.0), blobs(4)
    space = network.space()
    start, one = masked(network, space), np.ones(1)
    tasks = MaskTasks(
        MaskBatch.of([start], space), one.astype(np.bool_) & False, 0.1 * one, 0 * one, one.astype(np.int64), seed=0,
        generation=0,
    )  # fmt: skip
    results = work(MaskProblem(network, samples, space, steps=150), tasks)
    assert space.kept(results.genomes[0]) <= 0.1 * space.n_weights
    assert results.payload.prices[0] > 0
    masks = space.weight_masks(results.genomes[0]), space.weight_masks(start)
    assert score(network, masks[0], samples).loss < score(network, masks[1], samples).loss


@pytest.mark.parametrize("times", [0, 1, 12])
def test_a_first_generation_that_time_cuts_leaves_a_state_to_go_on_from(times: int) -> None:
    search, count = search_of(problem_of()), itertools.count()
    state = search.step(search.start(), enough=lambda: next(count) >= times)
    assert state.generation == 1 and np.isfinite(state.archive.objectives).all() and len(state.archive)
    restored = search.restored(through_npz(state.to_arrays()))
    assert search.step(restored).generation == 2
