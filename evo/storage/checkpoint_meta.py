"""What stands in ``gen_000120.json`` beside a checkpoint's arrays, and back; nothing in it is believed unseen."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from evo.errors import CheckpointError

#: Seconds that a search may have taken: some 30,000 years.
LONGEST = 1e12
#: Bytes that a journal may have.
LARGEST = 1 << 62


@dataclass(frozen=True, slots=True)
class Meta:
    """generation: the State's; sha256: of the npz file; metrics_bytes, metrics_sha256: of the journal of metrics up to
    this generation; seconds, cpu_seconds: of search so far.
    """

    generation: int
    sha256: str
    metrics_bytes: int
    metrics_sha256: str
    seconds: float
    cpu_seconds: float

    def to_plain(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_bytes(cls, content: bytes) -> Meta:
        """Inverse of `to_plain`, from the bytes of the file.

        Raises:
            CheckpointError: no JSON, a key that is missing or unknown, a value that it cannot have.
        """
        try:
            found = json.loads(content)
            sound = set(found) == set(CHECKS) and all(check(found[name]) for name, check in CHECKS.items())
        except (ValueError, TypeError, RecursionError):
            sound = False
        if not sound:
            raise CheckpointError("its description is not readable JSON with the expected keys")
        return cls(**found)


def _counts(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST


def _seconds(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= LONGEST  # no NaN is


def _digest(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64


CHECKS: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "generation": _counts,
        "sha256": _digest,
        "metrics_bytes": _counts,
        "metrics_sha256": _digest,
        "seconds": _seconds,
        "cpu_seconds": _seconds,
    }
)
