"""Terms as rows of literal numbers: how pools and kernels hold many short terms over many inputs.

Literal i < n is input i, literal n + i its negation. Row t is ``literals[t, :lengths[t]]``, ascending, then -1: equal
terms have equal bytes. A packed cube of 7,000 inputs takes 1.8 KB; the same term of 6 literals here 128 bytes at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomes.bits import WORD, Words, n_words, splitmix, unpack
from genomes.two_level.literals import count_literals

#: Literals a term may have; longer terms of other operators are left out of pools.
LONGEST = 32


@dataclass(frozen=True, slots=True)
class TermList:
    """literals: int32[T, LONGEST]; lengths: int64[T]."""

    literals: NDArray[np.int32]
    lengths: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lengths)

    def __reduce__(self) -> tuple[Callable[..., TermList], tuple[NDArray[np.integer[Any]], NDArray[np.int16]]]:
        """What is sent to a worker: most of a row is padding, and numbers of literals are small."""
        used = self.literals[:, : int(self.lengths.max(initial=0))]
        narrow = np.int16 if used.max(initial=0) <= np.iinfo(np.int16).max else np.int32
        return _received, (used.astype(narrow), self.lengths.astype(np.int16))

    @classmethod
    def of(cls, literals: NDArray[np.int32], lengths: NDArray[np.int64]) -> TermList:
        """Rows brought into the form above (sorted, padded with -1); copies its input."""
        shown = np.arange(literals.shape[1]) < lengths[:, None]
        rows = np.sort(np.where(shown, literals, np.iinfo(np.int32).max), axis=1)
        padded = np.full((len(rows), LONGEST), -1, dtype=np.int32)
        padded[:, : rows.shape[1]] = np.where(shown, rows, -1)
        return cls(padded, lengths.astype(np.int64))

    @classmethod
    def of_cubes(cls, cubes: Words, n_inputs: int) -> TermList:
        """Cubes uint64[T, 2, W] with at most LONGEST literals each; longer ones are left out."""
        cubes = cubes[count_literals(cubes) <= LONGEST]
        term, polarity, index = np.nonzero(unpack(cubes, cubes.shape[-1] * WORD))
        lengths = count_literals(cubes)
        literals = np.full((len(cubes), LONGEST), -1, dtype=np.int32)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        literals[term, np.arange(len(term)) - starts[term]] = polarity * n_inputs + index
        return cls(literals, lengths)

    def cubes(self, n_inputs: int) -> Words:
        """The terms as packed cubes uint64[T, 2, W]."""
        cubes = np.zeros((len(self), 2, n_words(n_inputs)), dtype=np.uint64)
        term, place = np.nonzero(self.literals >= 0)
        literal = self.literals[term, place].astype(np.int64)
        polarity, index = literal // n_inputs, literal % n_inputs
        bits = np.uint64(1) << (index % WORD).astype(np.uint64)
        np.bitwise_or.at(cubes, (term, polarity, index // WORD), bits)
        return cubes

    def take(self, rows: NDArray[np.intp] | Sequence[int]) -> TermList:
        """The terms at `rows`, in that order."""
        index = np.asarray(rows, dtype=np.intp)
        return TermList(self.literals[index], self.lengths[index])

    def hashes(self) -> Words:
        """uint64[T]: equal terms have equal hashes (Zobrist: the XOR of one fixed random word per literal)."""
        used = self.literals[:, : int(self.lengths.max(initial=0))]
        words = np.where(used >= 0, splitmix(used), np.uint64(0))
        hashes: Words = np.bitwise_xor.reduce(words, axis=1)
        return hashes


def _received(used: NDArray[np.integer[Any]], lengths: NDArray[np.int16]) -> TermList:
    """Inverse of what `TermList.__reduce__` sends."""
    literals = np.full((len(lengths), LONGEST), -1, dtype=np.int32)
    literals[:, : used.shape[1]] = used
    return TermList(literals, lengths.astype(np.int64))


def joined(parts: Sequence[TermList]) -> TermList:
    """All terms of all parts, in order."""
    if not parts:
        return TermList(np.zeros((0, LONGEST), dtype=np.int32), np.zeros(0, dtype=np.int64))
    return TermList(np.concatenate([p.literals for p in parts]), np.concatenate([p.lengths for p in parts]))


def always_true() -> TermList:
    """The term without literals, alone: beams start below it, it is a vote's constant, and where the off-set is empty
    it is the answer.
    """
    return TermList(np.full((1, LONGEST), -1, dtype=np.int32), np.zeros(1, dtype=np.int64))


def distinct(terms: TermList) -> TermList:
    """The first of every group of equal terms."""
    _, first = np.unique(terms.hashes(), return_index=True)
    return terms.take(np.sort(first))


def without(terms: TermList, others: TermList) -> TermList:
    """The terms that are not among `others`."""
    return terms.take(np.flatnonzero(~np.isin(terms.hashes(), others.hashes())))
