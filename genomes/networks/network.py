"""A network as flat arrays: its units one after the other, and a head per output or class.

Literals are those of `genomes.networks.units`. Where outputs are predicted (one of two classes, or several outputs), a
head is one literal. Where classes vote, the head of a class is a bias and literals with whole weights; the highest sum
wins, ties go to the class first in the task's `prior`. A network keeps tables of LUTs of six inputs as the signed
number with the same 64 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomes.circuits.graph import FALSE
from genomes.networks.units import LUT, Unit

_WRAP, _HALF = 1 << 64, 1 << 63


class Head(NamedTuple):
    """votes: (literal, weight) pairs; an output has one, of weight 1, and bias 0."""

    votes: tuple[tuple[int, int], ...]
    bias: int = 0

    @classmethod
    def of(cls, literal: int) -> Head:
        """The head of an output."""
        return cls(((literal, 1),))

    @property
    def literal(self) -> int:
        """The literal of an output."""
        return self.votes[0][0]


@dataclass(frozen=True, eq=False)
class Network:
    """See the head of this module.

    kinds: int8[U]; starts: int64[U + 1], where each unit's literals begin in `literals`, int32; param_starts,
    params: int64, the same of its parameters; head_starts: int64[H + 1] into head_literals and head_weights, int32;
    biases: int32[H]. Treat the arrays as read-only.
    """

    kinds: NDArray[np.int8]
    starts: NDArray[np.int64]
    literals: NDArray[np.int32]
    param_starts: NDArray[np.int64]
    params: NDArray[np.int64]
    head_starts: NDArray[np.int64]
    head_literals: NDArray[np.int32]
    head_weights: NDArray[np.int32]
    biases: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.kinds)

    @classmethod
    def of(cls, units: Sequence[Unit], heads: Sequence[Head]) -> Network:
        """From units and heads as values."""
        params = [_stored(unit) for unit in units]
        return cls(
            np.array([unit.kind for unit in units], dtype=np.int8),
            _starts(len(unit.literals) for unit in units),
            np.array([literal for unit in units for literal in unit.literals], dtype=np.int32),
            _starts(map(len, params)),
            np.array([value for row in params for value in row], dtype=np.int64),
            _starts(len(head.votes) for head in heads),
            np.array([literal for head in heads for literal, _ in head.votes], dtype=np.int32),
            np.array([weight for head in heads for _, weight in head.votes], dtype=np.int32),
            np.array([head.bias for head in heads], dtype=np.int32),
        )

    @classmethod
    def constant(cls, n_heads: int) -> Network:
        """Without units: every output false, or every class without votes."""
        return cls.of((), [Head.of(FALSE)] * n_heads)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units as values."""
        literals, params = self.literals.tolist(), self.params.tolist()
        rows = zip(
            self.kinds.tolist(), pairwise(self.starts.tolist()), pairwise(self.param_starts.tolist()), strict=True
        )
        return tuple(
            _read(kind, tuple(literals[a:b]), tuple(params[c:d])) for kind, (a, b), (c, d) in rows
        )  # fmt: skip

    @cached_property
    def heads(self) -> tuple[Head, ...]:
        """The heads as values."""
        votes = list(zip(self.head_literals.tolist(), self.head_weights.tolist(), strict=True))
        bounds = pairwise(self.head_starts.tolist())
        return tuple(Head(tuple(votes[a:b]), bias) for (a, b), bias in zip(bounds, self.biases.tolist(), strict=True))

    def arrays(self) -> tuple[NDArray[Any], ...]:
        """All arrays in the order of the fields."""
        heads = (self.head_starts, self.head_literals, self.head_weights, self.biases)
        return (self.kinds, self.starts, self.literals, self.param_starts, self.params, *heads)

    def key(self) -> bytes:
        """Equal for networks whose units and heads are equal."""
        digest = sha256()
        for array in self.arrays():
            digest.update(len(array).to_bytes(8, "little") + array.astype(array.dtype.newbyteorder("<")).tobytes())
        return digest.digest()

    def __reduce__(self) -> tuple[Any, ...]:
        """What is sent to a worker: the arrays alone."""
        return Network, self.arrays()


def _starts(lengths: Iterable[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *lengths], dtype=np.int64)


def _stored(unit: Unit) -> tuple[int, ...]:
    """Its params as int64 numbers."""
    if unit.kind != LUT:
        return unit.params
    return tuple(table - _WRAP if table >= _HALF else table for table in unit.params)


def _read(kind: int, literals: tuple[int, ...], params: tuple[int, ...]) -> Unit:
    """Inverse of `_stored`."""
    if kind == LUT:
        params = tuple(table % _WRAP for table in params)
    return Unit(kind, literals, params)
