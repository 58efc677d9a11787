"""How the model of a run is chosen from its front, whatever the genomes are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from evo.search.loop import Search
from evo.search.state import State

#: One generation of an inner search: (search, state, number of the fold) -> state. It may raise to interrupt.
Step = Callable[[Search, State, int], State]
#: Whether the time that a fold has is over.
Over = Callable[[int], bool]


def unhurried(fold: int) -> bool:
    """No fold has a time limit."""
    return False


class Choice(Protocol):
    """A chosen member of the front, and the rule as result.json keeps it."""

    @property
    def member(self) -> str:
        """Its id."""

    def to_json(self) -> dict[str, Any]:
        """At least `rule`."""


class Selection(Protocol):
    """The configured selection; folds: how many inner searches it makes, 0 where it looks at the front alone."""

    @property
    def folds(self) -> int:
        """Inner searches."""

    @property
    def later(self) -> str:
        """What picks the model when the search has ended; empty where validation or all training rows do all along."""

    def choose(self, job: Any, state: State[Any], step: Step, over: Over = unhurried) -> Choice | None:
        """What it picks at the end of a search; None where validation rows (or all training rows) do."""


class ByScore:
    """The scorer's own pick: by validation rows, or by all training rows."""

    folds = 0
    later = ""

    def choose(self, job: Any, state: State[Any], step: Step, over: Over = unhurried) -> Choice | None:
        """Nothing else."""
        return None
