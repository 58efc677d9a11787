"""Which kind of genome a run directory is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evo.errors import CheckpointError
from evo.kinds.registry import KINDS
from evo.storage.folder import Folder
from evo.storage.known import RUN


def stored_kind(run: Folder, record: Mapping[str, Any]) -> str:
    """The name of the kind of genome that a run searched for; record: its run.json.

    Raises:
        CheckpointError: it names none that there is.
    """
    identity = record.get("identity")
    genome = identity.get("genome") if isinstance(identity, dict) else None
    name = genome.get("kind") if isinstance(genome, dict) else None
    if name not in KINDS:
        raise CheckpointError("identity.genome.kind: is no kind of genome", where=run.where(RUN))
    return str(name)
