"""Composed networks as a kind of genome."""

from __future__ import annotations

from genomes.networks.batch import NetworkBatch
from genomes.networks.plain import plain
from genomes.networks.space import NetworkSpace
from genomes.registry import GenomeKind

KIND = GenomeKind("network", NetworkSpace, NetworkBatch, plain)
