"""A pool of signals over rows: the inputs, and every unit that was proposed, with its packed column.

Signals that are equal on all rows, or complements of one another, are one signal: what is added comes back as the
literal of the first of them. So half of all duplicates vanish for free, and a network that is taken out of a pool holds
no two nodes that are the same on the rows. Padding bits of columns are zero.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.networks.unit_columns import unit_column
from genomes.bits import Words, valid_words
from genomes.circuits.graph import FALSE, moved
from genomes.networks.assembler import Assembler
from genomes.networks.network import Head, Network
from genomes.networks.units import AND, MUX, XOR


class Pool:
    """Signals of `n_rows` rows, a node each: node 0 is false, then the inputs, then units.

    inputs: uint64[n, W].
    """

    def __init__(self, inputs: Words, n_rows: int) -> None:
        self.n_inputs, self.n_rows = len(inputs), n_rows
        self.valid = valid_words(n_rows)
        self._build = Assembler(self.n_inputs)
        self._columns = np.concatenate([np.zeros((1, inputs.shape[1]), dtype=np.uint64), inputs])
        self._n = len(self._columns)
        self._seen: dict[bytes, int] = {}
        self._same: dict[int, int] = {}
        for node in range(self._n):
            self._known(2 * node)

    def __len__(self) -> int:
        """Nodes, the constant included."""
        return self._n

    @property
    def first(self) -> int:
        """The node of the first unit."""
        return self.n_inputs + 1

    @property
    def columns(self) -> Words:
        """uint64[nodes, W], read-only by agreement; a view that the next unit may leave behind."""
        return self._columns[: self._n]

    def column(self, literal: int) -> Words:
        """uint64[W]: where a literal holds."""
        column = self._columns[literal >> 1]
        return np.asarray(column ^ self.valid) if literal & 1 else column.copy()

    def add(self, kind: int, literals: Sequence[int], params: Sequence[int] = ()) -> int:
        """The literal of a unit: an earlier one where an equal signal is there already, a constant where it is one."""
        before = len(self._build.units)
        literal = self._build.add(kind, literals, params)
        if len(self._build.units) > before:
            self._append(unit_column(self._build.units[-1], self.column, self.valid, self.n_rows))
            self._same[literal >> 1] = self._known(literal & ~1)
        return self._same.get(literal >> 1, literal & ~1) ^ (literal & 1)

    def both(self, a: int, b: int) -> int:
        """a AND b."""
        return self.add(AND, (a, b))

    def either(self, a: int, b: int) -> int:
        """a OR b."""
        return self.add(AND, (a ^ 1, b ^ 1)) ^ 1

    def xor(self, *literals: int) -> int:
        """Whether an odd number holds."""
        return self.add(XOR, literals)

    def mux(self, condition: int, then: int, otherwise: int) -> int:
        """`then` where the condition holds, else `otherwise`."""
        return self.add(MUX, (condition, then, otherwise))

    def copied(self, network: Network) -> list[int]:
        """Add all units of a network over the same inputs; the literal of each of its nodes."""
        literals = [FALSE, *range(2, 2 * self.first, 2)]
        for unit in network.units:
            literals.append(self.add(unit.kind, [moved(literals, literal) for literal in unit.literals], unit.params))
        return literals

    def network(self, heads: Sequence[Head]) -> Network:
        """The units that `heads` depend on, and these."""
        return self._build.network(heads)

    def kind(self, literal: int) -> int:
        """The kind of a literal's unit."""
        return self._build.units[(literal >> 1) - self.first].kind

    def below(self, literal: int) -> list[int]:
        """The literals of the units that a literal depends on, ascending and not complemented."""
        found, stack = set[int](), [literal & ~1]
        while stack:
            node = stack.pop()
            if node >> 1 >= self.first and node not in found:
                found.add(node)
                stack += [read & ~1 for read in self._build.units[(node >> 1) - self.first].literals]
        return sorted(found)

    def _append(self, column: Words) -> None:
        if self._n == len(self._columns):
            self._columns = np.concatenate([self._columns, np.empty_like(self._columns)])
        self._columns[self._n] = column
        self._n += 1

    def _known(self, literal: int) -> int:
        """The first literal with the column of `literal`, which is not complemented."""
        column: NDArray[np.uint64] = self._columns[literal >> 1]
        sign = int(column[0] & np.uint64(1)) if len(column) else 0
        return self._seen.setdefault((column ^ self.valid if sign else column).tobytes(), literal ^ sign) ^ sign
