"""The member that validation rows choose: their errors smoothed over neighbouring prices, as those of folds are.

The member with the best score on a hundred rows is often the luckiest of many. The candidates are the best members at
the price that description length finds and at its doubles and halves, and the score of each is averaged with its
neighbours' before they are compared (`evo.kinds.two_level.smoothed`).
"""

from __future__ import annotations

from evo.kinds.two_level.smoothed import Floats, candidates, pulled


def validated(errors: Floats, sizes: Floats, wrong: Floats, found: float, standard_errors: float) -> tuple[int, float]:
    """The row of the chosen member, and the price at which it is best.

    Args:
        errors: float64[members] on training rows; sizes: float64[members], literals and terms.
        wrong: float64[members], errors on validation rows.
        found: errors that a literal must save by description length.
        standard_errors: that each doubling or halving of it must save.
    """
    prices = candidates(found)
    best = (errors + prices[:, None] * sizes).argmin(axis=1)
    place = int(pulled(wrong[best], standard_errors).argmin())
    return int(best[place]), float(prices[place])
