"""The `search` and `local` sections of a search for formulas as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Len

from evo.search.spec import LocalSpec, Population, Prices, SearchSpec, Share
from fitness.machine.plugins import LONGEST_NAME, Installed

AlgorithmName = Literal["memetic", "nsga2", "generational", "random", "hill_climb"]
OperatorName = Annotated[str, Len(1, LONGEST_NAME), Installed("evo.operators")]
#: Algorithms whose candidates are mutants.
MUTATING = ("nsga2", "generational", "hill_climb")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaSearchSpec(SearchSpec):
    """How candidates are proposed and kept."""

    algorithm: AlgorithmName = "memetic"
    """memetic: set cover over a term pool, exact local steps; nsga2, generational: GAs; the others are controls."""
    population: Population = 200
    """nsga2, generational, random, hill_climb: candidates per generation."""
    prices: Prices = 12
    """Prices of a literal, dear to cheap; memetic has an individual per price and side."""
    crossover: Share = 0.5
    """Share of offspring that mix the terms of two parents before they mutate."""
    operators: Annotated[tuple[OperatorName, ...], Len(0, 16)] = ()
    """nsga2, generational, hill_climb: mutations of installed packages, each as frequent as flipping a literal."""
    selection: Literal["auto", "tournament", "lexicase"] = "auto"
    """nsga2, generational: how parents are selected; lexicase: by training rows in random order; auto: tournament."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaLocalSpec(LocalSpec):
    """Local steps: offspring improved by the exact Boolean gradient before they compete."""

    kind: Literal["boolean_gradient", "none"] = "boolean_gradient"
    """The step, or none. The algorithm random takes no steps."""
    share: Share | None = None
    """Share of the offspring that is improved; null: all of memetic's, a quarter of the other algorithms'."""

    def wanted_share(self, usual: float) -> float:
        """Share of the offspring to improve: as asked for, or an algorithm's `usual`; 0 where no steps are wanted."""
        if self.kind == "none":
            return 0.0
        return usual if self.share is None else self.share
