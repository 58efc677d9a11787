"""Two-level networks as a kind of genome."""

from __future__ import annotations

from typing import Any

from genomes.registry import GenomeKind
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import Cover, CoverSpace, literals_by_cover


def _plain(cover: Cover, space: CoverSpace) -> dict[str, Any]:
    return {"inverted": cover.inverted, "terms": literals_by_cover(cover, space.kind)}


KIND = GenomeKind("two_level", CoverSpace, CoverBatch, _plain)
