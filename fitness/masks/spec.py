"""The `fitness` section of a search for masks as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Gt, Le, Len

from fitness.spec import FitnessSpec

Objective = Literal["error", "loss", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskFitnessSpec(FitnessSpec):
    """What is optimised."""

    objectives: Annotated[tuple[Objective, ...], Len(1, 3)] = ("loss", "kept")
    """To minimise, the most important first; `error` or `loss` is one of them."""
    selection: Literal["auto", "holdout"] = "auto"
    """The pick: by validation rows either way."""
    logit_scale: Annotated[float, Gt(0), Le(1_000_000)] | None = None
    """Factor of the logits in the loss; null: what makes those of random masks differ by about 2."""
