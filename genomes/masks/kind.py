"""Pruning masks as a kind of genome."""

from __future__ import annotations

from typing import Any

from genomes.masks.batch import MaskBatch
from genomes.masks.plain import mask_to_plain
from genomes.masks.space import Genes, MaskSpace
from genomes.registry import GenomeKind


def _plain(genes: Genes, space: MaskSpace) -> dict[str, Any]:
    return {"mask": mask_to_plain(genes, space)}


KIND = GenomeKind("mask", MaskSpace, MaskBatch, _plain)
