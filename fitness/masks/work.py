"""The work on one chunk of mask tasks: a local step per task and its score; a pure function of both."""

from __future__ import annotations

import numpy as np

from fitness.masks.edge_popup import edge_popup
from fitness.masks.local import local_step
from fitness.masks.loss import score
from fitness.masks.tasks import MaskProblem, MaskResults, MaskTasks
from genomes.masks.batch import MaskBatch
from genomes.streams import Role, stream


def work(problem: MaskProblem, tasks: MaskTasks) -> MaskResults:
    """One mask per task, in order.

    Raises:
        DataError: a local step that does not fit the network or the granularity.
    """
    network, train, space = problem.network, problem.train, problem.space
    step = local_step(problem.local, network, train, space)
    found, values = [], []
    for index in range(len(tasks)):
        rng = stream(tasks.seed, Role.REFINEMENT, tasks.generation, slot=int(tasks.slots[index]))
        genes = tasks.starts[index]
        if tasks.seeds[index]:
            genes = edge_popup(network, train, None, space, rng, problem.popup_steps)
        found.append(step(network, train, genes, space, rng, problem.steps, problem.price))
        result = score(network, space.weight_masks(found[-1]), train)
        objective = result.loss + problem.price * result.kept
        values.append((objective, result.loss, 1.0 - result.accuracy, float(result.kept)))
    return MaskResults(MaskBatch.of(found, space), np.array(values).reshape(-1, 4))
