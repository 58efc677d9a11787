"""What the `genome` sections of all kinds share, as a value; a kind has its own beside its genomes."""

from __future__ import annotations

from dataclasses import dataclass

from genomes.strict import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class GenomeSpec:
    """What is evolved."""

    __pydantic_config__ = STRICT

    kind: str = "sop"
    """The kind of genome."""
