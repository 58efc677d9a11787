"""When a run ends: one small rule per key of the `stop` section. Time decides only where a run ends, never its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evo.progress import StopProgress
from evo.search.spec import StopSpec
from evo.search.state import State


@dataclass(frozen=True, slots=True)
class Reached:
    """What rules look at: the state, seconds of search summed over resumes, the best training score."""

    state: State
    seconds: float
    best_score: float


Rule = Callable[[Reached, float], StopProgress]


def _generations(now: Reached, limit: float) -> StopProgress:
    return StopProgress(
        "generations", now.state.generation / limit, f"{now.state.generation:,} of {limit:,.0f} generations"
    )


def _evaluations(now: Reached, limit: float) -> StopProgress:
    return StopProgress(
        "evaluations", now.state.evaluations / limit, f"{now.state.evaluations:,} of {limit:,.0f} evaluations"
    )


def _seconds(now: Reached, limit: float) -> StopProgress:
    return StopProgress("seconds", now.seconds / limit, f"{now.seconds:,.0f} of {limit:,.0f} s")


def _patience(now: Reached, limit: float) -> StopProgress:
    return StopProgress(
        "patience", now.state.stalled / limit, f"{now.state.stalled:,} of {limit:,.0f} generations without gain"
    )


def _target(now: Reached, limit: float) -> StopProgress:
    fraction = 1.0 if now.best_score >= limit else min(max(now.best_score / limit, 0.0), 0.999) if limit > 0 else 0.0
    return StopProgress("target", fraction, f"training score {now.best_score:.4f} of {limit:.4f}")


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "generations": _generations,
        "evaluations": _evaluations,
        "seconds": _seconds,
        "patience": _patience,
        "target": _target,
    }
)


def progress(spec: StopSpec, now: Reached) -> tuple[StopProgress, ...]:
    """How far every configured rule is."""
    limits = {name: getattr(spec, name) for name in RULES}
    return tuple(RULES[name](now, limit) for name, limit in limits.items() if limit is not None)


def reached(stops: tuple[StopProgress, ...]) -> StopProgress | None:
    """The first rule that ends the run, or None."""
    return next((stop for stop in stops if stop.fraction >= 1.0), None)
