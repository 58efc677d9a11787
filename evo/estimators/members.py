"""The formulas of a fitted front, each with what the training rows say of it, so that any of them can be the pick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evo.estimators.evidence import Evidence, Floats
from evo.estimators.importances import Seen
from evo.kinds.two_level.near import Front, scorecard_of
from evo.models.scorecard import Scorecard
from evo.models.two_level import Model, model_of
from fitness.data.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Member:
    """A model of the front as the pick of an estimator."""

    model: Model
    evidence: Evidence
    scorecard: Scorecard


class Members(Protocol):
    """Knows every member of a front by its id."""

    def member(self, member: str) -> Member:
        """One of them."""

    def influences(self, member: str) -> Mapping[str, float]:
        """By column what it matters to a member; see `evo.estimators.importances`."""


@dataclass(frozen=True, slots=True)
class Trained:
    """Asks the training rows, which it keeps as bits.

    dataset: whose bits the front reads; codes: intp[training rows], their classes; class_weights: float64[classes];
    seen: the rows that influences are counted on.
    """

    front: Front
    dataset: Dataset
    codes: NDArray[np.intp]
    class_weights: Floats
    seen: Seen

    def member(self, member: str) -> Member:
        """One of them."""
        model, data = self._model(member), self.dataset
        evidence = Evidence.of(model, data.task, data.train, self.codes, self.class_weights)
        card = scorecard_of(self.front, self._row(member), data, self.codes, self.class_weights)
        return Member(model, evidence, card)

    def influences(self, member: str) -> Mapping[str, float]:
        """By column what it matters to a member."""
        return self.seen.influences(self._model(member))

    def _row(self, member: str) -> int:
        return self.front.archive.ids().index(member)

    def _model(self, member: str) -> Model:
        return model_of(self.front.archive.genomes, self._row(member), member, self.front.space)


@dataclass(frozen=True, slots=True)
class Stored:
    """Asks what was stored when the training rows were there."""

    members: Mapping[str, Member]
    shares: Mapping[str, Mapping[str, float]]

    def member(self, member: str) -> Member:
        """One of them."""
        return self.members[member]

    def influences(self, member: str) -> Mapping[str, float]:
        """By column what it matters to a member."""
        return self.shares[member]
