"""How often the first-order gradient of networks says other than the exact one: shares of rows x nodes.

python -m benchmarks.first_order [--seed 0] [--iwls FOLDER]

Networks are what one step of the search makes of training rows. *Gates*: the chain rule through the gates of the whole
network. *Units*: through its units, within which it is exact; accumulators use this. Exact is complementing the node
and evaluating its fan-out again. `decides`: rows x nodes where it does decide the output, of all. FOLDER: the rows of
the IWLS 2020 contest, two functions of which are added.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import table
from evo.config.load import config_from_dict
from evo.kinds.network.job import prepare_networks
from fitness.networks.accumulation import Batches, gained
from fitness.networks.bench import Bench
from fitness.networks.flippable import Flippable
from fitness.networks.flips import first_order_planes, flip_planes
from fitness.networks.objective import Rows, Standing
from fitness.networks.operators.registry import operated
from fitness.networks.plan import Step
from fitness.networks.problem import NetworkProblem
from fitness.networks.simulation import all_nodes
from genomes.bits import Words, pack, popcount, valid_words
from genomes.circuits.builder import Builder
from genomes.networks.assembler import canonical
from genomes.networks.lower import lower
from genomes.networks.network import Network
from genomes.streams import Role, stream

FUNCTIONS: dict[str, tuple[dict[str, Any], Step]] = {
    "parity16": ({"source": "function", "function": "parity", "bits": 16, "samples": 6400}, Step("affine")),
    "comparator 2 x 16": (
        {"source": "function", "function": "comparator", "bits": 16, "samples": 3000},
        Step("graph_whole"),
    ),
    "majority9, a vote": ({"source": "function", "function": "majority", "bits": 9}, Step("fringe_vote")),
    "breast_cancer, a vote": ({"source": "sklearn", "name": "breast_cancer"}, Step("fringe_vote")),
    "breast_cancer, boosting": ({"source": "sklearn", "name": "breast_cancer"}, Step("boosting", level=4)),
}
CONTEST = {"ex60, a vote": (60, Step("fringe_vote")), "ex48, boosting": (48, Step("boosting", level=6))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--iwls", type=Path)
    options = parser.parse_args()
    lines = []
    for name, data, step in tasks(options.iwls):
        problem = problem_of(data, options.seed)
        bench = Bench(problem, (problem.nothing,) * 2, stream(options.seed, Role.VARIATION))
        network = canonical(operated(bench, step), problem.space.n_inputs, votes=problem.space.votes)
        lines.append([name, *measured(problem, network, options.seed)])
    header = ["network", "gates", "decides %", "first order differs %", "units", "decides %", "first order differs %"]
    sys.stdout.write(table(header, lines) + "\n")


def tasks(contest: Path | None) -> Iterator[tuple[str, dict[str, Any], Step]]:
    """(name, data section, step)."""
    for name, (data, step) in FUNCTIONS.items():
        yield name, data, step
    for name, (number, step) in CONTEST.items() if contest else ():
        path = f"{contest}/ex{number:02}.train.pla.gz"
        yield name, {"source": "pla", "path": path, "split": {"valid": 0.0, "test": 0.0}}, step


def problem_of(data: dict[str, Any], seed: int) -> NetworkProblem:
    """The problem of a run on these data."""
    config: Any = {"schema": 1, "name": "first-order", "seed": seed, "data": data, "genome": {"kind": "network"}}
    problem: NetworkProblem = prepare_networks(config_from_dict(config, Path())).search.problem  # type: ignore[arg-type]
    return problem


def measured(problem: NetworkProblem, network: Network, seed: int) -> list[str]:
    """Gates, shares, units, shares, of a network of one output on all training rows."""
    space, split = problem.space, problem.train.split
    weights = np.ones((1, split.n_rows), dtype=np.int64)
    batches = Batches.build(stream(seed, Role.SELECTION), split.inputs, split.planes, weights, space)
    assert batches is not None
    valid = valid_words(split.n_rows)
    build = Builder(space.n_inputs)
    heads = lower(network, build, range(2, 2 * space.first, 2)).roots
    graph, moved = build.graph().cleaned(heads)
    root = int(moved[heads[0] >> 1]) ^ (heads[0] & 1)
    values = all_nodes(graph, batches.inputs, valid)
    gates = np.arange(graph.first, len(values))
    exact = flip_planes(graph, values, gates, [root], valid)[:, 0]
    first = first_order_planes(graph, values, root, valid)[gates]
    return [str(len(gates)), *shares(exact, first, split.n_rows), str(len(network)), *of_units(network, batches, space)]


def of_units(network: Network, batches: Batches, space: Any) -> list[str]:
    """The same of units, as accumulators see them."""
    n_rows, work = batches.wanted.shape[1], Flippable.of(network, space)
    rows = Rows.build(batches.inputs, pack(batches.wanted.astype(np.bool_)), batches.weights, space)
    standing, nodes = Standing(network, space, rows), range(space.first, space.first + len(network))
    wishes = [standing.wish(node) for node in nodes]
    n_words = batches.inputs.shape[1]
    none = np.zeros((0, len(rows.valid)), dtype=np.uint64)
    exact = np.array([np.bitwise_or.reduce(np.concatenate([none, w.right, w.wrong])) for w in wishes])
    found = [gained(work, batches, number)[1][nodes.start :] for number in range(batches.n_batches)]
    return shares(exact[:, :n_words], pack(clipped(np.concatenate(found, axis=1)) != 0), n_rows)


def clipped(gains: NDArray[np.int32]) -> NDArray[np.int32]:
    """What one row of weight 1 can gain."""
    return np.clip(gains, -1, 1)


def shares(exact: Words, first: Words, n_rows: int) -> list[str]:
    """Percent of rows x nodes that decide, and where the two differ."""
    n = max(1, len(exact) * n_rows)
    return [f"{100 * int(popcount(planes).sum()) / n:.2f}" for planes in (exact, exact ^ first)]


if __name__ == "__main__":
    main()
