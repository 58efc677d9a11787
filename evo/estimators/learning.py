"""A fit: the loop of `evo run` in memory, no run directory, then the same selection of one model.

The budget is what may differ between a fit and its warm start: everything else (data, settings, seed) names the search,
and a state is only gone on with under the same name.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evo.estimators.origin import Origin
from evo.estimators.watching import NOBODY, Watcher
from evo.kinds.common.in_words import in_words
from evo.kinds.common.job import AnyJob
from evo.kinds.two_level.build import FormulaJob
from evo.models.two_level import Model, model_of
from evo.monitor import Display, FrontRow, Phase, StopProgress
from evo.running.clock import Limit, Stopwatch
from evo.running.looks import Looks, fold_phase
from evo.running.loop import Loop, stop_rules
from evo.running.outcome import Outcome
from evo.search.archive import Archive
from evo.search.loop import Search
from evo.search.spec import StopSpec
from evo.search.state import State
from fitness.compiling.ready import bring
from fitness.data.dataset import Bit

#: Whether a model of these bits may be chosen.
Allowed = Callable[[Model, Sequence[Bit]], bool]


@dataclass(frozen=True, slots=True)
class Learned:
    """What a fit leaves: the picked model, the front (lowest training error first), the search's end and its name.

    job: that of the finished front, whose bits the model reads; archive: that front, with what is not on it; origin:
    what files say of it.
    """

    job: FormulaJob
    model: Model
    front: tuple[FrontRow, ...]
    state: State
    name: str
    archive: Archive
    origin: Origin


def learn(
    job: FormulaJob,
    begun: tuple[str, State] | None,
    allowed: Allowed | None,
    watch: Stopwatch | None = None,
    watcher: Watcher = NOBODY,
) -> Learned:
    """Search, from `begun` where that is the same search, and choose.

    allowed: models that may be chosen; None is all; watch: since the fit began, by default now; it stands still while
    kernels are compiled; watcher: who watches.

    Raises:
        ValueError: no model of the front is allowed.
        ComputeError: workers were lost beyond retries. DataError: every candidate failed.
    """
    name = _name(job)
    watch = watch or Stopwatch()
    start = begun[1] if begun is not None and begun[0] == name else None
    with contextlib.closing(job.search.backend):
        state, outcome = begun_and_searched(job, start, watch, watcher)
        limit = Limit(watch, job.config.stop.seconds, job.selection.folds)
        late, settle = limit.finishing(), allowed is None
        with watcher.telling():
            front, finished = job.finishing.finished(job, state, late, settle=settle)
        rows = in_words(front, finished.archive, front.scorer.rows(finished.archive))
        model, rule = _chosen(front, finished, allowed, watcher)
        watcher.phase(Phase("scoring the model"))
        origin = Origin.of(front, rows, state, rule, outcome, watch, extras={})
        watcher.end(front.scorer.lines(finished.archive, model.id))
        return Learned(front, model, rows, state, name, finished.archive, origin)


def _name(job: FormulaJob) -> str:
    """Digest of the data and of all settings that decide the way of the search, not where it ends."""
    settings = replace(job.config, stop=StopSpec(), fitness=replace(job.config.fitness, selection="auto", price=None))
    return hashlib.sha256(f"{job.dataset.sha256()} {settings!r}".encode()).hexdigest()


def begun_and_searched(
    job: AnyJob, start: State[Any] | None, watch: Stopwatch, watcher: Watcher
) -> tuple[State[Any], Outcome]:
    """Kernels, while the watch stands still, then the search from a state on, or from its beginning."""
    watcher.start(job, start.generation if start else 0)
    with watch.paused(), watcher.telling():
        bring(job.kernels, watcher.note)
    return searched(job, start or job.search.start(), watch, watcher.display)


def searched(
    job: AnyJob, state: State[Any], watch: Stopwatch, display: Display | None = None
) -> tuple[State[Any], Outcome]:
    """The end of the search from a state on, and why it is; display: is told of every generation."""
    stop, column, looks = job.config.stop, job.search.context.error_column, Looks(job)

    def rules(state: State) -> tuple[StopProgress, ...]:
        return stop_rules(job.search, stop, state, watch.seconds, float(state.archive.objectives[:, column].min()))

    def after(state: State) -> None:
        if display is not None:
            display.update(looks.at(state, watch.seconds))

    return Loop(job.search, watch, stop.seconds, rules).run(state, after)


def _chosen(
    job: FormulaJob, state: State, allowed: Allowed | None, watcher: Watcher
) -> tuple[Model, Mapping[str, Any]]:
    """The picked model, and how it was picked as result.json says it."""
    space = job.search.problem.space
    if allowed is not None:
        ids = state.archive.ids()
        rows = [
            row
            for row in range(len(ids))
            if allowed(model_of(state.archive.genomes, row, ids[row], space), job.dataset.bits)
        ]
        if not rows:
            raise ValueError("no model that was found fulfils required_features and max_literals; search longer")
        index = np.array(rows)
        archive = state.archive
        kept = Archive(archive.genomes.take(index, space), archive.objectives[index], archive.born[index])
        state = replace(state, archive=kept.settled(space))
    member, rule = _member(job, state, watcher)
    return model_of(state.archive.genomes, state.archive.ids().index(member), member, space), rule


def _member(job: FormulaJob, state: State, watcher: Watcher) -> tuple[str, Mapping[str, Any]]:
    """The id of the member that the selection picks."""

    def step(search: Search, inner: State, number: int) -> State:
        watcher.phase(fold_phase(search, inner, (number, job.selection.folds), state.generation))
        return search.step(inner)

    choice = job.selection.choose(job, state, step)
    if choice is None:
        rows = job.scorer.rows(state.archive)
        return job.scorer.pick(rows).id, job.scorer.rule(rows)
    return choice.member, choice.to_json()
