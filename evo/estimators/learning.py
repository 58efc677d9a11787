"""A fit: the loop of `evo run` in memory, no run directory, then the same selection of one model.

The budget is what may differ between a fit and its warm start: everything else (data, settings, seed) names the search,
and a state is only gone on with under the same name.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evo.estimators.origin import Origin
from evo.estimators.watching import end
from evo.kinds.common.in_words import in_words
from evo.kinds.common.job import AnyJob
from evo.kinds.two_level.build import FormulaJob
from evo.models.two_level import Model, model_of
from evo.monitor import Display, FrontRow, StopProgress
from evo.running.clock import Limit, Stopwatch
from evo.running.looks import Looks
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


#: What draws a fit; see `evo.estimators.watching`.
Shown = Callable[[AnyJob, int], AbstractContextManager[Display | None]]


def unwatched(job: AnyJob, generation: int) -> AbstractContextManager[Display | None]:
    """Nobody watches."""
    return contextlib.nullcontext()


def learn(
    job: FormulaJob,
    begun: tuple[str, State] | None,
    allowed: Allowed | None,
    watch: Stopwatch | None = None,
    shown: Shown = unwatched,
) -> Learned:
    """Search, from `begun` where that is the same search, and choose.

    allowed: models that may be chosen; None is all; watch: since the fit began, by default now; it stands still while
    kernels are compiled; shown: who watches, given the job and the generation it begins at.

    Raises:
        ValueError: no model of the front is allowed.
        ComputeError: workers were lost beyond retries. DataError: every candidate failed.
    """
    name = _name(job)
    watch = watch or Stopwatch()
    start = begun[1] if begun is not None and begun[0] == name else None
    with contextlib.closing(job.search.backend), shown(job, start.generation if start else 0) as display:
        with watch.paused():
            bring(job.kernels, noted(display))
        state, outcome = searched(job, start or job.search.start(), watch, display)
        limit = Limit(watch, job.config.stop.seconds, job.selection.folds)
        late, settle = limit.finishing(), allowed is None
        front, finished = job.finishing.finished(job, state, late, settle=settle)
        rows = in_words(front, finished.archive, front.scorer.rows(finished.archive))
        model, rule = _chosen(front, finished, allowed, display)
        end(display, front.scorer.lines(finished.archive, model.id))
        origin = Origin.of(front, rows, state, rule, outcome, watch, extras={})
        return Learned(front, model, rows, state, name, finished.archive, origin)


def _name(job: FormulaJob) -> str:
    """Digest of the data and of all settings that decide the way of the search, not where it ends."""
    settings = replace(job.config, stop=StopSpec(), fitness=replace(job.config.fitness, selection="auto", price=None))
    return hashlib.sha256(f"{job.dataset.sha256()} {settings!r}".encode()).hexdigest()


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


def noted(display: Display | None) -> Callable[[str], None]:
    """What takes notes."""
    return (lambda message: None) if display is None else display.note


def _chosen(
    job: FormulaJob, state: State, allowed: Allowed | None, display: Display | None
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
    member, rule = _member(job, state, noted(display))
    return model_of(state.archive.genomes, state.archive.ids().index(member), member, space), rule


def _member(job: FormulaJob, state: State, note: Callable[[str], None]) -> tuple[str, Mapping[str, Any]]:
    """The id of the member that the selection picks."""
    begun = set[int]()

    def step(search: Search, inner: State, number: int) -> State:
        if number not in begun:
            begun.add(number)
            note(f"choosing a model: fold {number} of {job.selection.folds}")
        return search.step(inner)

    choice = job.selection.choose(job, state, step)
    if choice is None:
        rows = job.scorer.rows(state.archive)
        return job.scorer.pick(rows).id, job.scorer.rule(rows)
    return choice.member, choice.to_json()
