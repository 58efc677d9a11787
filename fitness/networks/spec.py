"""The `fitness` section of a search for composed networks as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, Len

from fitness.spec import FitnessSpec

Objective = Literal["error", "gates", "depth", "units"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFitnessSpec(FitnessSpec):
    """What is optimised."""

    objectives: Annotated[tuple[Objective, ...], Len(1, 4)] = ("error", "gates")
    """To minimise, the most important first; `error`, one of them, is that on training rows that nothing grew on."""
    selection: Literal["auto", "holdout"] = "auto"
    """The pick: by validation rows; without any, by the training rows that nothing grew on."""
    judging: Literal["auto", "rows", "folds"] = "auto"
    """Rows that nothing grows on, or folds, without each of which every step runs again; auto: below 2,000 rows."""
    judged: Annotated[float, Ge(0), Le(0.5)] = 0.25
    """Share of the training rows that nothing grows on until the chosen network is refitted; 0 judges by all rows."""
