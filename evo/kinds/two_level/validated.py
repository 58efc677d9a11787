"""The member that validation rows choose: their errors smoothed over neighbouring prices, as those of folds are.

The member with the best score on a hundred rows is often the luckiest of many. The candidates are the best members at
the price that description length finds and at its doubles and halves, and the score of each is averaged with its
neighbours' before they are compared (`evo.kinds.two_level.smoothed`).
"""

from __future__ import annotations

from evo.kinds.two_level.smoothed import Floats, candidates, pulled


def validated(errors: Floats, sizes: Floats, wrong: Floats, price: float, standard_errors: float) -> int:
    """The row of the chosen member.

    Args:
        errors: float64[members] on training rows; sizes: float64[members], literals and terms.
        wrong: float64[members], errors on validation rows.
        price: errors that a literal must save by description length.
        standard_errors: that each doubling or halving of it must save.
    """
    best = (errors + candidates(price)[:, None] * sizes).argmin(axis=1)
    return int(best[pulled(wrong[best], standard_errors).argmin()])
