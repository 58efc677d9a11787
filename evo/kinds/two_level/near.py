"""What a whole front says of a row: a scorecard of the terms of the members that lie near the picked one.

A formula answers yes or no. The members of its front that are worth about the same disagree where the answer is not
sure, and how much each of their terms then counts is found by logistic regression on the training rows, together with
the single comparisons of the columns that they read (as RuleFit: Friedman and Popescu, Annals of Applied Statistics 2,
2008, with the rules of a front instead of those of trees). Near are the best members at prices from dear to cheap, of
either side, whose description is at most `TIMES` times that of the pick.

How far weights may go from 0 depends on how sure the labels are: a penalty is a guess of their variance, which here is
a share of the squared logarithm of the odds that the pick is right, so noisy labels make cautious points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rules import conjunction
from evo.kinds.two_level.build import FormulaJob
from evo.models.logistic import Rows, fitted
from evo.models.scorecard import Scorecard, holds
from evo.models.two_level import Model, model_of
from evo.search.archive import Archive
from evo.search.pricing import best_at_each
from fitness.data.dataset import Bit, Split
from fitness.objectives.sizes import description
from genomes import portable
from genomes.bits import pack
from genomes.deadline import looking

#: Prices that near members are the best at, and the ends of their path: the dearest is at least so many errors, and
#: that share of all errors.
PRICES, DEAREST, SHARE, CHEAPEST = 24, 64.0, 0.02, 0.125
#: How large near members are, in descriptions of the pick, and what may be always.
TIMES, SMALL = 4, 30
#: Columns at most, and numbers of all rows, columns and scores, where these are more than the fewest of such bounds:
#: terms of members nearest to the pick's size come first.
MOST_COLUMNS, MOST_NUMBERS, FEWEST_BOUND = 256, 2**21, 64
#: Share of errors that is taken for a model that knows nothing, of that of one that guesses.
LEAST_SURE = 0.9
#: The squared logarithm of the odds that the pick is right, over the variance of weights, for two classes and for more.
CAUTION_OF_TWO, CAUTION = 12.0, 4.0

Term = tuple[int, ...]


def near(job: FormulaJob, archive: Archive, pick: int) -> list[int]:
    """Rows of the archive that lie near the row `pick`, that one first."""
    context = job.search.context
    sizes = description(archive.genomes, context.space)
    most = max(TIMES * int(sizes[pick]), SMALL)
    prices = portable.geometric(max(DEAREST, SHARE * context.n_errors), CHEAPEST, PRICES)
    found = [pick]
    for side in (None, *context.space.phases):
        found += best_at_each(archive, prices, context.n_errors, context.error_column, context.space, inverted=side)
    rows = [row for row in dict.fromkeys(found) if sizes[row] <= most]
    return sorted(rows, key=lambda row: (row != pick, abs(int(sizes[row]) - int(sizes[pick]))))


def scorecard_of(
    job: FormulaJob, archive: Archive, pick: int, codes: NDArray[np.intp], class_weights: NDArray[np.float64]
) -> Scorecard:
    """The scorecard of the members near the row `pick`.

    codes: intp[training rows], the classes; class_weights: float64[classes], what rows of each weigh.
    """
    ids, space = archive.ids(), job.search.problem.space
    models = [model_of(archive.genomes, row, ids[row], space) for row in near(job, archive, pick)]
    terms, ones = _columns(_candidates(models, job.dataset.bits), job.dataset.train, _most(job))
    rows = patterns(ones, _weighed(job.dataset.train, codes, class_weights))
    return Scorecard.of(terms, fitted(rows, _penalty(job, archive, pick)), job.dataset.task.prior)


def _most(job: FormulaJob) -> int:
    """Columns at most."""
    numbers = job.dataset.train.n_rows * len(job.dataset.task.classes)
    return max(FEWEST_BOUND, min(MOST_COLUMNS, MOST_NUMBERS // numbers))


def _penalty(job: FormulaJob, archive: Archive, pick: int) -> float:
    """What half a squared weight costs."""
    context, n_classes = job.search.context, len(job.dataset.task.classes)
    wrong = float(archive.objectives[pick, context.error_column]) * context.n_errors
    share = min((wrong + 1.0) / (context.n_errors + 2.0), LEAST_SURE * (n_classes - 1) / n_classes)
    sure = float(portable.log(np.array([(1.0 - share) * (n_classes - 1) / share]))[0])
    return (CAUTION_OF_TWO if n_classes == 2 else CAUTION) / (sure * sure)


def _candidates(models: Sequence[Model], bits: Sequence[Bit]) -> Iterator[Term]:
    """Terms of the models, their literals alone, and the other comparisons of their columns."""
    for model in models:
        for terms in model.terms:
            yield from (conjunction(model, term) for term in terms)
    used = sorted({number for model in models for number in model.used})
    yield from ((number,) for number in used)
    features = {bits[number - 1].feature for number in used}
    yield from ((number,) for number, bit in enumerate(bits, start=1) if bit.feature in features)


def _columns(candidates: Iterator[Term], train: Split, most: int) -> tuple[tuple[Term, ...], NDArray[np.bool_]]:
    """Terms that differ on the training rows and tell something there, and where they hold: bool[terms, rows]."""
    seen: set[bytes] = set()
    terms: list[Term] = []
    columns: list[NDArray[np.bool_]] = []
    for term in looking(list(dict.fromkeys(candidates))):
        if len(terms) == most:
            break
        column = holds(term, train)
        key = min(pack(column).tobytes(), pack(~column).tobytes())
        if key in seen or column.all() or not column.any():
            continue
        seen.add(key)
        terms.append(term)
        columns.append(column)
    return tuple(terms), np.array(columns, dtype=np.bool_).reshape(len(terms), train.n_rows)


def _weighed(train: Split, codes: NDArray[np.intp], class_weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[rows, classes]: what each row counts for its class; rows count once each on average over the classes."""
    members = (codes[:, None] == np.arange(len(class_weights))).astype(np.float64)
    if train.weights is not None:
        members *= train.weights.counts()[:, None]
    per_class = portable.summed(members.T)
    scale = portable.summed(class_weights * per_class) / portable.summed(per_class)
    return np.asarray(members * (class_weights / scale))


def patterns(ones: NDArray[np.bool_], counts: NDArray[np.float64]) -> Rows:
    """Rows that the columns bool[columns, rows] do not tell apart taken together; counts: float64[rows, classes]."""
    words = pack(np.ascontiguousarray(ones.T))
    _, first, place = np.unique(words, axis=0, return_index=True, return_inverse=True)
    together = [np.bincount(place.ravel(), weights=column) for column in counts.T]
    return Rows(ones.T[first].astype(np.float64), np.stack(together, axis=1))
