"""A scorecard as files keep it: in result.json that of a run's pick, in estimator.json those of all members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from annotated_types import Ge, Le, Len
from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from evo.models.scorecard import MOST_POINTS, Scorecard
from evo.records.kinds import FIRST_FAULT
from fitness.data.task import MAX_CLASSES

Points = Annotated[list[Annotated[int, Ge(-2 * MOST_POINTS), Le(2 * MOST_POINTS)]], Len(1, MAX_CLASSES), FIRST_FAULT]
Term = Annotated[list[Annotated[int, Ge(-(10**9)), Le(10**9)]], FIRST_FAULT]


@with_config(ConfigDict(extra="forbid"))
class ScorecardRecord(TypedDict):
    """See `evo.models.scorecard.Scorecard`."""

    terms: Annotated[list[Term], FIRST_FAULT]
    points: Annotated[list[Points], FIRST_FAULT]
    base: Points
    prior: Annotated[list[Annotated[int, Ge(0), Le(MAX_CLASSES)]], Len(2, MAX_CLASSES), FIRST_FAULT]


def scorecard_to_json(card: Scorecard) -> dict[str, Any]:
    """A scorecard as it is stored."""
    return {"terms": card.terms, "points": card.points, "base": card.base, "prior": card.prior}


def scorecard_of_json(record: Mapping[str, Any]) -> Scorecard:
    """The scorecard of a record whose shape is right."""
    terms, points = (tuple(map(tuple, record[key])) for key in ("terms", "points"))
    return Scorecard(terms, points, tuple(record["base"]), tuple(record["prior"]))


def unfit(record: Mapping[str, Any], n_classes: int) -> str | None:
    """What does not fit together in a record of the right shape; None where all does."""
    heads, terms, points = 1 if n_classes == 2 else n_classes, record["terms"], record["points"]
    fits = all(len(row) == heads for row in [*points, record["base"]]) and len(points) == len(terms)
    known = sorted(record["prior"]) == list(range(n_classes)) and all(map(all, terms))
    return None if fits and known else f"does not fit {n_classes} classes"
