"""The soft scorecard of a fitted estimator, a model of its own: points, predictions, probabilities and exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.export import Exported
from evo.export.scorecards import SCORECARDS
from evo.kinds.common.saved import check_format
from evo.models.scorecard import Scorecard
from evo.text.conditions import term_text
from fitness.data.dataset import Split
from fitness.data.encoder import Encoder
from genomes.text.printable import printable

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FittedScorecard:
    """Integer points of terms, 10 of which double the odds; `str` is the scorecard in words.

    card: the points; classes: labels in their order; read: from rows as an estimator takes them to bits; encoder: what
    bits mean, with other names of the columns where these are given.
    """

    card: Scorecard
    classes: NDArray[Any]
    read: Callable[[Any], Split]
    encoder: Callable[[Any], Encoder]

    def __str__(self) -> str:
        return str(self.export("text"))

    @property
    def points(self) -> list[tuple[str, tuple[int, ...]]]:
        """Every term in words with its points: of the second of two classes, or one number per class."""
        bits = self.encoder(None).binarizer.bits
        words = [printable(term_text(term, bits, conjunction=True)) for term in self.card.terms]
        return list(zip(words, self.card.points, strict=True))

    def totals(self, X: Any) -> NDArray[np.int64]:  # noqa: N803
        """int64[rows, 1 or classes]: points of each row; of two classes the second is predicted above 0."""
        return self.card.totals(self.read(X))

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Labels [rows], the most probable ones."""
        return np.asarray(self.classes[self.card.codes(self.read(X))])

    def predict_proba(self, X: Any) -> Floats:  # noqa: N803
        """Class probabilities float64[rows, classes]."""
        return self.card.chances(self.read(X))

    def export(self, fmt: str, feature_names: Any = None) -> Exported:
        """The scorecard in a format: "text", "json", "python", or one of those of circuits (docs/exports.md).

        Raises:
            ExportError: no such format, or the scorecard cannot be written in it.
        """
        check_format(fmt, SCORECARDS, added=False)
        return SCORECARDS[fmt](self.card, self.encoder(feature_names))
