"""Networks made better or smaller as they are: by exact changes where they are small, else by accumulators."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitness.networks.accumulation import accumulated
from fitness.networks.bench import Bench
from fitness.networks.descent import descended
from fitness.networks.evaluator import row_weights
from fitness.networks.lowering import sizes
from fitness.networks.plan import Step
from fitness.networks.reduction import reduced
from genomes.networks.network import Network
from genomes.networks.variation.crossover import mix_units

#: Errors that a gate must save, and gates of a network whose exact changes are worth the time.
PRICE, MOST_GATES = 1.0, 800
#: Gates of a network that reduction takes: it finds most where votes of many members repeat each other.
MOST_REDUCED = 2000


def descent(bench: Bench, step: Step) -> Network:
    """The first parent after the best exact changes on the rows that grow; where it is large, after flips of entries
    by accumulators."""
    return improved(bench, bench.parents[0])


def mix(bench: Bench, step: Step) -> Network:
    """A graph with a unit of another parent's in it, after the same."""
    return improved(bench, mix_units(bench.rng, bench.parents[0], bench.parents[1], bench.problem.space))


def reduction(bench: Bench, step: Step) -> Network:
    """The first parent without what decides nothing on the rows that grow; level 1: with half as many gates."""
    network, space, split = bench.parents[0], bench.problem.space, bench.problem.train.split
    gates = sizes(network, space).gates
    if gates > MOST_REDUCED:
        return network
    most = gates // 2 if step.level else gates
    return reduced(bench.rng, network, space, split.inputs, split.planes, growing_weights(bench), most).network


def improved(bench: Bench, network: Network) -> Network:
    """A network after `bench.moves` exact changes, or where it is large batches of rows, at most; of rows that grow."""
    space, split = bench.problem.space, bench.problem.train.split
    if bench.moves == 0:
        return network
    weights = growing_weights(bench)
    price = PRICE * float(weights.max(initial=1))
    rows = (split.inputs, split.planes, weights)
    if sizes(network, space).gates > MOST_GATES:
        return accumulated(bench.rng, network, space, *rows, price=price, batches=bench.moves)
    return descended(bench.rng, network, space, *rows, price=price, most_moves=bench.moves)


def growing_weights(bench: Bench) -> NDArray[np.int64]:
    """int64[outputs, rows]: what rows count for, 0 where they do not grow."""
    problem = bench.problem
    weights = row_weights(problem.train.split, 1 if problem.space.votes else problem.space.n_heads)
    grows = np.zeros(problem.train.split.n_rows, dtype=np.int64)
    grows[problem.growing] = 1
    return np.asarray(weights * grows)
