"""The `search`, `local` and `stop` sections of a search for composed networks as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from evo.search.spec import LocalSpec, Population, SearchSpec, Share, StopSpec
from genomes.bounds import Count


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSearchSpec(SearchSpec):
    """How candidates are proposed and kept."""

    algorithm: Literal["compose", "lut_boost", "random"] = "compose"
    """compose: operators build on parents' units, kept by NSGA-II; lut_boost: wide votes of tables; random: control."""
    population: Population = 24
    """Networks alive; of lut_boost one."""
    units: Annotated[int, Ge(1), Le(10_000)] = 200
    """lut_boost: tables (LUTs) of each class or output."""
    inputs: Annotated[int, Ge(1), Le(6)] = 4
    """lut_boost: inputs of a table at most."""
    sweeps: Annotated[int, Ge(0), Le(1000)] = 1
    """lut_boost: times that all tables are gone over again when they have grown."""
    rounds: Annotated[int, Ge(1), Le(1000)] = 10
    """lut_boost: tables of each class in a generation; within one, classes do not see each other's."""
    layers: Annotated[tuple[Annotated[int, Ge(1), Le(10_000)], ...], MaxLen(8)] = ()
    """lut_boost: hidden tables of each class or output that others may read, layer by layer; none by default."""
    epochs: Annotated[int, Ge(1), Le(1000)] = 30
    """lut_boost: times that all rows are gone through when hidden layers are trained, once for each sweep."""
    crossover: Share = 0.5
    """Share of the steps that may read the units of two parents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLocalSpec(LocalSpec):
    """Local steps: networks improved by the exact gradient through their depth."""

    kind: Literal["descent", "none"] = "descent"
    """descent: the best exact changes of operands, signs, functions, entries, weights; of large networks, flips."""
    moves: Annotated[int, Ge(1), Le(1_000_000)] = 200
    """Changes of one network in a step, at most; of one over 800 gates, batches of 1,024 rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkStopSpec(StopSpec):
    """When a run ends: at the first of these that is reached; null means no such limit."""

    generations: Annotated[int, Ge(0), Le(10**9)] | None = 0
    """Generations; 0: 6, or with lut_boost as many as its units and sweeps take."""
    exact: Count | None = 1
    """Generations without a better model after every training row is right; never ends a run that has errors left."""
    settled: Count | None = 2
    """Generations without a network of fewer errors on the rows that judge, or as many and fewer gates."""
