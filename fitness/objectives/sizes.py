"""How large a network is: literals, terms, gates, depth and sparsity, int64[genomes] each.

gates are two-input AND/OR gates of the network as it stands, inverters free (the AND-inverter convention): a term of
l literals takes l - 1, an OR of t terms t - 1. Voting classes add 5 gates per added count (a full adder) and 5 per
bit of each comparison. Among votes equal cubes of a class are one term with an integer weight: its literals, and its
AND gates, count once, a term without literals (a bias) is a number and no term, and a weight w is priced as what it
replaces, w additions. depth is the number of gate levels of the best balanced trees (Huffman: a tree over inputs of
depth d_i has depth ceil(log2(sum 2 ** d_i))); adders and comparisons of votes are not part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from genomes import portable
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace
from genomes.two_level.literals import count_literals

Sizes = NDArray[np.int64]


def literals(batch: CoverBatch, space: CoverSpace) -> Sizes:
    """Literals over all terms."""
    return _per_genome(_per_output(_priced(batch, space), batch), batch)


def terms(batch: CoverBatch, space: CoverSpace) -> Sizes:
    """Terms (or clauses) over all outputs."""
    if not space.votes:
        return _per_genome(np.diff(batch.offsets), batch)
    return _per_genome(_per_output((_priced(batch, space) > 0).astype(np.int64), batch), batch)


def description(batch: CoverBatch, space: CoverSpace) -> Sizes:
    """Literals + terms: the size that a price per literal is asked for."""
    return literals(batch, space) + terms(batch, space)


def gates(batch: CoverBatch, space: CoverSpace) -> Sizes:
    """Two-input gates, see the module text."""
    in_terms = _per_output(np.maximum(_priced(batch, space) - 1, 0), batch)
    counts = np.diff(batch.offsets)
    added = np.maximum(counts - 1, 0)
    per_output = in_terms + (5 * added if space.votes else added)
    return _per_genome(per_output, batch) + (_comparison_gates(counts, batch) if space.votes else 0)


def _comparison_gates(counts: Sizes, batch: CoverBatch) -> Sizes:
    most = counts.reshape(-1, batch.n_outputs).max(axis=1, initial=0)
    bits = portable.bit_length(most)
    return np.asarray(5 * bits * (batch.n_outputs - 1), dtype=np.int64)


def depth(batch: CoverBatch, space: CoverSpace) -> Sizes:
    """Gate levels of the deepest output, see the module text."""
    leaves = np.int64(1) << _levels(count_literals(batch.cubes))
    of_output = _levels(_per_output(leaves, batch))
    return np.asarray(of_output.reshape(-1, batch.n_outputs).max(axis=1, initial=0), dtype=np.int64)


def sparsity(batch: CoverBatch, space: CoverSpace) -> NDArray[np.float64]:
    """Share of inputs a term ignores, averaged over terms: 1 - literals / (terms * inputs); 1 without terms."""
    positions = terms(batch, space) * space.n_inputs
    used = np.divide(literals(batch, space), positions, out=np.zeros(len(batch)), where=positions > 0)
    return 1.0 - used


def _priced(batch: CoverBatch, space: CoverSpace) -> Sizes:
    """Literals of every cube: int64[total]; 0 for a copy of an earlier cube of the same class."""
    counts = count_literals(batch.cubes)
    return np.where(_copies(batch), 0, counts) if space.votes else counts


def _copies(batch: CoverBatch) -> NDArray[np.bool_]:
    """Which cubes equal an earlier one of their output: bool[total].

    Cubes are sorted by a hash and compared with their neighbours: far fewer comparisons than sorting whole cubes.
    """
    flat = batch.cubes.reshape(len(batch.cubes), 2 * batch.cubes.shape[-1])
    output = np.repeat(np.arange(len(batch.offsets) - 1), np.diff(batch.offsets))
    hashed = (flat * _odd_numbers(flat.shape[1])).sum(axis=1, dtype=np.uint64)
    order = np.lexsort((hashed, output))
    same = (flat[order[1:]] == flat[order[:-1]]).all(axis=1) & (output[order[1:]] == output[order[:-1]])
    copies = np.zeros(len(flat), dtype=np.bool_)
    copies[order[1:]] = same
    return copies


def _odd_numbers(n: int) -> NDArray[np.uint64]:
    """Well mixed odd multipliers uint64[n] (SplitMix64 of 1..n), so that small different cubes hash differently."""
    z = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31)) | np.uint64(1)


def _levels(leaves: Sizes) -> Sizes:
    """ceil(log2(leaves)); 0 for no leaf."""
    return portable.bit_length(np.maximum(leaves, 1) - 1)


def _per_output(values: Sizes, batch: CoverBatch) -> Sizes:
    """Sum of per-cube values over each output's cubes (prefix sums: empty outputs give 0)."""
    sums = np.concatenate([np.zeros(1, values.dtype), np.cumsum(values, dtype=values.dtype)])
    return np.asarray(sums[batch.offsets[1:]] - sums[batch.offsets[:-1]], dtype=values.dtype)


def _per_genome(values: NDArray[np.int64], batch: CoverBatch) -> Sizes:
    return np.asarray(values.reshape(-1, batch.n_outputs).sum(axis=1), dtype=np.int64)


SIZES: Mapping[str, Callable[[CoverBatch, CoverSpace], Sizes]] = MappingProxyType(
    {"literals": literals, "terms": terms, "gates": gates, "depth": depth}
)
