"""The work on one chunk of mask tasks: a local step per task and its score; a pure function of both.

Sums of floats depend on how many threads add them up, and a mask on every bit of them. So the work is done on one
thread, whatever the machine would give it: more cores serve more tasks.
"""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

from fitness.evaluation.results import Results
from fitness.masks.edge_popup import PopupSettings, edge_popup
from fitness.masks.local import Step, local_step, step_name
from fitness.masks.loss import Score, score
from fitness.masks.tasks import MaskProblem, MaskTasks, ReachedPrices
from genomes.deadline import looking
from genomes.masks.batch import MaskBatch
from genomes.masks.canonical import canonical
from genomes.masks.space import Genes
from genomes.streams import Role, stream

#: How edge-popup learns first masks: the share it keeps, and noise in units of the inputs' deviation (relu only), which
#: was chosen on held-out training rows of the digits: masks generalize better from there, also after further steps.
POPUP_KEEP, POPUP_NOISE = 0.5, 0.5
#: First price of a kept weight on the way to a density, as a share of the loss of guessing (log of the number of
#: classes) spread over all weights; and by how much it rises with every sweep after which too many are kept.
FIRST, RISE = 0.01, 1.15


def work(problem: MaskProblem, tasks: MaskTasks) -> Results[MaskBatch]:
    """One mask per task, in order; one whose objectives overflow has failed.

    Raises:
        DataError: a local step that does not fit the network or the granularity.
    """
    with threadpool_limits(1), np.errstate(over="ignore", invalid="ignore"):
        step = local_step(problem.local, problem.network, problem.train, problem.space)
        done = [_done(problem, tasks, index, step) for index in range(len(tasks))]
    masks = MaskBatch.of([genes for genes, _ in done], problem.space)
    prices = ReachedPrices(np.array([price for _, price in done], dtype=np.float64))
    objectives = objectives_of(problem, masks)
    failed = np.logical_not(np.isfinite(objectives).all(axis=1))
    objectives[failed] = np.inf
    return Results(masks, objectives, failed, payload=prices)


def as_they_came(problem: MaskProblem, tasks: MaskTasks) -> Results[MaskBatch]:
    """The first of the starts in the place of every task, without a local step."""
    first = tasks.starts.slice(0, 1)
    objectives = np.repeat(objectives_of(problem, first), len(tasks), axis=0)
    failed = np.logical_not(np.isfinite(objectives).all(axis=1))
    objectives[failed] = np.inf
    masks = first.take([0] * len(tasks), problem.space)
    return Results(masks, objectives, failed, payload=ReachedPrices(tasks.prices))


def objectives_of(problem: MaskProblem, masks: MaskBatch) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """float64[masks, objectives] on the training rows; what overflows is inf or NaN."""
    with threadpool_limits(1), np.errstate(over="ignore", invalid="ignore"):
        scores = [score(problem.network, problem.space.weight_masks(genes), problem.train) for genes in looking(masks)]
    columns = [[_objective(one, name) for name in problem.spec.objectives] for one in scores]
    return np.array(columns, dtype=np.float64).reshape(len(masks), len(problem.spec.objectives))


def _objective(one: Score, name: str) -> float:
    return {"loss": one.loss, "error": 1.0 - one.accuracy, "kept": float(one.kept)}[name]


def _done(problem: MaskProblem, tasks: MaskTasks, index: int, step: Step) -> tuple[Genes, float]:
    """The task's mask after its local step, and the price it was reached at."""
    network, train, space = problem.network, problem.train, problem.space
    rng = stream(tasks.seed, Role.REFINEMENT, tasks.generation, tasks.island, int(tasks.slots[index]))
    genes, target = tasks.starts[index], float(tasks.targets[index])
    if np.isfinite(target):
        return _towards(problem, genes, target, float(tasks.prices[index]), step, rng)
    if tasks.seeds[index]:
        noise = POPUP_NOISE * float(train.inputs.std()) if network.activation == "relu" else 0.0
        settings = PopupSettings(POPUP_KEEP, noise=noise)
        genes = edge_popup(network, train, None, space, rng, problem.popup_steps, settings)
    return step(network, train, genes, space, rng, problem.steps, problem.price), problem.price


def _towards(
    problem: MaskProblem, genes: Genes, target: float, price: float, step: Step, rng: np.random.Generator
) -> tuple[Genes, float]:
    """Sweeps at a price that rises until at most `target` of the weights are kept; in contrast to a share per layer,
    layers are thinned where it costs least."""
    network, train, space = problem.network, problem.train, problem.space
    if (
        step_name(problem.local, network, train, space) == "edge_popup"
    ):  # it has no price: it keeps the share that it is told
        return edge_popup(network, train, genes, space, rng, problem.steps, PopupSettings(target)), price
    price = max(price, FIRST * float(np.log(network.n_outputs)) / space.n_weights)
    for _ in looking(range(problem.steps)):
        genes = canonical(step(network, train, genes, space, rng, 1, price), space)  # what is dead is not kept
        if space.kept(genes) > target * space.n_weights:
            price *= RISE
    return genes, price
