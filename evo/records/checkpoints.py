"""checkpoints/gen_*.json: what belongs to a saved state beside its arrays."""

from __future__ import annotations

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from evo.records.kinds import Count, Digest, Seconds


@with_config(ConfigDict(extra="forbid"))
class CheckpointRecord(TypedDict):
    """See `evo.storage.checkpoint_meta.Meta`."""

    generation: Count
    sha256: Digest
    metrics_bytes: Count
    metrics_sha256: Digest
    seconds: Seconds
    cpu_seconds: Seconds
