from __future__ import annotations

import numpy as np
import pytest

from distributed.local import LocalBackend
from fitness.masks.controls import brittleness, by_magnitude, magnitude, random_like, shuffled
from fitness.masks.gauss_newton import gauss_newton
from fitness.masks.loss import score
from fitness.masks.population import Population, ask, tell
from fitness.masks.samples import Samples
from fitness.masks.sparsify import sparsify
from fitness.masks.tasks import COLUMNS, MaskProblem, MaskResults
from fitness.masks.trainer import train
from fitness.masks.work import work
from genomes.errors import GenomeError
from genomes.masks.batch import MaskBatch
from genomes.masks.canonical import mask_key
from genomes.masks.samples import random_mask
from genomes.masks.space import check_mask
from tests.masks import brute
from tests.masks.cases import image_network, masked, relu_network, rng_of, samples_for


def blobs(n_inputs: int, n: int = 90, seed: int = 0) -> Samples:
    rng = rng_of(seed)
    centres, labels = rng.normal(size=(3, n_inputs)) * 1.5, rng.integers(0, 3, n)
    return Samples.of(centres[labels] + 0.5 * rng.normal(size=(n, n_inputs)), labels)


def problem_of(granularity: str = "edge", **settings: object) -> MaskProblem:
    network = relu_network(0, (4, 8, 3))
    return MaskProblem(network, blobs(4), network.space(granularity), **{"steps": 1, **settings})  # type: ignore[arg-type]


def run(problem: MaskProblem, generations: int, chunk: int = 1, **settings: int) -> Population:
    population, backend = Population.empty(problem.space), LocalBackend(chunk)
    for _ in range(generations):
        asked = ask(problem, population, 3, 4, **settings)
        parts = [result for _, result in backend.map(lambda tasks: work(problem, tasks), asked)]
        population = tell(problem, population, MaskResults.joined(parts), 4)
    return population


@pytest.mark.parametrize("granularity", ["edge", "ternary", "n_of_m", "neuron"])
def test_masks_do_not_depend_on_how_tasks_are_cut(granularity: str) -> None:
    problem = problem_of(granularity)
    found = [run(problem, 3, chunk) for chunk in (1, 3, 100)]
    assert len({population.masks.genes.tobytes() for population in found}) == 1
    assert len({population.values.tobytes() for population in found}) == 1


def test_work_does_not_depend_on_the_order_of_tasks() -> None:
    problem = problem_of(popup_steps=5)
    tasks = ask(problem, Population.empty(problem.space), 1, 4, seeds=2)
    whole = work(problem, tasks)
    for index in (3, 1):
        alone = work(problem, tasks.slice(index, index + 1))
        assert alone.masks.genes.tobytes() == whole.masks.genes[index : index + 1].tobytes()


def test_values_are_those_of_the_masks() -> None:
    problem = problem_of(price=0.01)
    results = work(problem, ask(problem, Population.empty(problem.space), 1, 3))
    for mask, value in zip(results.masks, results.values, strict=True):
        masks = problem.space.weight_masks(mask)
        loss, kept = brute.loss(problem.network, masks, problem.train), int(np.count_nonzero(mask))
        error = 1 - brute.hits(problem.network, masks, problem.train) / len(problem.train)
        assert value.tolist() == pytest.approx([loss + 0.01 * kept, loss, error, kept], abs=1e-5)
    assert results.column("kept").tolist() == results.values[:, COLUMNS.index("kept")].tolist()


def test_the_best_never_gets_worse_and_the_population_is_sorted_and_distinct() -> None:
    problem = problem_of()
    best = np.inf
    for generations in range(1, 5):
        population = run(problem, generations)
        values = population.values[:, 0].tolist()
        assert values == sorted(values)
        assert values[0] <= best
        assert len({mask_key(mask, problem.space) for mask in population.masks}) == len(population.masks)
        best = values[0]


def test_children_are_new() -> None:
    problem = problem_of("n_of_m")
    population = run(problem, 2)
    keys = [mask_key(mask, problem.space) for mask in ask(problem, population, 3, 4, births=12).starts]
    assert len(set(keys)) == 12
    assert not set(keys) & {mask_key(mask, problem.space) for mask in population.masks}


def test_twins_live_once() -> None:
    problem = problem_of(local="none")
    mask = random_mask(rng_of(0), problem.space)
    twins = MaskResults(MaskBatch.of([mask, mask], problem.space), np.array([[0.5, 0.5, 0.1, 9.0]] * 2))
    assert len(tell(problem, Population.empty(problem.space), twins, 4).masks) == 1


def test_seeds_are_learnt_by_edge_popup() -> None:
    problem = problem_of(popup_steps=200, local="none")
    learnt, drawn = (
        work(problem, ask(problem, Population.empty(problem.space), 1, 3, seeds=seeds)).column("loss")
        for seeds in (3, 0)
    )
    assert learnt.max() < drawn.min()


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
def test_training_lowers_the_loss_and_leaves_dropped_weights_alone(network: object) -> None:
    network = network.scaled(1.0)  # type: ignore[attr-defined]
    space, samples = network.space(), blobs(network.n_inputs)
    masks = space.weight_masks(random_mask(rng_of(0), space, 0.7))
    trained = train(network, samples, masks, rng_of(1), 150, rate=0.02, batch=30)
    assert score(trained, masks, samples).loss < 0.5 * score(network, masks, samples).loss
    for before, after, mask in zip(network.layers, trained.layers, masks, strict=True):
        assert np.array_equal(before.weights[mask == 0], after.weights[mask == 0])
        assert (before.weights[mask == 1] != after.weights[mask == 1]).any()


def test_retraining_repairs_a_magnitude_mask() -> None:
    start, samples = relu_network(0, (4, 12, 3), 1.0), blobs(4)
    trained = train(start, samples, [np.ones_like(layer.weights, np.int8) for layer in start.layers], rng_of(1), 200)
    plain, masks = magnitude(start, trained, samples, 0.2, rng_of(2), 200)
    worst = score(plain, masks, samples).loss
    for after in ("finetune", "rewind"):
        network, masks = magnitude(start, trained, samples, 0.2, rng_of(2), 200, after)  # type: ignore[arg-type]
        assert score(network, masks, samples).loss < worst


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
    start = masked(network, space)
    genes, price = sparsify(network, samples, start, space, rng_of(0), 150, 0.1)
    assert space.kept(genes) <= 0.1 * space.n_weights
    assert price > 0
    assert (
        score(network, space.weight_masks(genes), samples).loss
        < score(network, space.weight_masks(start), samples).loss
    )
