"""The `genome` section of a search for composed networks as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le

from genomes.bounds import Count
from genomes.spec import GenomeSpec

Refit = Literal["none", "train", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkGenomeSpec(GenomeSpec):
    """What is evolved: networks of parities, counts, thresholds, decision graphs and gates."""

    kind: Literal["network"] = "network"
    """network: units over inputs and earlier units, and a head."""
    gate_limit: Annotated[int, Ge(1), Le(1_000_000)] = 5000
    """AND gates at most, a XOR counts 3; a candidate with more is refused."""
    depth_limit: Count | None = None
    """Levels of AND gates at most; null is no limit."""
    votes: Annotated[int, Ge(1), Le(99)] = 11
    """Networks grown on different rows that a last vote may join, at most; 1 is none."""
    refit: Refit = "train"
    """Grow the chosen network once more on all training rows, or on all training and validation rows; or not."""
