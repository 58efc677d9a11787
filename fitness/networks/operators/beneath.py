"""The parity that an output is learned beneath: found by screens, or taken over from a parent."""

from __future__ import annotations

from fitness.networks.bench import Bench
from fitness.networks.proposals.parity_masks import parity_masks
from genomes.circuits.graph import FALSE, moved
from genomes.networks.network import Network
from genomes.networks.units import XOR


def mask_of(bench: Bench, number: int, mask: int) -> int | None:
    """The literal of the parity that output `number` is learned beneath; FALSE for none, None where there is no such.

    mask: 0 for none, k for the k-th best that is not empty, -1 for that of the first parent.
    """
    if mask == 0 or bench.problem.space.votes:
        return FALSE if mask <= 0 else None
    if mask < 0:
        return parent_mask(bench, number)
    found = [one.literal for one in parity_masks(bench.pool, bench.targets[number]) if one.literal != FALSE]
    return found[mask - 1] if mask <= len(found) else None


def parent_mask(bench: Bench, number: int) -> int:
    """The parity of inputs that the first parent's output is a XOR with; FALSE where it is none."""
    parent = bench.parents[0]
    mask, _ = stripped(parent, parent.heads[number].literal, bench.problem.space.first)
    return bench.pool.xor(*(moved(bench.nodes[0], literal) for literal in mask))


def stripped(network: Network, literal: int, first: int) -> tuple[list[int], int]:
    """The literals of the parity of inputs that a literal is a XOR with, none where it is not, and what is left."""
    unit = network.units[(literal >> 1) - first] if literal >> 1 >= first else None
    if unit is None or unit.kind != XOR:
        return [], literal
    parities = [read for read in unit.literals if _is_parity(network, read >> 1, first)]
    rest = [read for read in unit.literals if read not in parities]
    return (parities, rest[0] ^ (literal & 1)) if len(rest) == 1 and parities else ([], literal)


def _is_parity(network: Network, node: int, first: int) -> bool:
    """Whether a node is an input or a parity of inputs."""
    unit = network.units[node - first] if node >= first else None
    return unit is None or (unit.kind == XOR and all(literal >> 1 < first for literal in unit.literals))
