"""Prices per literal: the path from dear to cheap, and the archive's best member at a price.

A price lambda says how many training errors a literal (or a term) must save to be worth having. Every non-dominated
model that lies on the lower convex hull of the front is the best one for some price.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evo.search.archive import Archive
from fitness.objectives.sizes import description
from genomes import portable
from genomes.two_level.cover import CoverSpace

Floats = NDArray[np.float64]
#: Where a price that is found begins; the share of its bits that a literal costs, as they are not drawn evenly; the
#: least that an error says; when two prices are the same, and steps at most.
START: Final = 2.0
LITERAL: Final = 0.7
LEAST_SAID: Final = 0.05
SAME: Final = 0.001
MOST_STEPS: Final = 20


def price_path(n_errors: float, n_prices: int) -> NDArray[np.float64]:
    """float64[n_prices], geometric: from 2 % of all errors (at least 24) to 0.001 % of them (from 0.02 to 0.25).

    At 0.02 a term of 30 literals pays even for a single sample, so that small truth tables can be learned exactly.
    """
    return portable.geometric(max(24.0, 0.02 * n_errors), min(max(0.02, n_errors / 100_000), 0.25), n_prices)


def bits_price(space: CoverSpace) -> float:
    """Errors that a literal must save to say the labels in fewer bits: it names one of all there are, an error costs 2.

    The bits that an error costs are log2((1 - share) / share) of the share of errors: 2 of 20 %.
    """
    return portable.log2(2 * space.n_inputs) / 2


def described_price(
    errors: Floats, sizes: Floats, n_errors: float, n_inputs: int, n_classes: int, wrong: Floats | None = None
) -> float:
    """Errors that a literal must save so that formula and labels together are said in the fewest bits.

    errors: float64[members] of n_errors; sizes: float64[members], literals and terms of `n_inputs` inputs; wrong:
    float64[members], shares of wrong labels, where errors are no count of these (1 - MCC is 1 of a constant).

    A literal costs its bits, an error what it says about a label: ln((1 - e)(K - 1) / e) for a share e of errors and K
    classes. The share is that of the model that the price chooses, so the price is where the two agree (description
    length: Rissanen, "Modeling by Shortest Data Description", Automatica 14, 1978; Quinlan and Rivest, 1989).
    """
    price, most = START, 0.49 if n_classes == 2 else 0.98 * (n_classes - 1) / n_classes
    names = LITERAL * _ln(2.0 * n_inputs)
    for _ in range(MOST_STEPS):
        best = (errors + price * sizes).argmin()
        count = float(errors[best] if wrong is None else wrong[best] * n_errors)
        share = min((count + 1.0) / (n_errors + 2.0), most)
        found = names / max(_ln((1.0 - share) * (n_classes - 1) / share), LEAST_SAID)
        if abs(found - price) < SAME * price:
            break
        price = math.sqrt(price * found)
    return price


def _ln(number: float) -> float:
    return float(portable.log(np.array([number]))[0])


def best_at(
    archive: Archive,
    price: float,
    n_errors: float,
    error_column: int,
    space: CoverSpace,
    *,
    inverted: bool | None = None,
) -> int | None:
    """Row of the member with the lowest errors + price * (literals + terms); errors are `error` * n_errors.

    inverted: only members of that side. None where there is no such member.
    """
    rows = best_at_each(archive, np.array([price]), n_errors, error_column, space, inverted=inverted)
    return rows[0] if rows else None


def best_at_each(
    archive: Archive,
    prices: NDArray[np.float64],
    n_errors: float,
    error_column: int,
    space: CoverSpace,
    *,
    inverted: bool | None = None,
) -> list[int]:
    """As `best_at`, a row for each of `prices`; none where there is no such member."""
    errors = archive.objectives[:, error_column] * n_errors
    values = errors + prices[:, None] * description(archive.genomes, space)
    if inverted is not None:
        values = np.where(archive.genomes.inverted == inverted, values, np.inf)
    return values.argmin(axis=1).tolist() if np.isfinite(values).any() else []
