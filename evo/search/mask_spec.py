"""The `search` and `local` sections of a search for masks as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le

from evo.search.spec import LocalSpec, Population, Prices, SearchSpec, Share
from genomes.bounds import MANY

LocalName = Literal[
    "auto", "gauss_newton", "exact_sign", "edge_popup", "group", "gates", "minibatch", "prune_grow", "none"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskSearchSpec(SearchSpec):
    """How candidates are proposed and kept."""

    algorithm: Literal["memetic", "random"] = "memetic"
    """memetic: masks that cross, local steps, ever sparser masks; random is the control."""
    population: Population = 8
    """Masks alive."""
    prices: Prices = 6
    """Sparser masks kept beside them, where `kept` is an objective."""
    crossover: Share = 1.0
    """Share of offspring that mix the neurons of two parents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskLocalSpec(LocalSpec):
    """Local steps: offspring improved before they compete."""

    kind: LocalName = "auto"
    """The step; auto: what suits the network and the masks. The algorithm random takes no steps."""
    sweeps: Annotated[int, Ge(1), Le(1_000_000)] | None = None
    """Visits of every neuron per child, at most; of edge_popup batches; null: 8, of edge_popup 500."""
    seeds: Annotated[int, Ge(0), Le(1_000_000)] | None = None
    """Batches of edge-popup that half of the first masks come from; null: 0, for wide networks 1000."""
    price: Annotated[float, Ge(0), Le(MANY)] = 0.0
    """Loss that a kept weight must save."""
