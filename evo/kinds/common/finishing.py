"""What is done to the front when a search has ended, before one member is picked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from evo.search.state import State


class Finishing(Protocol):
    """Works on the last state alone: a search that goes on later goes on from what it left."""

    @property
    def kept(self) -> int:
        """Bytes that it keeps for this, or needs then, beside the packed data."""

    def finished(
        self, job: Any, state: State[Any], over: Callable[[], bool], *, settle: bool = True
    ) -> tuple[Any, State[Any]]:
        """The job and the state whose front is picked from and written.

        over: whether time is up, asked often; what is done by then counts. It may raise to interrupt. settle:
        leave out members that others dominate now.
        """


class AsItIs:
    """Nothing."""

    kept = 0

    def finished(
        self, job: Any, state: State[Any], over: Callable[[], bool], *, settle: bool = True
    ) -> tuple[Any, State[Any]]:
        """Both as they are."""
        return job, state
