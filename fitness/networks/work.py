"""The work on one chunk of network tasks: an operator per task, its network evaluated; a pure function of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.evaluation.results import Results
from fitness.networks.bench import Bench
from fitness.networks.operators.registry import operated
from fitness.networks.plan import AS_IT_IS, STEPS
from fitness.networks.problem import NetworkProblem, objectives_of
from fitness.networks.tasks import NetworkTasks
from genomes.deadline import looking
from genomes.networks.assembler import canonical
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Head, Network
from genomes.streams import Role, stream


def work(problem: NetworkProblem, moves: int, tasks: NetworkTasks) -> Results[NetworkBatch]:
    """One network per task, in order; moves: changes that a descent may make."""
    networks = [_made(problem, moves, tasks, index) for index in range(len(tasks))]
    if not problem.folds:
        return evaluated(problem, networks)
    scores = [_crossed(problem, moves, tasks, index, network) for index, network in enumerate(networks)]
    return evaluated(problem, networks, np.array(scores))


def evaluated(
    problem: NetworkProblem, networks: Sequence[Network], scores: NDArray[np.float64] | None = None
) -> Results[NetworkBatch]:
    """Networks with their objectives, infinite where one is too large: it is refused, but it has not failed.

    scores: of folds, by default of the networks themselves.
    """
    batch = NetworkBatch(tuple(networks))
    objectives = objectives_of(problem, batch, scores)
    return Results(batch, objectives, np.zeros(len(batch), dtype=np.bool_))


def _made(problem: NetworkProblem, moves: int, tasks: NetworkTasks, index: int) -> Network:
    """What a task makes on the rows that grow; where folds judge, without parents, which have seen all rows."""
    parents = (tasks.first[index], tasks.second[index])
    if not problem.folds:
        network = _grown(problem, moves, tasks, index, parents)
        return best_outputs(problem, network, parents[0]) if tasks.generation else network
    return parents[0] if _is_kept(tasks, index) else _grown(problem, moves, tasks, index, (problem.nothing,) * 2)


def _grown(
    problem: NetworkProblem, moves: int, tasks: NetworkTasks, index: int, parents: tuple[Network, Network]
) -> Network:
    rng = stream(tasks.seed, Role.VARIATION, tasks.generation, tasks.island, int(tasks.slots[index]))
    network = operated(Bench(problem, parents, rng, moves), STEPS[int(tasks.steps[index])])
    return canonical(network, problem.space.n_inputs, votes=problem.space.votes)


def _is_kept(tasks: NetworkTasks, index: int) -> bool:
    return STEPS[int(tasks.steps[index])] == AS_IT_IS


def _crossed(problem: NetworkProblem, moves: int, tasks: NetworkTasks, index: int, network: Network) -> float:
    """The score of a task's step over all folds, each judging what grew without it."""
    counts = np.zeros(1, dtype=np.int64)
    for part in looking(list(problem.outside())):
        nothing = (part.nothing,) * 2
        grown = network if _is_kept(tasks, index) else _grown(part, moves, tasks, index, nothing)
        counts = counts + problem.train.confusion(NetworkBatch((grown,)), part.judging)
    return float(problem.scored(counts)[0])


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
    return canonical(bench.network(heads), problem.space.n_inputs, votes=problem.space.votes)
