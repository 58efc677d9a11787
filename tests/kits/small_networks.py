"""Searches for networks small enough for a test, whatever the plan of operators is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from evo.config.load import config_from_dict
from evo.kinds.common.preparing import prepare
from evo.search.loop import Search
from evo.search.networks import Compose, NetworkContext, Networks
from fitness.networks.plan import FEWER, LAYER, STEPS, TABLES, TRAINED
from fitness.networks.tasks import NetworkTasks
from genomes.networks.batch import NetworkBatch

#: Two classes of noisy rows, three classes that vote, and three outputs.
TWO = {
    "source": "function", "function": "random_dnf", "inputs": 8, "terms": 4, "literals": 3, "samples": 180,
    "noise": 0.05, "split": {"valid": 0.2, "test": 0.1},
}  # fmt: skip
THREE = {"source": "sklearn", "name": "iris", "binarize": {"bits": 1}}
OUTPUTS = {"source": "function", "function": "adder", "bits": 2}
#: Steps of wide networks alone.
WIDE = (TABLES, FEWER, LAYER, TRAINED)
#: Settings of `fitness` under which every step runs once more for each fold of the rows.
FOLDS = {"judging": "folds"}


class Fewer(Compose):
    """Every so manyth step of the plan, other ones in each generation."""

    def __init__(self, every: int) -> None:
        self._every = every

    def ask(self, context: NetworkContext, state: Networks) -> NetworkTasks:
        """Tasks keep the slots that they have in the plan."""
        tasks = super().ask(context, state)
        rows = np.arange(state.generation % min(self._every, len(tasks)), len(tasks), self._every)
        first, second = (batch.take(rows.tolist(), context.space) for batch in (tasks.first, tasks.second))
        return replace(tasks, first=first, second=second, steps=tasks.steps[rows], slots=tasks.slots[rows])


def network_document(data: Mapping[str, Any] = TWO, **sections: Any) -> dict[str, Any]:
    """A config of at most 6 networks, votes of 3 members and 500 gates, judged by rows; sections: what differs."""
    search = dict(sections.pop("search", {}))
    several = search.get("algorithm") != "lut_boost"
    search = {**({"population": 6} if several else {}), **search}
    genome = {"kind": "network", **({"votes": 3} if several else {}), "gate_limit": 500, **sections.pop("genome", {})}
    fitness = {"judging": "rows", **sections.pop("fitness", {})}
    own = {"data": dict(data), "genome": genome, "search": search, "fitness": fitness}
    return {"schema": 1, "seed": 7, **own, **sections}


def small_networks(data: Mapping[str, Any] = TWO, *, every: int = 4, **sections: Any) -> Search[Any, Any]:
    """The search of such a config, or its part: every so manyth step (1 is all)."""
    search = prepare(config_from_dict(network_document(data, **sections), Path.cwd())).search
    whole = every == 1 or search.context.spec.algorithm == "random"
    return search if whole else replace(search, algorithm=Fewer(every))


def every_step(search: Search[Any, Any], parents: NetworkBatch) -> NetworkTasks:
    """A task for every step of a plan that composes, with two of some parents each."""
    steps = np.array([number for number, step in enumerate(STEPS) if step not in WIDE])
    n, space = len(steps), search.problem.space
    first, second = (parents.take((np.arange(n) * k % len(parents)).tolist(), space) for k in (1, 3))
    return NetworkTasks(first, second, steps, np.arange(n), seed=1, generation=3)
