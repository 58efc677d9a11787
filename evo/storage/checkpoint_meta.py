"""What stands in ``gen_000120.json`` beside a checkpoint's arrays, and back; nothing in it is believed unseen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from evo.records.checkpoints import CheckpointRecord
from evo.records.reading import sound


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
        return cls(**sound(content, "its description", CheckpointRecord))
