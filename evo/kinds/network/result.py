"""The section `network` of result.json: on which rows the pick was grown once more when it had been chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from annotated_types import MaxLen
from typing_extensions import TypedDict

from evo.records.shapes import fault


class NetworkRecord(TypedDict):
    """The section `network`."""

    grown_on: Annotated[list[Literal["train", "valid"]], MaxLen(2)]


class SectionRecord(TypedDict):
    """What a result.json has more."""

    network: NetworkRecord


def section_fault(result: Mapping[str, Any]) -> str | None:
    """What is wrong with the section of a result.json."""
    return fault(SectionRecord, result)
