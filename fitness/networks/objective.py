"""What is wrong with a network on weighted rows, and with every change of one of its signals.

`Rows` are what a network is measured on; `Standing` is a network on them: every signal, what is wrong, and where each
unit decides. Of one signal, a `Wish` says on which rows it should hold and on which not: those on which its complement
would turn something wrong right, or right wrong. A change of that signal alone changes the weighted errors by what the
wish says and nothing else, so every move is priced by counting a column against two masks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.circuits.gains import agree_all, agree_each
from fitness.kernels.widths import BLOCK
from fitness.networks.flips import Flips
from fitness.networks.lowering import sizes
from fitness.networks.program import Gates, Program, decision_of, program_of, unit_circuit
from fitness.networks.simulation import all_nodes
from genomes.bits import Words, pack, popcount
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Packed samples, their wanted values and weights; words are filled up to whole blocks.

    inputs: uint64[n + heads, W], the inputs, then what is wanted; valid: uint64[W], the samples there are. Weights come
    bit by bit: masks[k], uint64[K, W], are the samples whose weight for output of[k] has the bit scales[k].
    """

    inputs: Words
    valid: Words
    masks: Words
    scales: Counts
    of: NDArray[np.intp]

    @classmethod
    def build(cls, inputs: Words, wanted: Words, weights: Counts, space: NetworkSpace) -> Rows:
        """inputs: uint64[n, W]; wanted: uint64[outputs or classes, W]; weights: int64[rows] or int64[outputs, rows]."""
        n_words = -(-inputs.shape[1] // BLOCK) * BLOCK
        columns = np.zeros((len(inputs) + len(wanted), n_words), dtype=np.uint64)
        columns[: len(inputs), : inputs.shape[1]], columns[len(inputs) :, : wanted.shape[1]] = inputs, wanted
        each = np.atleast_2d(weights)
        if not space.votes:
            each = np.broadcast_to(each, (space.n_heads, each.shape[1]))
        valid = _padded(np.ones((1, each.shape[1]), dtype=np.bool_), n_words)[0]
        masks, scales, of = [np.zeros((0, n_words), dtype=np.uint64)], list[int](), list[int]()
        for place in range(int(each.max(initial=0)).bit_length()):
            bit = (each >> place & 1).astype(np.bool_)
            rooted = np.flatnonzero(bit.any(axis=1))
            masks.append(_padded(bit[rooted], n_words))
            scales += [1 << place] * len(rooted)
            of += rooted.tolist()
        return cls(columns, valid, np.concatenate(masks), np.array(scales, np.int64), np.array(of, dtype=np.intp))

    def weight(self, planes: Words) -> int:
        """What the samples of planes, uint64[K, W], weigh."""
        return int((popcount(planes) * self.scales).sum())


def _padded(bits: NDArray[np.bool_], n_words: int) -> Words:
    packed = np.zeros((len(bits), n_words), dtype=np.uint64)
    words = pack(bits)
    packed[:, : words.shape[1]] = words
    return packed


@dataclass(frozen=True)
class Wish:
    """Where one signal should hold and where it should not, weight bit by weight bit: uint64[K, W] each.

    right, wrong: the same rows by what they are now.
    """

    right: Words
    wrong: Words
    column: Words
    scales: Counts

    @cached_property
    def wanted(self) -> Words:
        """Rows on which it should hold."""
        return (self.column & self.right) | (~self.column & self.wrong)

    @cached_property
    def unwanted(self) -> Words:
        """Rows on which it should not."""
        return (self.column & self.wrong) | (~self.column & self.right)

    def within(self, plane: Words, column: Words) -> Wish:
        """Of a signal with this column whose complement is the complement of this one on the rows of `plane`."""
        return Wish(self.right & plane, self.wrong & plane, column, self.scales)

    def errors(self) -> tuple[int, int, int]:
        """Weight of what is wrong now, where it should hold, and where not."""
        return self._weight(self.wrong), self._weight(self.wanted), self._weight(self.unwanted)

    def saved(self, rows: Words, n: int) -> Counts:
        """Errors that are saved where the signal is column c of the first `n`, or its complement: int64[2, n].

        rows: uint64[W, nodes].
        """
        sums = np.empty(n, dtype=np.int64)
        agree_all(self.wanted, self.unwanted, self.scales, rows, n, sums)
        now, wanted, unwanted = self.errors()
        return np.stack([now - wanted + sums, now - unwanted - sums])

    def raised(self, planes: Words) -> Counts:
        """Errors that are saved where the signal is set on the rows of each plane on which it does not hold."""
        return self._agreement(planes & ~self.column)

    def lowered(self, planes: Words) -> Counts:
        """The same where it is cleared on rows on which it holds."""
        return -self._agreement(planes & self.column)

    def toggled(self, planes: Words) -> Counts:
        """The same where it is complemented."""
        return self.raised(planes) + self.lowered(planes)

    def _agreement(self, planes: Words) -> Counts:
        sums = np.empty(len(planes), dtype=np.int64)
        agree_each(self.wanted, self.unwanted, self.scales, planes, sums)
        return sums

    def _weight(self, planes: Words) -> int:
        return int((popcount(planes) * self.scales).sum())


class Standing:
    """A network on rows."""

    def __init__(self, network: Network, space: NetworkSpace, rows: Rows) -> None:
        self.network, self.space, self.rows = network, space, rows
        self.program: Program = program_of(network, space)
        values = all_nodes(self.program.graph, rows.inputs, rows.valid)
        self._flips = Flips(self.program.graph, values)
        signs = np.where(self.program.nodes[:, None] & 1, rows.valid, np.uint64(0))
        self.columns: Words = values[self.program.nodes >> 1] ^ signs
        wrong = self.program.wrong
        self.wrong: Words = (values[wrong >> 1] ^ np.where(wrong[:, None] & 1, rows.valid, np.uint64(0)))[rows.of]
        self.errors = rows.weight(self.wrong & rows.masks)

    @cached_property
    def size(self) -> tuple[int, int]:
        """Gates and depth."""
        return sizes(self.network, self.space)[:2]

    @cached_property
    def words(self) -> Words:
        """uint64[W, nodes]: the columns of all nodes side by side."""
        return np.ascontiguousarray(self.columns.T)

    @cached_property
    def readers(self) -> NDArray[np.intp]:
        """int[nodes]: how many operands of units and literals of heads a node is."""
        read = np.concatenate([self.network.literals, self.network.head_literals]) >> 1
        return np.bincount(read, minlength=len(self.columns))

    def column(self, literal: int) -> Words:
        """uint64[W]: where a literal holds."""
        return np.asarray(self.columns[literal >> 1] ^ (self.rows.valid if literal & 1 else np.uint64(0)))

    def wish(self, node: int) -> Wish:
        """Of a unit or an input, all that reads it included."""
        plane = self._flips.planes([int(self.program.nodes[node]) >> 1], self.program.wrong)[0][self.rows.of]
        return self._wish_where(plane & self.rows.masks, self.columns[node])

    def head_wish(self, output: int) -> Wish:
        """Of the literal of an output."""
        mine = (self.rows.of == output)[:, None]
        return self._wish_where(np.where(mine, self.rows.masks, np.uint64(0)), self.column(self.head_literal(output)))

    def vote_wish(self) -> Wish:
        """Of the signal that says where the wrong class wins."""
        return self._wish_where(self.rows.masks, self.wrong[0] if len(self.wrong) else self.rows.valid)

    def head_literal(self, output: int) -> int:
        """The literal of an output."""
        return self.network.heads[output].literal

    def pins(self, node: int, chosen: NDArray[np.intp]) -> Words:
        """uint64[chosen, W]: where complementing an operand of a unit complements the unit."""
        unit = self.network.units[node - self.space.first]
        return self._let_through(unit_circuit(unit.kind, len(unit.literals), unit.params), unit.literals, chosen)

    def vote_pins(self, chosen: NDArray[np.intp]) -> Words:
        """uint64[chosen, W]: where complementing a vote, of those of all classes in a row, changes what is wrong."""
        literals = self.network.head_literals.tolist()
        return self._let_through(decision_of(self.network, self.space), literals, chosen)

    def _let_through(self, circuit: Gates, literals: Sequence[int], chosen: NDArray[np.intp]) -> Words:
        graph, root = circuit
        operands = np.zeros((graph.n_inputs, len(self.rows.valid)), dtype=np.uint64)
        for place, literal in enumerate(literals):
            operands[place] = self.column(literal)
        operands[len(literals) :] = self.rows.inputs[self.space.n_inputs :][: graph.n_inputs - len(literals)]
        return Flips(graph, all_nodes(graph, operands, self.rows.valid)).planes(chosen + 1, [root])[:, 0]

    def _wish_where(self, planes: Words, column: Words) -> Wish:
        some = planes.any(axis=1)
        decided, wrong = planes[some], self.wrong[some]
        return Wish(decided & ~wrong, decided & wrong, column, self.rows.scales[some])
