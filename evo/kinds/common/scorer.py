"""What a run says of the members of its front, whatever they are: the one thing its files, displays and reports ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from evo.monitor import FrontRow
from evo.search.archive import Archive

#: Every metric and the confusion counts of one model on one split.
Scores = dict[str, Any]


class LeftOutError(Exception):
    """Somebody waits for the end: what is not needed is left out."""


class FrontScorer(Protocol):
    """Looks up (and remembers) what is known of archive members."""

    def rows(self, archive: Archive[Any]) -> tuple[FrontRow, ...]:
        """Members that nothing dominates, lowest error first."""

    def scores(self, member: str) -> dict[str, Scores]:
        """Scores of one member on the training and validation rows."""

    def pick(self, rows: tuple[FrontRow, ...]) -> FrontRow:
        """The member that the held-out rows choose; ties to the smaller model."""

    def record(self, archive: Archive[Any], row: FrontRow) -> dict[str, Any]:
        """A member as its file in models/ keeps it."""

    def lines(self, archive: Archive[Any], member: str) -> list[str]:
        """A member in words."""

    def tests(self, archive: Archive[Any]) -> dict[str, Scores]:
        """Scores of every member on the test rows, by id; empty where there are none. Asked once, at the end."""

    def extras(self, archive: Archive[Any], pick: FrontRow, seconds: float, note: Callable[[str], None]) -> Scores:
        """Further sections of result.json, made once, at the end.

        seconds: CPU time of the search; note: shows a line, and raises LeftOutError where a signal came.
        """
