"""The `genome` section of a search for formulas as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le

from genomes.spec import GenomeSpec

Kind = Literal["sop", "pos"]
Side = Literal["auto", "both", "positive", "negative"]
Output = Literal["or", "vote"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaGenomeSpec(GenomeSpec):
    """What is evolved: formulas."""

    kind: Kind = "sop"
    """sop: an OR of ANDs; pos: an AND of ORs (its exact dual)."""
    side: Side = "auto"
    """The class a formula describes; both: the better one; auto: both, but positive for pla and several outputs."""
    terms: Annotated[int, Ge(1), Le(65536)] = 64
    """Terms (sop) or clauses (pos) per output or class, at most; among votes one of weight 3 counts three times."""
    output: Output = "or"
    """or: one formula decides between two classes (more classes always vote); vote: small integer weights decide."""
    term_literals: Annotated[int, Ge(1), Le(32)] | None = None
    """memetic: literals per term at most; with votes 1 is a scorecard of single comparisons; null is no limit."""
