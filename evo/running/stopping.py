"""When a run ends: one small rule per key of the `stop` section. Time decides only where a run ends, never its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evo.monitor import StopProgress
from evo.search.archive import Archive
from evo.search.spec import StopSpec
from evo.search.state import State

#: An error that is rounding: 1 - score of a model that is right everywhere.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Reached:
    """What rules look at: the state, seconds of search summed over resumes, the lowest training error.

    exact: generations without a new model that is right on every training row; None while there is no such model.
    settled: those without one that says the labels in fewer bits; None where that ends no run.
    """

    state: State
    seconds: float
    best_error: float
    exact: int | None = None
    settled: int | None = None


Rule = Callable[[Reached, float], StopProgress]


def _generations(now: Reached, limit: float) -> StopProgress:
    return _counted("generations", now.state.generation, limit)


def _evaluations(now: Reached, limit: float) -> StopProgress:
    return _counted("evaluations", now.state.evaluations, limit)


def _seconds(now: Reached, limit: float) -> StopProgress:
    return StopProgress("seconds", now.seconds / limit, f"{now.seconds:,.0f} of {limit:,.0f}")


def _patience(now: Reached, limit: float) -> StopProgress:
    return _counted("patience", now.state.stalled, limit)


def _target(now: Reached, limit: float) -> StopProgress:
    """A score has no pace: the bar shows the share of the way from 0, and is full only when the target is met."""
    best_score = 1.0 - now.best_error
    share = best_score / limit if limit > 0 else 0.0
    met = now.best_error <= 1.0 - limit + ROUNDING  # 1 - (1 - score) need not be the score
    fraction = 1.0 if met else min(max(share, 0.0), 0.999)
    return StopProgress("target", fraction, f"{best_score:.4f} of {limit:.4f}")


def _exact(now: Reached, limit: float) -> StopProgress:
    return _counted("exact", now.exact or 0, limit)


def _settled(now: Reached, limit: float) -> StopProgress:
    return _counted("settled", now.settled or 0, limit)


def _counted(rule: str, done: int, limit: float) -> StopProgress:
    return StopProgress(rule, done / limit, f"{done:,} of {limit:,.0f}")


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "generations": _generations,
        "evaluations": _evaluations,
        "seconds": _seconds,
        "patience": _patience,
        "target": _target,
        "exact": _exact,
        "settled": _settled,
    }
)


def exact_for(archive: Archive, generation: int, error_column: int) -> int | None:
    """Generations before `generation` that brought no new model without a training error; None if there is none.

    The archive drops a model once another is better, so the newest one's age says how long their size is settled.
    """
    front = archive.objectives[archive.front()]
    exact = front[front[:, error_column] <= ROUNDING]
    # A model of the other side that is just as good, or worse, brings nothing new: the first of its kind counts.
    born = [archive.born[(archive.objectives == vector).all(axis=1), 0].min() for vector in exact]
    return generation - 1 - int(max(born)) if born else None


def progress(spec: StopSpec, now: Reached) -> tuple[StopProgress, ...]:
    """How far every configured rule is."""
    limits = {name: getattr(spec, name) for name in RULES if name != "settled" or now.settled is not None}
    return tuple(RULES[name](now, limit) for name, limit in limits.items() if limit is not None)


def reached(stops: tuple[StopProgress, ...]) -> StopProgress | None:
    """The first rule that ends the run, or None."""
    return next((stop for stop in stops if stop.fraction >= 1.0), None)
