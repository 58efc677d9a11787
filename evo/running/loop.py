"""Generations of a search until a rule, the clock or whoever watches ends it; it touches no file and no screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from distributed.backend import never
from evo.errors import DataError
from evo.monitor import StopProgress
from evo.running.clock import Stopwatch
from evo.running.outcome import Outcome
from evo.running.stopping import Reached, exact_for, progress, reached
from evo.search.failures import Failure, ignore
from evo.search.loop import Interrupted, Search
from evo.search.spec import StopSpec
from evo.search.state import State

#: Seconds beyond the limit that a first generation may take to be a whole one.
FIRST = 1.0
#: How far every rule is that could end the search after a state.
Rules = Callable[[State[Any]], tuple[StopProgress, ...]]


@dataclass(frozen=True, slots=True)
class Loop:
    """What a run and a fit have in common.

    watch, seconds: the clock, and what it may reach (None is no limit); rules: asked once after every generation;
    asked: who ends the search between generations, and how; cut: whether to abandon the generation under way;
    failed: takes candidates that fail.
    """

    search: Search[Any, Any]
    watch: Stopwatch
    seconds: float | None
    rules: Rules
    asked: Callable[[], Outcome | None] = lambda: None
    cut: Callable[[], bool] = never
    failed: Callable[[Failure], None] = ignore

    def run(
        self, state: State[Any], after: Callable[[State[Any]], None] = lambda state: None
    ) -> tuple[State[Any], Outcome]:
        """The last whole state, and why it is the last; `after` is called with every new one.

        Raises:
            DataError: every candidate failed. ComputeError: workers were lost beyond retries.
        """
        rules = self.rules(state) if len(state.archive) else None
        while (outcome := self._outcome(rules)) is None:
            try:
                state = self._step(state, first=rules is None)
            except Interrupted:
                continue
            if not len(state.archive):
                raise DataError("every candidate has failed: no objective is a finite number", where="search")
            rules = self.rules(state)
            after(state)
        return state, outcome

    def _step(self, state: State[Any], *, first: bool) -> State[Any]:
        """One generation; time alone ends a search's first one with a model, any other it drops."""
        if self.seconds is None:
            return self.search.step(state, self.cut, self.failed)
        if first:
            return self.search.step(state, self.cut, self.failed, self._too_late)
        return self.search.step(state, lambda: self.cut() or self._late(), self.failed)

    def _late(self) -> bool:
        return self.watch.beyond(self.seconds)

    def _too_late(self) -> bool:
        return self.seconds is not None and self.watch.beyond(self.seconds + FIRST)

    def _outcome(self, rules: tuple[StopProgress, ...] | None) -> Outcome | None:
        asked = self.asked()
        if asked is not None or rules is None:
            return asked
        rule = reached(rules)
        if rule is None:
            return Outcome("finished", "seconds", 0) if self.watch.beyond(self.seconds) else None
        return Outcome("finished", rule.rule, 0)


def stop_rules(
    search: Search[Any, Any], spec: StopSpec, state: State[Any], seconds: float, error: float
) -> tuple[StopProgress, ...]:
    """How far every rule of `spec` is. seconds: of search so far; error: the lowest on training rows."""
    exact = exact_for(state.archive, state.generation, search.context.error_column)
    return progress(spec, Reached(state, seconds, error, exact, search.context.quiet(state)))
