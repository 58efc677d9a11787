"""The `fitness` section of a config as values: what all kinds of genomes share, and that of formulas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, Len, MaxLen

from fitness.machine.plugins import LONGEST_NAME, Installed
from genomes.bounds import Amount
from genomes.strict import STRICT

OwnMetric = Literal["accuracy", "balanced_accuracy", "f1", "mcc", "weighted"]
Metric = OwnMetric | Annotated[str, Len(1, LONGEST_NAME), Installed("evo.metrics")]
Selection = Literal["auto", "holdout", "cross_validation", "price"]
Objective = Literal["error", "literals", "terms", "gates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitnessSpec:
    """What is optimised."""

    __pydantic_config__ = STRICT

    metric: Metric = "accuracy"
    """The score behind the objective `error` = 1 - metric."""
    objectives: tuple[str, ...] = ("error",)
    """To minimise, the most important first."""
    class_weight: Literal["balanced"] | Annotated[dict[str, float], MaxLen(1024)] | None = None
    """metric weighted, or an installed one: weight of each class's rows, or balanced (inverse class frequency)."""
    selection: str = "auto"
    """How one model of the front is picked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaFitnessSpec(FitnessSpec):
    """What is optimised."""

    objectives: Annotated[tuple[Objective, ...], Len(1, 4)] = ("error", "literals")
    """To minimise, the most important first; `error` is one of them."""
    selection: Selection = "auto"
    """The pick. holdout: by validation rows; cross_validation: by folds; price: by fitness.price; auto: what fits."""
    price: Amount | None = None
    """selection price: training errors that a literal must save (classes that weigh: on typical rows); null: found."""
    standard_errors: Annotated[float, Ge(0), Le(10)] = 0.4
    """auto, cross_validation: standard errors that doubling or halving the price that is found must save; 0: none."""
