"""What a user knows beforehand: columns a model must use, how large it may be, in which direction a number may act.

Forbidden columns are left out before bits are made. Directions forbid one polarity of a bit to the search itself
(`Dataset.signs`). What a model must use, and its size as a whole, decide which member of the front is picked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evo.estimators.learning import Allowed
from evo.estimators.settings import features_of, whole
from evo.models.two_level import Model
from fitness.data.dataset import Bit, Dataset
from fitness.data.table import Table

PARAMETER = "monotone_features"


def allowed_models(required: Sequence[str], max_literals: Any) -> Allowed | None:
    """Whether a model uses all of `required` and has at most `max_literals`; None if there is no such constraint."""
    if not required and max_literals is None:
        return None
    most = None if max_literals is None else whole("max_literals", max_literals, 0)

    def allowed(model: Model, bits: Sequence[Bit]) -> bool:
        distinct = [set(map(tuple, terms)) for terms in model.terms]  # a term counts once, whatever its weight
        literals = [literal for terms in distinct for term in terms for literal in term]
        used = {bits[abs(literal) - 1].feature for literal in literals}
        return used >= set(required) and (most is None or len(literals) <= most)

    return allowed


def signs_of(monotone: Any, names: Sequence[str], table: Table, dataset: Dataset) -> tuple[int, ...]:
    """Per bit the direction in which the second class may depend on it; empty if nothing is monotone.

    monotone: {column: 1 or -1}: with more of it the second class can only become more (less) likely. Where the
    column is missing nothing is compared, so that bit is free.

    Raises:
        ValueError: no such mapping, a column that is not of numbers, or several classes.
    """
    if not monotone:
        return ()
    if not isinstance(monotone, Mapping):
        raise ValueError(f"{PARAMETER} must be a mapping from column to 1 or -1, got {monotone!r}")
    if dataset.task.kind != "binary":
        raise ValueError(f"{PARAMETER} needs two classes, got {len(dataset.task.classes)}")
    directions = dict(zip(features_of(PARAMETER, list(monotone), names), monotone.values(), strict=True))
    wrong = [direction for direction in directions.values() if isinstance(direction, bool) or direction not in (1, -1)]
    if wrong:
        raise ValueError(f"{PARAMETER} must map to 1 or -1, got {wrong[0]!r}")
    for column in table.columns:
        if column.name in directions and column.kind != "number":
            raise ValueError(f"{PARAMETER}: column {column.name!r} holds categories, which have no order")
    return tuple(int(directions.get(bit.feature, 0)) * _rises(bit) for bit in dataset.bits)


def _rises(bit: Bit) -> int:
    """1 where the bit is set by larger values, -1 by smaller ones, 0 where it tells missing cells."""
    return {"<=": -1, "=": 1}.get(bit.op, 0)
