"""Ways to find a mask in a given number of CPU seconds of one core (`time.process_time`); time only ends them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from distributed.local import LocalBackend
from evo.kinds.mask.controls import POPUPS, popup_for, train_for
from evo.search.loop import Search
from evo.search.mask_spec import MaskLocalSpec, MaskSearchSpec
from evo.search.masks import MaskContext, MaskMemetic
from fitness.evaluation.results import Results
from fitness.masks.bench import Bench
from fitness.masks.edge_popup import PopupSettings
from fitness.masks.gauss_newton import sweep
from fitness.masks.local import local_step
from fitness.masks.loss import Score, score
from fitness.masks.minibatch import minibatch_gauss_newton
from fitness.masks.networks import Network
from fitness.masks.samples import Samples
from fitness.masks.tasks import MaskProblem
from fitness.masks.work import FIRST, RISE
from genomes.masks.batch import MaskBatch
from genomes.masks.samples import random_mask
from genomes.masks.space import Genes
from genomes.streams import Role, stream


class Clock:
    """CPU seconds of this process since it was made."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._start = seconds, time.process_time()

    def left(self) -> float:
        return self._seconds - (time.process_time() - self._start)


@dataclass(frozen=True)
class Found:
    """A mask with its scores."""

    genes: Genes
    train: Score
    test: Score
    seconds: float
    n_weights: int

    @property
    def sparsity(self) -> float:
        return 1 - self.train.kept / self.n_weights


def judged(problem: MaskProblem, test: Samples, find: Callable[[], Genes]) -> Found:
    """Run `find` and score what it found; the test rows are seen here alone, after the search."""
    start = time.process_time()
    genes = find()
    seconds = time.process_time() - start
    masks = problem.space.weight_masks(genes)
    scores = (score(problem.network, masks, samples) for samples in (problem.train, test))
    return Found(genes, *scores, seconds, problem.space.n_weights)


def start_of(problem: MaskProblem, seed: int) -> Genes:
    return random_mask(stream(seed, Role.INITIAL), problem.space)


def popup(problem: MaskProblem, seed: int, seconds: float, settings: PopupSettings | None = None) -> Genes:
    """Edge-popup whose cosine schedule ends with the time."""
    rng = stream(seed, Role.REFINEMENT, 1000)
    return popup_for(problem.network, problem.train, problem, rng, seconds, settings or PopupSettings())


def tuned_popup(problem: MaskProblem, seed: int, seconds: float) -> tuple[Genes, PopupSettings]:
    """The best of all `POPUPS` by training loss, each with all the seconds."""
    found = [(popup(problem, seed, seconds, settings), settings) for settings in POPUPS]
    return min(found, key=lambda one: score(problem.network, problem.space.weight_masks(one[0]), problem.train).loss)


def polish(problem: MaskProblem, genes: Genes, seed: int, seconds: float) -> Genes:
    """Sweeps of the default local step until nothing changes or the time is over."""
    clock, sweeps = Clock(seconds), 0
    step = local_step(problem.local, problem.network, problem.train, problem.space)
    rng = stream(seed, Role.REFINEMENT, 1001)
    while clock.left() > 0:
        before, sweeps = genes, sweeps + 1
        genes = step(problem.network, problem.train, genes, problem.space, rng, 1, problem.price)
        if np.array_equal(genes, before):
            break
    return genes


def chain(
    problem: MaskProblem, seed: int, seconds: float, share: float = 0.5, settings: PopupSettings | None = None
) -> Genes:
    """Edge-popup for a share of the time, then local sweeps."""
    clock = Clock(seconds)
    genes = popup(problem, seed, seconds * share, settings)
    return polish(problem, genes, seed, clock.left())


def search_of(problem: MaskProblem, seed: int, size: int, seeds: int) -> Search[MaskProblem, MaskContext]:
    """The search that `evo run` makes, for the lowest loss alone."""
    context = MaskContext(
        seed=seed,
        spec=MaskSearchSpec(population=size, crossover=1.0),
        local=MaskLocalSpec(kind="auto", price=problem.price),
        population=size,
        error_column=0,
        space=problem.space,
        levels=np.zeros(0),
        seeded=seeds,
    )
    return Search(problem, context, MaskMemetic(), LocalBackend(1))


def evolve(problem: MaskProblem, seed: int, seconds: float, size: int = 8, seeds: int = 0) -> Genes:
    """The population search; a generation that the time cuts counts as far as it came."""
    clock, search = Clock(seconds), search_of(problem, seed, size, seeds)
    state = search.start()
    best: tuple[float, Genes] | None = None
    while clock.left() > 0:
        tasks = search.algorithm.ask(search.context, state)
        parts: list[Results[MaskBatch]] = []
        for index in range(len(tasks)):
            if best is not None and clock.left() <= 0:
                break
            parts.append(search.work(tasks.slice(index, index + 1)))
            found = (float(parts[-1].objectives[0, 0]), parts[-1].genomes[0])
            best = found if best is None or found[0] < best[0] else best
        if len(parts) == len(tasks):
            state = search.tell(state, Results.joined(parts))
    assert best is not None
    return best[1]


def minibatches(problem: MaskProblem, genes: Genes, seed: int, seconds: float) -> Genes:
    """Mini-batch Gauss-Newton rounds from `genes` until the time is over."""
    clock, rng = Clock(seconds), stream(seed, Role.REFINEMENT, 1002)
    while clock.left() > 0:
        genes = minibatch_gauss_newton(problem.network, problem.train, genes, problem.space, rng, 1, problem.price)
    return genes


def sparse(problem: MaskProblem, seed: int, seconds: float, keep: float) -> Genes:
    """Edge-popup under noise at 5 / 3 of the density for half the time, then a rising price down to `keep`.

    Chosen on the last 270 training rows, with the others as training rows: mean of four nets 0.9528, without noise (and
    a third of the time) 0.9444; edge-popup alone 0.9426, under noise of 0.15 0.9556.
    """
    clock = Clock(seconds)
    genes = popup(problem, seed, seconds / 2, PopupSettings(5 / 3 * keep, noise=0.25))
    rng, space = stream(seed, Role.REFINEMENT, 1003), problem.space
    bench = Bench(problem.network, problem.train, space, genes)
    price = FIRST * float(np.log(problem.network.n_outputs)) / space.n_weights
    for _ in range(150):
        changed = sweep(bench, rng, price)
        bench.refresh()
        if space.kept(bench.genes) > keep * space.n_weights:
            price *= RISE
        elif not changed:
            break
    return polish(replace(problem, price=price), bench.genes, seed, clock.left())


def trained(network: Network, samples: Samples, seed: int, seconds: float) -> Network:
    """All weights trained by Adam for the time."""
    masks = [np.ones(layer.weights.shape, np.int8) for layer in network.layers]
    return train_for(network, samples, masks, stream(seed, Role.REFINEMENT, 1004), seconds)


def altmann(problem: MaskProblem, seed: int, seconds: float) -> Genes:
    """The genetic algorithm of Altmann et al. (2024): accuracy on all rows, ties to the sparser mask, no local step.

    Population 100; per generation 30 uniform-crossover children (a mate from the best 30), 10 one-bit mutants, 10
    random migrants; the best 100 of all live on.
    """
    rng, space, clock = stream(seed, Role.VARIATION, 1005), problem.space, Clock(seconds)

    def values(masks: Sequence[Genes]) -> list[tuple[float, int]]:
        scores = (score(problem.network, space.weight_masks(mask), problem.train) for mask in masks)
        return [(-one.accuracy, one.kept) for one in scores]

    masks: list[Genes] = [random_mask(rng, space) for _ in range(100)]
    ranks = values(masks)
    while clock.left() > 0:
        children: list[Genes] = []
        for _ in range(30):
            first, second = masks[int(rng.integers(len(masks)))], masks[int(rng.integers(30))]
            children.append(np.where(rng.random(space.n_genes) < 0.5, first, second))
        for _ in range(10):
            mutant = masks[int(rng.integers(len(masks)))].copy()
            mutant[int(rng.integers(space.n_genes))] ^= 1
            children.append(mutant)
        children += [random_mask(rng, space) for _ in range(10)]
        masks, ranks = masks + children, ranks + values(children)
        order = sorted(range(len(masks)), key=lambda i: ranks[i])[:100]
        masks, ranks = [masks[i] for i in order], [ranks[i] for i in order]
    return masks[0]
