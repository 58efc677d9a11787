"""What the `search`, `local` and `stop` sections of all kinds of genomes share, as values.

Those of formulas are in `evo.search.formula_spec`, those of masks in `evo.search.mask_spec`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from annotated_types import Ge, Le

from genomes.bounds import Amount, Count
from genomes.strict import STRICT

Population = Annotated[int, Ge(4), Le(1_000_000)]
Prices = Annotated[int, Ge(2), Le(1000)]
Share = Annotated[float, Ge(0), Le(1)]
#: Keys of `stop` that wait for something that may never come; a run that one of them ended goes on without it.
WAITING: Final = ("exact", "settled")
#: Algorithms whose islands exchange nothing: they build on nothing, or grow one network as a whole.
UNMOVED: Final = ("random", "lut_boost")


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandSpec:
    """Several searches side by side that exchange terms or genomes."""

    __pydantic_config__ = STRICT

    count: Annotated[int, Ge(1), Le(1000)] = 1
    """Searches, each with random draws and settings of its own; 1 is a single search, without the keys below."""
    topology: Literal["ring", "full", "none"] = "ring"
    """Whose migrants an island takes: the one before it, all others, or nobody's."""
    every: Count = 5
    """Generations between migrations; a step of the run is so many generations of every island."""
    migrants: Annotated[int, Ge(0), Le(1_000_000)] = 5
    """Per origin. memetic: terms per side and output, for the pool; random, lut_boost: none; others: genomes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSpec:
    """How candidates are proposed and kept."""

    __pydantic_config__ = STRICT

    algorithm: str = "memetic"
    """The algorithm."""
    population: Population = 200
    """Candidates per generation."""
    prices: Prices = 12
    """Prices of size, dear to cheap."""
    crossover: Share = 0.5
    """Share of offspring with two parents."""
    islands: IslandSpec = field(default_factory=IslandSpec)
    """Several searches side by side that exchange terms or genomes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSpec:
    """Local steps: offspring improved before they compete."""

    __pydantic_config__ = STRICT

    kind: str = "none"
    """The step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSpec:
    """When a run ends: at the first of these that is reached; null means no such limit."""

    __pydantic_config__ = STRICT

    generations: Count | None = 200
    """Generations."""
    seconds: Amount | None = None
    """Seconds of the run from its search on, resumes included: search, folds and report; kept to 2 s and 10 %."""
    evaluations: Annotated[int, Ge(1), Le(10**15)] | None = None
    """Candidates evaluated; the generation that reaches it is finished."""
    patience: Count | None = None
    """Generations without a better best candidate."""
    target: Annotated[float, Ge(-1), Le(1)] | None = None
    """Training score (the metric) that is good enough."""
    exact: Count | None = 30
    """Generations without a better model after every training row is right; never ends a run that has errors left."""
    settled: Count | None = 16
    """memetic, over 16,384 training rows: generations without a formula that says the labels in fewer bits."""
