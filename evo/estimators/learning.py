"""A fit: the loop of `evo run` in memory, no run directory, then the same selection of one model.

The budget is what may differ between a fit and its warm start: everything else (data, settings, seed) names the search,
and a state is only gone on with under the same name.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evo.kinds.common.in_words import in_words
from evo.kinds.common.job import AnyJob
from evo.kinds.two_level.build import FormulaJob
from evo.models.two_level import Model, model_of
from evo.monitor import FrontRow, StopProgress
from evo.running.clock import Limit, Stopwatch
from evo.running.loop import Loop, stop_rules
from evo.search.archive import Archive
from evo.search.spec import StopSpec
from evo.search.state import State
from fitness.compiling.ready import bring
from fitness.data.dataset import Bit

#: Whether a model of these bits may be chosen.
Allowed = Callable[[Model, Sequence[Bit]], bool]


@dataclass(frozen=True, slots=True)
class Learned:
    """What a fit leaves: the picked model, the front (lowest training error first), the search's end and its name.

    job: that of the finished front, whose bits the model reads; archive: that front, with what is not on it.
    """

    job: FormulaJob
    model: Model
    front: tuple[FrontRow, ...]
    state: State
    name: str
    archive: Archive


def learn(
    job: FormulaJob, begun: tuple[str, State] | None, allowed: Allowed | None, watch: Stopwatch | None = None
) -> Learned:
    """Search, from `begun` where that is the same search, and choose.

    allowed: models that may be chosen; None is all; watch: since the fit began, by default now; it stands still while
    kernels are compiled.

    Raises:
        ValueError: no model of the front is allowed.
        ComputeError: workers were lost beyond retries. DataError: every candidate failed.
    """
    name = _name(job)
    watch = watch or Stopwatch()
    with contextlib.closing(job.search.backend):
        with watch.paused():
            bring(job.kernels)
        start = begun[1] if begun is not None and begun[0] == name else job.search.start()
        state = searched(job, start, watch)
        limit = Limit(watch, job.config.stop.seconds, job.selection.folds)
        late, settle = limit.finishing(), allowed is None
        front, finished = job.finishing.finished(job, state, late, settle=settle)
        rows = in_words(front, finished.archive, front.scorer.rows(finished.archive))
        return Learned(front, _chosen(front, finished, allowed), rows, state, name, finished.archive)


def _name(job: FormulaJob) -> str:
    """Digest of the data and of all settings that decide the way of the search, not where it ends."""
    settings = replace(job.config, stop=StopSpec(), fitness=replace(job.config.fitness, selection="auto", price=None))
    return hashlib.sha256(f"{job.dataset.sha256()} {settings!r}".encode()).hexdigest()


def searched(job: AnyJob, state: State[Any], watch: Stopwatch) -> State[Any]:
    """The end of the search from a state on."""
    stop, column = job.config.stop, job.search.context.error_column

    def rules(state: State) -> tuple[StopProgress, ...]:
        return stop_rules(job.search, stop, state, watch.seconds, float(state.archive.objectives[:, column].min()))

    return Loop(job.search, watch, stop.seconds, rules).run(state)[0]


def _chosen(job: FormulaJob, state: State, allowed: Allowed | None) -> Model:
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
    member = _member(job, state)
    return model_of(state.archive.genomes, state.archive.ids().index(member), member, space)


def _member(job: FormulaJob, state: State) -> str:
    """The id of the member that the selection picks."""
    choice = job.selection.choose(job, state, lambda search, inner, number: search.step(inner))
    return job.scorer.pick(job.scorer.rows(state.archive)).id if choice is None else choice.member
