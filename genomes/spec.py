"""The `genome` section of a config as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le

from genomes.masks.spec import Granularity, NetworkSpec
from genomes.strict import STRICT

Kind = Literal["sop", "pos"]
Side = Literal["auto", "both", "positive", "negative"]
Output = Literal["or", "vote"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenomeSpec:
    """What is evolved."""

    __pydantic_config__ = STRICT

    kind: Literal["sop", "pos", "mask"] = "sop"
    """sop: an OR of ANDs; pos: an AND of ORs (its exact dual); mask: which weights of a given network are kept."""
    side: Side = "auto"
    """The class a formula describes; both: the better one; auto: both, but positive for pla and several outputs."""
    terms: Annotated[int, Ge(1), Le(65536)] = 64
    """Terms (sop) or clauses (pos) per output or class, at most; among votes one of weight 3 counts three times."""
    output: Output = "or"
    """or: one formula decides between two classes (more classes always vote); vote: small integer weights decide."""
    term_literals: Annotated[int, Ge(1), Le(32)] | None = None
    """memetic: literals per term at most; with votes 1 is a scorecard of single comparisons; null is no limit."""
    granularity: Granularity = "edge"
    """mask: connections; whole hidden neurons; n of every m inputs of a neuron; or connections that may change sign."""
    n: Annotated[int, Ge(1), Le(64)] = 2
    """granularity n_of_m: connections kept of every m."""
    m: Annotated[int, Ge(2), Le(64)] = 4
    """granularity n_of_m: consecutive inputs of a neuron that n are kept of."""
    network: NetworkSpec = field(default_factory=NetworkSpec)
    """mask: the network that is pruned."""

    @property
    def formula(self) -> Kind:
        """The kind of a genome that is a formula.

        Raises:
            ValueError: it is a mask.
        """
        if self.kind == "mask":
            raise ValueError("a mask is no formula")
        return self.kind
