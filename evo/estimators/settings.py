"""Constructor parameters as the sections of a run's config, checked when a fit begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Any, Literal, get_args

import numpy as np

from distributed.spec import ComputeSpec
from evo.kinds.two_level.model_selection import few_enough
from evo.search.spec import StopSpec
from fitness.machine.plugins import NotInstalledError, PluginError
from fitness.objectives.metrics import METRICS
from fitness.spec import Metric, Selection
from genomes.bounds import MANY
from genomes.text.quoting import quoted
from genomes.two_level.spec import Side

ChosenBy = Literal["auto", "price", "cross_validation", "holdout", "error"]
ProbabilityFrom = Literal["front", "formula"]
_PROBABILITIES: dict[str, ProbabilityFrom] = {"front": "front", "formula": "formula"}
_SELECTIONS: dict[str, Selection] = {
    "auto": "auto", "price": "price", "cross_validation": "cross_validation", "holdout": "holdout", "error": "holdout",
}  # fmt: skip
ScoredBy = Literal["accuracy", "balanced_accuracy", "f1", "mcc"]


def whole(name: str, value: Any, least: int = 1, most: int = MANY) -> int:
    """`value` as an int.

    Raises:
        ValueError: it is no whole number in [least, most].
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or not least <= int(value) <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, got {quoted(value)}")
    return int(value)


def flag(name: str, value: Any) -> bool:
    """A parameter that is True or False.

    Raises:
        ValueError: it is neither.
    """
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be True or False, got {value!r}")
    return bool(value)


def positive(name: str, value: Any) -> float:
    """`value` as a float.

    Raises:
        ValueError: it is no number > 0, or more than a config may say.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) <= MANY:
        raise ValueError(f"{name} must be a number > 0 and at most {MANY}, got {quoted(value)}")
    return float(value)


def seed_of(random_state: Any) -> int:
    """The search's only seed: the int itself, 0 for None (a fit is repeatable unless told otherwise), or a draw.

    Raises:
        ValueError: neither None, an int >= 0 nor a RandomState.
    """
    if random_state is None:
        return 0
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(0, 2**31 - 1))
    return whole("random_state", random_state, 0, 2**63 - 1)


def stop_of(generations: Any, max_seconds: Any, usual: int) -> StopSpec:
    """The budget; usual: generations where None is asked for."""
    seconds = None if max_seconds is None else positive("max_seconds", max_seconds)
    return StopSpec(generations=usual if generations is None else whole("generations", generations), seconds=seconds)


def compute_of(n_jobs: Any) -> ComputeSpec:
    """None and 1: this process; k: k workers, -1: one per core, both started once ten seconds of work are done."""
    if n_jobs is None or (n_jobs == 1 and not isinstance(n_jobs, bool)):
        return ComputeSpec(backend="local", workers=1)
    return ComputeSpec(workers="auto" if n_jobs == -1 else whole("n_jobs", n_jobs, 1, 4096))


def selection_of(selection: Any, n_rows: int, *, constrained: bool, priced: bool = False) -> Selection:
    """How one model of the front is picked; "auto" is folds or a price, by the training rows as for files.

    constrained: only some members may be picked, or time is limited: the folds would judge other models, for as long.
    priced: their price is given.

    Raises:
        ValueError: no such selection, folds with such constraints, or a price that it has no use for.
    """
    if not isinstance(selection, str) or selection not in _SELECTIONS:
        raise ValueError(f"selection must be one of {', '.join(_SELECTIONS)}, got {quoted(selection)}")
    if selection == "cross_validation" and constrained:
        raise ValueError("selection='cross_validation' cannot keep max_seconds, max_literals or required_features")
    if priced and selection not in ("auto", "price"):
        raise ValueError(f"price is only used by selection='price' and 'auto', got selection={selection!r}")
    if selection == "auto":
        return "cross_validation" if few_enough(n_rows) and not constrained and not priced else "price"
    return _SELECTIONS[selection]


def metric_of(metric: Any) -> Metric:
    """The score that the search makes large.

    Raises:
        ValueError: no such metric.
    """
    if not isinstance(metric, str) or (metric not in get_args(ScoredBy) and not _is_added(metric)):
        known = f"one of {', '.join(get_args(ScoredBy))} or the name of an installed metric"
        raise ValueError(f"metric must be {known}, got {quoted(metric)}")
    return metric


def _is_added(metric: str) -> bool:
    """Whether an installed package adds this metric; weighted is that of class_weight alone."""
    if metric in METRICS:
        return False
    try:
        METRICS[metric]
    except NotInstalledError:
        return False
    except PluginError as problem:
        raise ValueError(str(problem)) from problem
    return True


def side_of(side: Any, n_classes: int) -> Side:
    """Which of two classes a formula describes; classes that vote have no side.

    Raises:
        ValueError: no such side, or one of more than two classes.
    """
    if side not in get_args(Side):
        raise ValueError(f"side must be one of {', '.join(get_args(Side))}, got {quoted(side)}")
    if side != "auto" and n_classes > 2:
        raise ValueError(f"side={side!r} needs two classes, got {n_classes}; leave it at 'auto'")
    found: Side = side
    return found


def probability_of(probability: Any) -> ProbabilityFrom:
    """What probabilities come from.

    Raises:
        ValueError: no such source.
    """
    if not isinstance(probability, str) or probability not in _PROBABILITIES:
        raise ValueError(f"probability must be one of {', '.join(_PROBABILITIES)}, got {quoted(probability)}")
    return _PROBABILITIES[probability]


def features_of(parameter: str, features: Any, names: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns meant by names or places.

    Raises:
        ValueError: something else, or no such column.
    """
    if features is None:
        return ()
    if isinstance(features, str | bytes) or not isinstance(features, Iterable):
        raise ValueError(f"{parameter} must list names or places of columns, got {quoted(features)}")
    return tuple(_feature(parameter, feature, names) for feature in features)


def _feature(parameter: str, feature: Any, names: Sequence[str]) -> str:
    if isinstance(feature, str) and feature.strip() in names:
        return feature.strip()
    is_place = isinstance(feature, Integral) and not isinstance(feature, bool)
    if is_place and 0 <= feature < len(names):
        return names[int(feature)]
    raise ValueError(f"{parameter}: no column {quoted(feature)} among {len(names)}")
