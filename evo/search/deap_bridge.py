"""DEAP's vocabulary on our arrays: Fitness, Individual, tournaments, NSGA-II.

DEAP's operators want objects with a `fitness`; ours are rows of arrays. An Individual here is only a row number with
its fitness, made for one call and thrown away, so nothing is cloned, pickled or created at run time.

DEAP 1.4 draws from the module `random`. `drawing_from` swaps the name `random` inside the operator's module for a
generator of the derived stream, for one call: the global generator is neither read nor moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
from deap import base, tools
from deap.tools import emo, selection
from numpy.typing import NDArray


class Fitness(base.Fitness):  # type: ignore[misc]
    """Objectives to minimise; as many as `values` has."""

    weights: tuple[float, ...] = (-1.0, -1.0, -1.0, -1.0)

    def __init__(self, values: Sequence[float]) -> None:
        self.weights = self.weights[: len(values)]
        super().__init__(tuple(values))


class Individual:
    """Row `index` of a population, with what DEAP's operators look at."""

    __slots__ = ("fitness", "index")

    def __init__(self, index: int, objectives: Sequence[float]) -> None:
        self.index = index
        self.fitness = Fitness(objectives)


def individuals(objectives: NDArray[np.float64]) -> list[Individual]:
    """One Individual per row of float64[P, M]."""
    return [Individual(index, values) for index, values in enumerate(objectives.tolist())]


@contextmanager
def drawing_from(rng: Random, module: ModuleType) -> Iterator[None]:
    """Let the DEAP operators of `module` draw from `rng` inside the block."""
    before = module.random
    module.random = rng  # type: ignore[attr-defined]
    try:
        yield
    finally:
        module.random = before  # type: ignore[attr-defined]


def tournament(rng: Random, objectives: NDArray[np.float64], n: int, size: int) -> list[int]:
    """`n` winners of tournaments of `size` by lexicographic objectives."""
    with drawing_from(rng, selection):
        chosen: list[Any] = tools.selTournament(individuals(objectives), n, tournsize=size)
    return [individual.index for individual in chosen]


def crowded_tournament(rng: Random, objectives: NDArray[np.float64], n: int) -> list[int]:
    """`n` winners of binary tournaments by dominance, then crowding distance (Deb et al. 2002, section III-B)."""
    ranked = _nsga2(objectives, len(objectives))
    chosen: list[Any] = []
    with drawing_from(rng, emo):
        while len(chosen) < n:
            chosen += tools.selTournamentDCD(ranked, len(ranked) // 4 * 4)
    return [individual.index for individual in chosen[:n]]


def nsga2_survivors(objectives: NDArray[np.float64], n: int) -> NDArray[np.intp]:
    """Rows that survive NSGA-II's environmental selection (Deb et al. 2002, section III-C)."""
    return np.array([individual.index for individual in _nsga2(objectives, n)], dtype=np.intp)


def _nsga2(objectives: NDArray[np.float64], n: int) -> list[Any]:
    """`n` Individuals, front by front; DEAP's fast sort needs two objectives, and a constant one decides nothing."""
    if objectives.shape[1] == 1:
        objectives = np.pad(objectives, ((0, 0), (0, 1)))
    chosen: list[Any] = tools.selNSGA2(individuals(objectives), n, nd="log")
    return chosen
