"""The work on one chunk of network tasks: an operator per task, its network evaluated; a pure function of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fitness.evaluation.results import Results
from fitness.networks.bench import Bench
from fitness.networks.operators.registry import operated
from fitness.networks.plan import STEPS
from fitness.networks.problem import NetworkProblem, objectives_of
from fitness.networks.tasks import NetworkTasks
from genomes.networks.assembler import canonical
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Head, Network
from genomes.streams import Role, stream


def work(problem: NetworkProblem, moves: int, tasks: NetworkTasks) -> Results[NetworkBatch]:
    """One network per task, in order; moves: changes that a descent may make. One that is too large has failed."""
    return evaluated(problem, [_made(problem, moves, tasks, index) for index in range(len(tasks))])


def evaluated(problem: NetworkProblem, networks: Sequence[Network]) -> Results[NetworkBatch]:
    """Networks with their objectives."""
    batch = NetworkBatch(tuple(networks))
    objectives = objectives_of(problem, batch)
    return Results(batch, objectives, np.logical_not(np.isfinite(objectives).all(axis=1)))


def _made(problem: NetworkProblem, moves: int, tasks: NetworkTasks, index: int) -> Network:
    slot = int(tasks.slots[index])
    rng = stream(tasks.seed, Role.VARIATION, tasks.generation, tasks.island, slot)
    bench = Bench(problem, (tasks.first[index], tasks.second[index]), rng, moves)
    network = operated(bench, STEPS[int(tasks.steps[index])])
    network = best_outputs(problem, network, bench.parents[0]) if tasks.generation else network
    return canonical(network, problem.space.n_inputs, votes=problem.space.votes)


def best_outputs(problem: NetworkProblem, network: Network, parent: Network) -> Network:
    """Of several outputs, each from the child or from its first parent, whichever is right more often; ties to these.

    Every output counts for itself, so one that got worse need not take the others along.
    """
    if problem.space.votes or problem.space.n_heads == 1:
        return network
    right = problem.train.right(NetworkBatch((parent, network)))[:, :, problem.judging]
    weights = problem.train.weights[:, problem.judging]
    old, new = (right * weights).sum(axis=2).tolist()
    bench = Bench(problem, (parent, network), stream(0, Role.VARIATION))
    heads: list[Head] = [
        b if better > before else a for a, b, before, better in zip(*bench.heads, old, new, strict=True)
    ]
    return bench.network(heads)
