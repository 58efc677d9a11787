"""The price that inner folds choose: held-out errors smoothed over neighbouring prices, and a pull towards the middle.

The middle is the price that description length finds, which needs no folds; the candidates are it, doubled and halved
up to four times. Held-out errors of one price are a noisy count. Prices half or twice as dear choose nearly the same
models, so their counts say something of each other: every count is averaged with its neighbours'. What is then left of
luck is about the standard error of a count, its square root; each doubling or halving must save so much. So folds move
the price only where they are sure: mostly for what takes many literals on few rows. (Breiman et al., "Classification
and Regression Trees", 1984, section 3.4.3, hold the size back by a standard error, but always towards the smallest: on
tables of several classes that loses points.)
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomes import portable

Floats = NDArray[np.float64]
#: How often the middle is doubled for each candidate, dear to cheap.
DOUBLINGS: Final = (4, 3, 2, 1, 0, -1, -2, -3, -4)
#: Paired standard errors by which another model must be better than a constant to be taken in its place.
SIGNIFICANT: Final = 2.0


def candidates(middle: float) -> Floats:
    """float64[prices]: errors that a literal must save, dear to cheap, each half of the one before."""
    return np.ldexp(middle, DOUBLINGS)


def smoothed(errors: Floats) -> Floats:
    """Held-out errors [prices] averaged with those of both neighbours; at the ends with the only one."""
    inner = (errors[:-2] + 2 * errors[1:-1] + errors[2:]) / 4
    first, last = (2 * errors[0] + errors[1]) / 3, (2 * errors[-1] + errors[-2]) / 3
    return np.concatenate([[first], inner, [last]])


def pulled(errors: Floats, standard_errors: float) -> Floats:
    """float64[prices]: what `chosen` minimises, from held-out errors of each of the `candidates`."""
    smooth = smoothed(errors)
    one = standard_errors * math.sqrt(max(float(smooth.min()), 1.0))
    return np.asarray(smooth + one * np.abs(DOUBLINGS))


def chosen(wrong: Floats, standard_errors: float, constants: Floats) -> int:
    """The place among the `candidates` of the price with the lowest `pulled` errors, ties to the dearer.

    Args:
        wrong: float64[prices, rows], what each held-out row costs the model that its fold has at each price.
        standard_errors: that each doubling or halving of the middle must save.
        constants: float64[prices, rows], the same of the models that may be chosen, where these are constants, and NaN
            where they are not: a constant is left for the lowest of those that are significantly better than it.
    """
    values = pulled(portable.summed(wrong), standard_errors)
    first = int(values.argmin())
    if np.isnan(constants[first]).any():
        return first
    saved, others = constants[first] - wrong, np.isnan(constants).any(axis=1)
    better = others & (portable.mean(saved) > SIGNIFICANT * standard_error(saved))
    return int(np.where(better, values, np.inf).argmin()) if better.any() else first


def standard_error(values: Floats) -> Floats:
    """float64[rows]: the standard error of each row's mean, from float64[rows, samples]; 0 of a single sample."""
    n = values.shape[1]
    apart = values - portable.mean(values)[:, None]
    return np.asarray(np.sqrt(portable.summed(apart * apart) / (max(1, n - 1) * n)))
