"""The kinds of values in stored records: ids, counts, scores, times, digests."""

from __future__ import annotations

import re
from typing import Annotated

from annotated_types import Ge, Le, Len, MaxLen
from pydantic import AfterValidator, FailFast
from pydantic_core import PydanticCustomError

from evo.kinds.registry import KINDS

_ID = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
LONGEST_ID = 100


def is_id(text: str) -> bool:
    """Whether a text can be the id of a model or of a quarantined task: letters, digits and single dashes between.

    Ids become names of files and stand in programs and tables; every stored one is checked by this, and by this alone.
    """
    return len(text) <= LONGEST_ID and _ID.fullmatch(text) is not None


def _id(text: str) -> str:
    if not is_id(text):
        raise PydanticCustomError("id", "must be letters, digits and single dashes")
    return text


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise PydanticCustomError("digest", "must be 64 hexadecimal digits")
    return text


def _kind(text: str) -> str:
    if text not in KINDS:
        *others, last = map(repr, KINDS)
        raise PydanticCustomError("kind", f"must be {', '.join(others)} or {last}")
    return text


#: Of a list: nothing after its first fault is looked at.
FIRST_FAULT = FailFast()
Id = Annotated[str, AfterValidator(_id)]
KindName = Annotated[str, AfterValidator(_kind)]
Digest = Annotated[str, AfterValidator(_digest)]
#: Of rows, terms, bytes, generations.
Count = Annotated[int, Ge(0), Le(10**15)]
Seed = Annotated[int, Ge(0), Le(2**63 - 1)]
#: Accuracies, errors, correlations, sparsities; rounding may lead a little over 1.
Score = Annotated[float, Ge(-2), Le(2)]
Number = Annotated[float, Ge(-1e300), Le(1e300)]
Seconds = Annotated[float, Ge(0), Le(1e12)]
#: The name of a run, of its folder, of a state, of a package's version.
Name = Annotated[str, Len(1, 4096)]
Text = Annotated[str, MaxLen(1_000_000)]
