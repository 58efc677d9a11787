"""Sizes of models in stored records: each kind of genome has columns of its own, some under other names formerly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from typing_extensions import TypedDict

from evo.kinds.kind import SizeColumn
from evo.records.kinds import Count
from evo.records.shapes import fault


def renamed(record: Mapping[str, Any], sizes: Sequence[SizeColumn]) -> dict[str, Any]:
    """A record with the names that its sizes have today, in the same order."""
    today = {column.formerly: column.name for column in sizes if column.formerly and column.name not in record}
    return {today.get(name, name): value for name, value in record.items()}


def sizes_fault(record: Mapping[str, Any], sizes: Sequence[SizeColumn]) -> str | None:
    """What is wrong with the first wrong size of a record; None where nothing is."""
    return fault(_shape(tuple(column.name for column in sizes)), record)


@cache
def _shape(names: tuple[str, ...]) -> Any:
    """A record with counts of these names."""
    typed_dict: Any = TypedDict  # a class made by a call, of keys that are known only now
    return typed_dict("SizesRecord", dict.fromkeys(names, Count))
