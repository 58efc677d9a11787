"""What an error on a row costs, by its class, where prices per literal are in training errors.

A metric that weighs classes makes some errors dearer than others. Were the price of a literal still "two errors" of
mean weight, then one row of a rare class, worth seven of them, would pay for three literals: luck in few rows would buy
terms. So rows are counted as what they are worth for telling models apart, n = (sum w)^2 / sum w^2 equal rows (Kish
1965): `n_errors`, and a share of wrong weight times n is what prices are compared with. Without weights n is the number
of rows and every error costs 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomes.portable import summed

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ErrorPrices:
    """n_errors: errors of a model that is always wrong; of_class: float64[C], errors that a unit of weight costs."""

    n_errors: float
    of_class: Floats

    @classmethod
    def of(cls, masses: NDArray[np.int64], weights: Floats, one: float) -> ErrorPrices:
        """masses: int64[C], weight of each class's rows in units; weights: float64[C], factor of each class in the
        metric; one: units of a row that counts once."""
        total, weighty = float(masses.sum()), float(summed(masses * weights))
        if not weighty > 0:
            return cls(total / one, np.full(len(masses), 1.0 / one))
        n_errors = total / one * (weighty * weighty / (total * float(summed(masses * weights * weights))))
        return cls(n_errors, np.asarray(weights * (n_errors / weighty)))

    def literal(self, price: float, label: int) -> float:
        """A price in errors as so many units of rows of class `label`; as it is where such rows cost nothing."""
        cost = float(self.of_class[label])
        return price / cost if cost > 0 else price
