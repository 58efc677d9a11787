"""The `search`, `local` and `stop` sections of a config as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le

from genomes.bounds import MANY, Amount, Count
from genomes.strict import STRICT

LocalName = Literal[
    "boolean_gradient", "none", "auto", "gauss_newton", "exact_sign", "edge_popup", "group", "gates", "minibatch",
    "prune_grow",
]  # fmt: skip
AlgorithmName = Literal["memetic", "nsga2", "generational", "random", "hill_climb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandSpec:
    """Several searches side by side that exchange terms or genomes."""

    __pydantic_config__ = STRICT

    count: Annotated[int, Ge(1), Le(1000)] = 1
    """Searches, each with random draws and settings of its own; 1 is a single search, without the keys below."""
    topology: Literal["ring", "torus", "full", "none"] = "ring"
    """Whose migrants an island takes: the one before it, four neighbours on a grid, all others, or nobody's."""
    every: Count = 5
    """Generations between migrations; a step of the run is so many generations of every island."""
    migrants: Annotated[int, Ge(0), Le(1_000_000)] = 5
    """Per origin. memetic: terms per side and output, for the pool; others: genomes, for the worst (not random)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSpec:
    """How candidates are proposed and kept."""

    __pydantic_config__ = STRICT

    algorithm: AlgorithmName = "memetic"
    """memetic: set cover over a term pool, exact local steps; nsga2, generational: GAs; the others are controls."""
    population: Annotated[int, Ge(4), Le(1_000_000)] = 200
    """nsga2, generational, random, hill_climb: candidates per generation; masks: masks alive (8 unless given)."""
    prices: Annotated[int, Ge(2), Le(1000)] = 12
    """Prices of a literal, dear to cheap. memetic: an individual per price and side; masks: sparser masks kept (6)."""
    crossover: Annotated[float, Ge(0), Le(1)] = 0.5
    """Share of offspring that mix the terms of two parents before they mutate; masks: their neurons (1)."""
    selection: Literal["auto", "tournament", "lexicase"] = "auto"
    """nsga2, generational: how parents are selected; lexicase: by training rows in random order; auto: tournament."""
    islands: IslandSpec = field(default_factory=IslandSpec)
    """Several searches side by side that exchange terms or genomes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSpec:
    """Local steps: offspring improved by the exact Boolean gradient before they compete."""

    __pydantic_config__ = STRICT

    kind: LocalName = "boolean_gradient"
    """sop, pos: boolean_gradient or none; masks: auto or one of the others. The algorithm random takes no steps."""
    share: Annotated[float, Ge(0), Le(1)] | None = None
    """Share of the offspring that is improved; null: all of memetic's, a quarter of the other algorithms'."""
    inheritance: Literal["lamarckian", "baldwinian"] = "lamarckian"
    """lamarckian: the improved formula breeds; baldwinian: the original does, with the improved one's objectives."""
    sweeps: Annotated[int, Ge(1), Le(1_000_000)] | None = None
    """masks: visits of every neuron per child, at most; of edge_popup batches; null: 8, of edge_popup 500."""
    seeds: Annotated[int, Ge(0), Le(1_000_000)] | None = None
    """masks: batches of edge-popup that half of the first masks come from; null: 0, for wide networks 1000."""
    price: Annotated[float, Ge(0), Le(MANY)] = 0.0
    """masks: loss that a kept weight must save."""

    def wanted_share(self, usual: float) -> float:
        """Share of the offspring to improve: as asked for, or an algorithm's `usual`; 0 where no steps are wanted."""
        if self.kind == "none":
            return 0.0
        return usual if self.share is None else self.share


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSpec:
    """When a run ends: at the first of these that is reached; null means no such limit."""

    __pydantic_config__ = STRICT

    generations: Count | None = 200
    """Generations."""
    seconds: Amount | None = None
    """Seconds of search, summed over resumes; decides only where a run ends."""
    evaluations: Annotated[int, Ge(1), Le(10**15)] | None = None
    """Candidates evaluated; the generation that reaches it is finished."""
    patience: Count | None = None
    """Generations without a better best candidate."""
    target: Annotated[float, Ge(-1), Le(1)] | None = None
    """Training score (the metric) that is good enough."""
    exact: Count | None = 30
    """Generations without a better model after every training row is right; never ends a run that has errors left."""
