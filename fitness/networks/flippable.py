"""A network as flat arrays whose entries are flipped one by one: what the accumulators work on.

Units of few operands are tables, wider ones keep their kind (`kernels.networks.accumulate`). A *thing* is what one flip
changes: a cell of a table, an operand that is complemented or dropped, a count, a bound or a weight that moves by one;
behind those of all units the things of the heads, complements of outputs or votes and biases that move by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.networks.accumulate import AND, COUNT, SOP, TABLE, THRESHOLD, XOR
from fitness.networks.moves import own_gates, truth_table
from genomes.circuits.graph import TRUE
from genomes.networks import normal
from genomes.networks import units as kinds
from genomes.networks.assembler import canonical
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace
from genomes.networks.units import LUT, LUT_INPUTS, MOST_WEIGHT, Unit

#: Units of up to so many operands that are no LUT are tables too, of all kinds but COUNT and THRESHOLD, which keep
#: what they are from 3 operands on. Tables of more have cells that cost about so many gates.
NARROW, _CELL = 4, 2
_SORTS: Final = {kinds.AND: AND, kinds.XOR: XOR, kinds.SOP: SOP, kinds.COUNT: COUNT, kinds.THRESHOLD: THRESHOLD}

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Flippable:
    """See the head of this module; arrays as `kernels.networks.accumulate` reads them. Flips change them in place.

    things: int64[units + 1], where those of each unit begin. changed: bool[units], units that are others by now.
    """

    network: Network
    space: NetworkSpace
    sorts: NDArray[np.int8]
    literals: NDArray[np.int32]
    tables: NDArray[np.uint64]
    param_starts: Ints
    params: Ints
    things: Ints
    head_literals: NDArray[np.int32]
    head_weights: Ints
    biases: Ints
    changed: NDArray[np.bool_]

    @classmethod
    def of(cls, network: Network, space: NetworkSpace) -> Flippable:
        """From a network in normal form."""
        sorts = np.array([_sort(unit) for unit in network.units], dtype=np.int8)
        pairs = list(zip(network.units, sorts.tolist(), strict=True))
        params = [_params(unit, sort) for unit, sort in pairs]
        tables = [truth_table(_bare(unit)) if sort == TABLE else 0 for unit, sort in pairs]
        return cls(
            network,
            space,
            sorts,
            network.literals.copy(),
            np.array(tables, dtype=np.uint64),
            _starts([len(row) for row in params]),
            np.array([value for row in params for value in row], dtype=np.int64),
            _starts([_n_things(unit, sort) for unit, sort in pairs]),
            network.head_literals.copy(),
            network.head_weights.astype(np.int64),
            network.biases.astype(np.int64),
            np.zeros(len(network), dtype=np.bool_),
        )

    @property
    def n_things(self) -> int:
        """All that can be flipped."""
        heads = 2 * (len(self.head_literals) + len(self.biases)) if self.space.votes else len(self.biases)
        return int(self.things[-1]) + heads

    def state(self) -> tuple[NDArray[np.generic], ...]:
        """A copy of all that flips change."""
        return tuple(array.copy() for array in self._state())

    def restore(self, state: tuple[NDArray[np.generic], ...]) -> None:
        """What it was when this was its `state`."""
        for array, old in zip(self._state(), state, strict=True):
            array[:] = old

    def _state(self) -> tuple[NDArray[np.generic], ...]:
        heads = (self.head_literals, self.head_weights, self.biases)
        return (self.literals, self.tables, self.params, *heads, self.changed)

    def costs(self, unit: int) -> list[int]:
        """About how many gates more each thing of a unit takes."""
        n = self.network.starts[unit + 1] - self.network.starts[unit]
        sort, n_things = int(self.sorts[unit]), int(self.things[unit + 1] - self.things[unit])
        if sort == TABLE and n <= NARROW:
            table = int(self.tables[unit])
            return [table_gates(int(n), table ^ 1 << cell) - table_gates(int(n), table) for cell in range(n_things)]
        if sort in (AND, SOP):
            return [0] * int(n) + [-1] * int(n)
        return [_CELL if sort == TABLE else 0] * n_things

    def flip(self, thing: int) -> None:
        """Flip one thing."""
        if thing >= self.things[-1]:
            self._flip_head(thing - int(self.things[-1]))
            return
        unit = int(np.searchsorted(self.things, thing, side="right")) - 1
        entry, sort = thing - int(self.things[unit]), int(self.sorts[unit])
        start, width = int(self.network.starts[unit]), int(self.network.starts[unit + 1] - self.network.starts[unit])
        self.changed[unit] = True
        if sort == TABLE:
            self.tables[unit] ^= np.uint64(1 << entry)
        elif sort == COUNT:
            self.params[self.param_starts[unit] + entry] ^= 1
        elif sort == THRESHOLD:
            place = width if entry < 2 else entry // 2 - 1
            self._step(self.params, int(self.param_starts[unit]) + place, -1 if (entry < 2) ^ (entry % 2) else 1)
        elif sort == XOR or entry < width:
            self.literals[start + entry] ^= 1
        else:
            self.literals[start + entry - width] = TRUE

    def _flip_head(self, thing: int) -> None:
        n_votes = len(self.head_literals)
        if not self.space.votes:
            self.head_literals[thing] ^= 1
        elif thing < 2 * n_votes:
            self._step(self.head_weights, thing // 2, 1 - 2 * (thing % 2))
        else:
            self._step(self.biases, thing // 2 - n_votes, 1 - 2 * (thing % 2))

    def _step(self, values: Ints, place: int, step: int) -> None:
        if abs(int(values[place]) + step) <= MOST_WEIGHT:
            values[place] += step

    def as_network(self) -> Network:
        """The network that it is now, in normal form."""
        units = [self._unit(number) if self.changed[number] else unit for number, unit in enumerate(self.network.units)]
        literals, weights, starts = self.head_literals.tolist(), self.head_weights.tolist(), self.network.head_starts
        heads = [
            Head(tuple(zip(literals[a:b], weights[a:b], strict=True)), bias)
            for a, b, bias in zip(starts[:-1].tolist(), starts[1:].tolist(), self.biases.tolist(), strict=True)
        ]
        return canonical(Network.of(units, heads), self.space.n_inputs, votes=self.space.votes)

    def _unit(self, number: int) -> Unit:
        start, stop = self.network.starts[number : number + 2].tolist()
        literals, sort = tuple(self.literals[start:stop].tolist()), int(self.sorts[number])
        params = self.params[self.param_starts[number] : self.param_starts[number + 1]].tolist()
        if sort == TABLE:
            return Unit(LUT, literals, (int(self.tables[number]),))
        if sort == COUNT:
            params = [k for k, holds in enumerate(params) if holds]
        return Unit(self.network.units[number].kind, literals, tuple(params))


@lru_cache(maxsize=1 << 17)
def table_gates(n: int, table: int) -> int:
    """AND gates of a table of n operands alone."""
    found = normal.table(tuple(range(2, 2 * n + 2, 2)), (table,))
    return 0 if isinstance(found, int) else own_gates(found[0])


def _sort(unit: Unit) -> int:
    counts = unit.kind in (kinds.COUNT, kinds.THRESHOLD)
    if unit.kind == LUT or len(unit.literals) <= (0 if counts else NARROW):
        return TABLE
    return _SORTS[unit.kind]


def _params(unit: Unit, sort: int) -> list[int]:
    if sort == COUNT:
        return [int(k in unit.params) for k in range(len(unit.literals) + 1)]
    return list(unit.params) if sort in (SOP, THRESHOLD) else []


def _n_things(unit: Unit, sort: int) -> int:
    n = len(unit.literals)
    return {TABLE: 1 << n if n <= LUT_INPUTS else 0, AND: 2 * n, SOP: 2 * n, XOR: 1, COUNT: n + 1}.get(sort, 2 * n + 2)


def _bare(unit: Unit) -> Unit:
    """The same over inputs, so that equal functions are looked up once."""
    return unit._replace(literals=tuple(range(2, 2 * len(unit.literals) + 2, 2)))


def _starts(lengths: list[int]) -> Ints:
    return np.cumsum([0, *lengths], dtype=np.int64)
