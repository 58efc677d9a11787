"""A search as those who watch it see it after a generation: for runs, and for fits in memory."""

from __future__ import annotations

from evo.kinds.common.in_words import readable
from evo.kinds.common.job import AnyJob
from evo.monitor import FrontRow, Phase, Snapshot
from evo.running.loop import stop_rules
from evo.search.islands import migrated_so_far
from evo.search.loop import Search
from evo.search.state import State


def fold_phase(search: Search, inner: State, fold: tuple[int, int], generations: int, passed: float = 0.0) -> Phase:
    """How far the folds are that choose a model.

    inner: the state of the fold's search; fold: its number, and how many there are; generations: of the whole search;
    passed: the share of the time for all folds that is over.
    """
    number, folds = fold
    whole = max(1, min(generations, search.algorithm.settles))
    done = (number - 1 + min(1.0, inner.generation / whole)) / folds
    return Phase(f"choosing a model: fold {number} of {folds}", max(done, passed))


class Looks:
    """Makes snapshots of the states of one job; a pick that stays is put into words once."""

    def __init__(self, job: AnyJob) -> None:
        self._job = job
        self._words: tuple[str, tuple[str, ...]] = ("", ())

    def at(self, state: State, seconds: float) -> Snapshot:
        """What there is to see of a state with a front; seconds: of search so far."""
        rows = self._job.scorer.rows(state.archive)
        pick = self._job.scorer.pick(rows)
        return Snapshot(
            generation=state.generation,
            evaluations=state.evaluations,
            seconds=seconds,
            front=rows,
            best_id=pick.id,
            best_error=rows[0].error,
            stops=stop_rules(self._job.search, self._job.config.stop, state, seconds, rows[0].error),
            migrants=migrated_so_far(state) if state.islands else None,
            sizes=self._job.kind.sizes,
            formula=self._in_words(state, pick),
            later=self._job.selection.later,
        )

    def _in_words(self, state: State, pick: FrontRow) -> tuple[str, ...]:
        """The pick in words, made anew only where it is another; nothing where nobody could read it."""
        if not readable(self._job, pick):
            return ()
        if self._words[0] != pick.id:
            self._words = (pick.id, tuple(self._job.scorer.lines(state.archive, pick.id)))
        return self._words[1]
