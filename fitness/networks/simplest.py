"""The simplest networks of a problem, which cost one pass over the rows: what is left where time did not suffice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitness.networks.problem import NetworkProblem
from genomes.bits import unpack
from genomes.circuits.graph import FALSE, TRUE
from genomes.networks.assembler import Assembler, canonical, merged_votes, tied
from genomes.networks.network import Head, Network
from genomes.streams import Role, stream

Ints = NDArray[np.int64]


def simplest(problem: NetworkProblem) -> list[Network]:
    """The best constants and the best single inputs, by the weight of the growing rows that they get right.

    They are chosen for each output; where classes vote, they are the most frequent class, and one class where an input
    holds and another where it does not.
    """
    rows, inputs = problem.growing, problem.train.split.inputs
    wanted, weights = _growing(problem)
    counts = [_counts(unpack(column[None], problem.train.split.n_rows)[0, rows], wanted, weights) for column in inputs]
    ones, held = (np.array([pair[k] for pair in counts]).reshape(len(inputs), len(wanted)) for k in (0, 1))
    every = np.where(wanted, weights, 0).sum(axis=1)
    if problem.space.votes:
        return [constant(problem), _network(problem, _two_classes(held, every))]
    by_input = weights.sum(axis=1) - every + 2 * held - ones
    right_of_inputs = np.stack([by_input, weights.sum(axis=1) - by_input], axis=1).reshape(-1, len(wanted))
    literals = [Head.of(2 + best) for best in right_of_inputs.argmax(axis=0).tolist()]
    return [constant(problem), _network(problem, literals)]


def constant(problem: NetworkProblem) -> Network:
    """The more frequent value of each output; where classes vote, nothing, which is the most frequent class."""
    if problem.space.votes:
        return problem.nothing
    wanted, weights = _growing(problem)
    ones, every = np.where(wanted, weights, 0).sum(axis=1).tolist(), weights.sum(axis=1).tolist()
    return _network(problem, [Head.of(TRUE if 2 * a > b else FALSE) for a, b in zip(ones, every, strict=True)])


def _growing(problem: NetworkProblem) -> tuple[NDArray[np.bool_], Ints]:
    """Per target what is wanted of the growing rows, and what they weigh."""
    targets, rows = problem.targets(stream(0, Role.VARIATION)), problem.growing
    return np.array([target.wanted[rows] for target in targets]), np.array([t.weights[rows] for t in targets])


def _counts(column: NDArray[np.bool_], wanted: NDArray[np.bool_], weights: Ints) -> tuple[Ints, Ints]:
    """Per target, what the rows weigh where an input holds, and what of them is wanted."""
    here = weights[:, column]
    return here.sum(axis=1), np.where(wanted[:, column], here, 0).sum(axis=1)


def _two_classes(held: Ints, every: Ints) -> list[Head]:
    """Heads of the input that separates two classes best; held: int64[inputs, classes], every: int64[classes]."""
    best = int((held.max(axis=1) + (every - held).max(axis=1)).argmax())
    votes: list[list[tuple[int, int]]] = [[] for _ in every]
    votes[int(held[best].argmax())].append((2 * best + 2, 1))
    votes[int((every - held[best]).argmax())].append((2 * best + 3, 1))
    return tied([merged_votes(own, 0) for own in votes])


def _network(problem: NetworkProblem, heads: list[Head]) -> Network:
    n_inputs = problem.space.n_inputs
    return canonical(Assembler(n_inputs).network(heads), n_inputs, votes=problem.space.votes)
