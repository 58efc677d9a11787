"""What a run says of the members of its front, whatever they are: the one thing its files, displays and reports ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from evo.monitor import FrontRow, Phase
from evo.search.archive import Archive

#: Every metric and the confusion counts of one model on one split.
Scores = dict[str, Any]


class LeftOutError(Exception):
    """Somebody waits for the end: what is not needed is left out."""


@dataclass(frozen=True, slots=True)
class Told:
    """What late work says: a line, how far it is, a warning. The first two raise LeftOutError where a signal came."""

    note: Callable[[str], None]
    phase: Callable[[Phase], None]
    warn: Callable[[str], None]


class Memory:
    """What a scorer remembers of members by id; a base for those of kinds.

    order: the size columns that decide between equally good members, in their order.
    """

    order: ClassVar[tuple[str, ...]]

    def __init__(self, metric: str, split: str) -> None:
        """metric: what the search optimised; split: the rows that choose, `valid` or `train`."""
        self.metric, self._split = metric, split
        self._rows: dict[str, FrontRow] = {}
        self._scores: dict[str, dict[str, Scores]] = {}

    def scores(self, member: str) -> dict[str, Scores]:
        """Scores of one member on the training and validation rows."""
        return self._scores[member]

    def pick(self, rows: tuple[FrontRow, ...]) -> FrontRow:
        """The member with the best score on the rows that choose; ties to the smaller model."""

        def rank(row: FrontRow) -> tuple[float, tuple[int, ...], str]:
            return -self._scores[row.id][self._split][self.metric], self.sizes_of(row), row.id

        return min(rows, key=rank)

    def rule(self, rows: tuple[FrontRow, ...]) -> dict[str, Any]:
        """How `pick` picks, as result.json keeps it."""
        return {"rule": "holdout"}

    def sizes_of(self, row: FrontRow) -> tuple[int, ...]:
        """The sizes that `order` names."""
        return tuple(row.sizes[name] for name in self.order)

    def remember(self, member: str, scores: dict[str, Scores], sizes: Mapping[str, int], sparsity: float) -> None:
        """Keep the scores of a member by split, and its row."""
        own = {} if self.metric == "accuracy" else {split: of[self.metric] for split, of in scores.items()}
        self._scores[member] = scores
        self._rows[member] = FrontRow(
            id=member,
            error=1.0 - scores["train"][self.metric],
            sizes=sizes,
            sparsity=sparsity,
            train_accuracy=scores["train"]["accuracy"],
            valid_accuracy=scores["valid"]["accuracy"] if "valid" in scores else None,
            train_score=own.get("train"),
            valid_score=own.get("valid"),
        )


class FrontScorer(Protocol):
    """Looks up (and remembers) what is known of archive members."""

    def rows(self, archive: Archive[Any]) -> tuple[FrontRow, ...]:
        """Members that nothing dominates, lowest error first."""

    def scores(self, member: str) -> dict[str, Scores]:
        """Scores of one member on the training and validation rows."""

    def pick(self, rows: tuple[FrontRow, ...]) -> FrontRow:
        """The member that the held-out rows choose; ties to the smaller model."""

    def rule(self, rows: tuple[FrontRow, ...]) -> dict[str, Any]:
        """How `pick` picks, as result.json keeps it: at least `rule`."""

    def record(self, archive: Archive[Any], row: FrontRow) -> dict[str, Any]:
        """A member as its file in models/ keeps it."""

    def lines(self, archive: Archive[Any], member: str) -> list[str]:
        """A member in words."""

    def tests(self, archive: Archive[Any]) -> dict[str, Scores]:
        """Scores of every member on the test rows, by id; empty where there are none. Asked once, at the end."""

    def extras(self, archive: Archive[Any], pick: FrontRow, seconds: float, told: Told) -> Scores:
        """Further sections of result.json, made once, at the end; seconds: CPU time of the search."""
