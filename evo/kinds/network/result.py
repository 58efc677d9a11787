"""The section `network` of result.json: on which rows the pick grew and what judged it, and growing it once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

from annotated_types import MaxLen
from typing_extensions import TypedDict

from evo.records.kinds import Count
from evo.records.shapes import fault


class NetworkRecord(TypedDict):
    """The section `network`.

    grown_on: splits on all rows of which the pick was grown once more when it had been chosen; folds: of the training
    rows, that judged, 0 where rows did; judged: training rows that nothing grew on before, 0 where all did both.
    """

    grown_on: Annotated[list[Literal["train", "valid"]], MaxLen(2)]
    folds: NotRequired[Count]
    judged: NotRequired[Count]


class SectionRecord(TypedDict):
    """What a result.json has more."""

    network: NetworkRecord


def section_fault(result: Mapping[str, Any]) -> str | None:
    """What is wrong with the section of a result.json."""
    return fault(SectionRecord, result)
