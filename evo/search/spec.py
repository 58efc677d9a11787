"""The `search` and `stop` sections of a config as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le

from genomes.spec import STRICT

AlgorithmName = Literal["memetic", "nsga2", "generational", "random", "hill_climb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSpec:
    """How candidates are proposed and kept."""

    __pydantic_config__ = STRICT

    algorithm: AlgorithmName = "memetic"
    """memetic: set cover over a term pool, exact local steps; nsga2, generational: GAs; the others are controls."""
    population: Annotated[int, Ge(4), Le(1_000_000)] = 200
    """nsga2, generational, random, hill_climb: candidates per generation."""
    prices: Annotated[int, Ge(2), Le(1000)] = 12
    """memetic: individuals, one per price of a literal from dear to cheap; each makes one round per generation."""
    crossover: Annotated[float, Ge(0), Le(1)] = 0.5
    """Share of offspring that mix the terms of two parents before they mutate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSpec:
    """When a run ends: at the first of these that is reached; null means no such limit."""

    __pydantic_config__ = STRICT

    generations: Annotated[int, Ge(1)] | None = 200
    """Generations."""
    seconds: Annotated[float, Gt(0)] | None = None
    """Seconds of search, summed over resumes; decides only where a run ends."""
    evaluations: Annotated[int, Ge(1)] | None = None
    """Candidates evaluated; the generation that reaches it is finished."""
    patience: Annotated[int, Ge(1)] | None = None
    """Generations without a better best candidate."""
    target: Annotated[float, Ge(-1), Le(1)] | None = None
    """Training score (the metric) that is good enough."""
