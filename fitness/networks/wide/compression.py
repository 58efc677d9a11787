"""Networks of tables that vote, made smaller: cells that no row reaches, then votes that decide least.

*Lean*: a cell of a table that no row reaches holds what makes the table cheapest, so nothing changes on the rows.
*Pruned*: votes are dropped, those first that lose least per gate, to second order: by the
pulls of all rows (`fitness.kernels.luts.margins`) where a vote turns into its mean, which stays as a bias. After each
batch scores are exact again, and biases move while fewer rows are wrong. Sums are whole numbers, so the same network
gives the same networks on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.luts.cells import reach, settle
from fitness.kernels.luts.margins import STEPS, ZERO, moved, pulls, vote, worth
from fitness.networks.lowering import Lowering, sizes
from fitness.networks.simulation import simulated
from genomes import deadline, portable
from genomes.bits import Words, popcount, unpack, valid_words
from genomes.circuits.tables import AND_COST, forms
from genomes.networks.assembler import canonical
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace
from genomes.networks.units import COUNT, LUT, THRESHOLD

Ints = NDArray[np.int64]
#: Part of the gates that a batch of votes may take along, words of rows looked at together, AND gates of an adder.
SHARE, WORDS, ADDER = 0.02, 256, 9
#: The scale of scores: the root of a class's summed squared weights over this, and the most for weights of 1.
SPREAD, WIDEST = 4, 32


def compressed(
    network: Network,
    space: NetworkSpace,
    inputs: Words,
    wanted: Words,
    weights: Ints,
    most_gates: Sequence[int] = (),
) -> list[Network]:
    """The lean network, then for each of `most_gates`, from large to small, one with no more gates; equal ones once.

    Networks without classes that vote, or one output that is a THRESHOLD or a COUNT of votes, are made lean alone.

    Args:
        network, space: what is made smaller, and where it lives.
        inputs: uint64[n_inputs, W], the rows; wanted: uint64[planes, W], where each class (or the output) is wanted.
        weights: int64[rows] >= 0.
        most_gates: AND gates, a XOR as 3.
    """
    small = lean(network, space, inputs, len(weights))
    found, votes = [small], Votes.of(small, space)
    if votes is not None:
        for one in pruned(votes, inputs, labels_of(wanted, len(weights)), weights, sorted(most_gates, reverse=True)):
            if one.key() != found[-1].key():
                found.append(one)
    return found


def lean(network: Network, space: NetworkSpace, inputs: Words, n_rows: int) -> Network:
    """Tables over the same inputs with the fewest gates that are the same on all rows."""
    tables = np.flatnonzero(network.kinds == LUT)
    if not len(tables) or not n_rows:
        return network
    lengths = np.diff(network.starts)[tables]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    literals = np.concatenate([network.literals[network.starts[u] : network.starts[u + 1]] for u in tables.tolist()])
    nodes, places = np.unique(literals >> 1, return_inverse=True)
    lowering = Lowering(space.n_inputs)
    roots = lowering.add(network)[nodes]
    graph, valid, reached = lowering.graph(), valid_words(n_rows), np.zeros(len(tables), dtype=np.uint64)
    read = (2 * places + (literals & 1)).astype(np.int32)
    for first in deadline.looking(range(0, inputs.shape[1], WORDS)):
        part = slice(first, first + WORDS)
        columns = simulated(graph, np.ascontiguousarray(inputs[:, part]), roots, valid[part])
        reach(starts, read, columns, valid[part], reached)
    params, at = network.params.copy(), network.param_starts[tables]
    values = params[at].view(np.uint64)
    settle(values, starts, reached, tuple(forms()), np.empty(len(tables), dtype=np.int64))
    params[at] = values.view(np.int64)
    after = replace(network, params=params)
    return after if sizes(after, space).gates <= sizes(network, space).gates else network


def labels_of(wanted: Words, n_rows: int) -> Ints:
    """int64[rows]: the class of each row; of one plane, whether it is wanted."""
    flags = unpack(wanted, n_rows)
    return np.asarray(flags[0] if len(flags) == 1 else flags.argmax(axis=0), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Votes:
    """A network as votes: literals int32[V], weights int64[V] and classes int64[V]; biases: int64[classes].

    An output that is a sum of votes and a least sum has two classes, of which the first has no votes.
    """

    network: Network
    space: NetworkSpace
    literals: NDArray[np.int32]
    weights: Ints
    classes: Ints
    biases: Ints

    @classmethod
    def of(cls, network: Network, space: NetworkSpace) -> Votes | None:
        """None where nothing votes."""
        if space.votes:
            classes = np.repeat(np.arange(space.n_heads), np.diff(network.head_starts))
            weights = network.head_weights.astype(np.int64)
            return cls(network, space, network.head_literals, weights, classes, network.biases.astype(np.int64))
        root = int(network.head_literals[0]) if space.n_heads == 1 else 0
        if root >> 1 < space.first:
            return None
        unit = network.units[(root >> 1) - space.first]
        n, params = len(unit.literals), unit.params
        if unit.kind == COUNT and params == tuple(range(params[0], n + 1)):
            params = (*[1] * n, params[0])
        elif unit.kind != THRESHOLD:
            return None
        weights, literals, least = np.array(params[:-1]), np.array(unit.literals, dtype=np.int32), params[-1]
        if root & 1:  # fewer than `least`: more than the rest of the complements
            literals, least = literals ^ 1, int(weights.sum()) - least + 1
        return cls(network, space, literals, weights, np.ones(n, dtype=np.int64), np.array([least - 1, 0]))

    def of_some(self, keep: NDArray[np.bool_], biases: Ints) -> Network:
        """The network of some of the votes; units that nothing reads are still there."""
        read, weights, old = self.literals[keep], self.weights[keep], self.network
        if self.space.votes:
            counts = np.bincount(self.classes[keep], minlength=len(biases))
            starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
            own = (biases - biases.min()).astype(np.int32)
            return replace(
                old, head_starts=starts, head_literals=read, head_weights=weights.astype(np.int32), biases=own
            )
        head = np.array([2 * (self.space.first + len(old))], dtype=np.int32)
        return Network(
            np.append(old.kinds, np.int8(THRESHOLD)),
            np.append(old.starts, old.starts[-1] + len(read)),
            np.concatenate([old.literals, read]),
            np.append(old.param_starts, old.param_starts[-1] + len(read) + 1),
            np.concatenate([old.params, weights, [biases[0] - biases[1] + 1]]),
            np.array([0, 1]),
            head,
            np.ones(1, dtype=np.int32),
            np.zeros(1, dtype=np.int32),
        )

    def prices(self) -> Ints:
        """int64[V]: AND gates that go with a vote: its table, if it is one, and an adder for each bit of its weight."""
        tables = np.zeros(self.space.first + len(self.network), dtype=np.int64)
        own = np.flatnonzero(self.network.kinds == LUT)
        starts = np.array([0, *np.cumsum(np.diff(self.network.starts)[own])], dtype=np.int64)
        values = self.network.params[self.network.param_starts[own]].view(np.uint64)
        costs, everything = np.empty(len(own), dtype=np.int64), np.full(len(own), ~np.uint64(0))
        settle(values, starts, everything, tuple(forms()), costs)
        tables[self.space.first + own] = costs // (AND_COST - 1)
        return np.asarray(tables[self.literals >> 1] + ADDER * np.bitwise_count(self.weights).astype(np.int64))


def pruned(votes: Votes, inputs: Words, labels: Ints, weights: Ints, most_gates: Sequence[int]) -> Iterator[Network]:
    """A network of fewer votes for each of `most_gates`, which descend.

    What votes cost says how many gates are left, until few more than wanted are: only then they are counted.
    """
    standing = _Standing(votes, inputs, labels, weights)
    network, gates = votes.network, sizes(votes.network, votes.space).gates
    for most in most_gates:
        while gates > most and standing.keep.any():
            deadline.look()
            gates -= standing.drop(min(gates - most, int(SHARE * gates)))
            if gates <= most or not standing.keep.any():
                network = votes.of_some(standing.keep, standing.biases)
                gates = sizes(network, votes.space).gates
        yield canonical(network, votes.space.n_inputs, votes=votes.space.votes)


class _Standing:
    """Which votes are left, and the scores on all rows."""

    def __init__(self, votes: Votes, inputs: Words, labels: Ints, weights: Ints) -> None:
        self.keep = np.ones(len(votes.literals), dtype=np.bool_)
        self.biases = votes.biases.copy()
        self._votes, self._labels, self._weights = votes, labels, weights
        self._prices = votes.prices()
        lowering = Lowering(votes.space.n_inputs)
        nodes = lowering.add(votes.network)
        roots = nodes[votes.literals >> 1] ^ (votes.literals & 1)
        self._columns = simulated(lowering.graph(), inputs, roots, valid_words(len(labels)))
        self._held, self._owed = popcount(self._columns), np.zeros_like(self.biases)
        self._scores = np.repeat(self.biases[:, None], len(labels), axis=1)
        for v, column in enumerate(self._columns):
            vote(self._scores, int(votes.classes[v]), column, int(votes.weights[v]), 0)

    def drop(self, gates: int) -> int:
        """Drop votes worth about so many gates, one at least; what they held for on the mean becomes a bias.

        Returns what they cost.
        """
        order = np.argsort(np.where(self.keep, self._losses() / self._prices, np.inf), kind="stable")
        order = order[: int(self.keep.sum())]
        n = 1 + int(np.searchsorted(np.cumsum(self._prices[order]), gates))
        for v in order[:n].tolist():
            c, weight = int(self._votes.classes[v]), int(self._votes.weights[v])
            vote(self._scores, c, self._columns[v], -weight, 0)
            self._owed[c] += weight * self._held[v]
            self.keep[v] = False
        moves = (2 * self._owed + len(self._labels)) // (2 * len(self._labels))
        self._owed -= moves * len(self._labels)
        self.biases += moves
        self._scores += moves[:, None]
        self._settle()
        return int(self._prices[order[:n]].sum())

    def _settle(self) -> None:
        """Move biases, the best move first, while that makes fewer rows wrong."""
        prior = np.array(self._votes.space.prior or (0, 1))
        wrong = np.empty((len(self.biases), len(STEPS)), dtype=np.int64)
        while True:
            deadline.look()
            now = moved(self._scores, prior, self._labels, self._weights, wrong)
            steps = enumerate(STEPS.tolist())
            tried = [(int(of), abs(step), c, step) for k, step in steps for c, of in enumerate(wrong[:, k])]
            fewest, _, c, move = min(tried)
            if fewest >= now:
                return
            self.biases[c] += move
            self._scores[c] += move

    def _losses(self) -> NDArray[np.float64]:
        """float64[V]: what is lost where each vote is replaced by its mean.

        Where a vote of weight w changes by d, a row with pull p and bend b loses w d p + (w d)**2 b / (8 scale), here
        times 8 scale.
        """
        own, scale, weights = self._votes.classes, self._scale(), self._votes.weights
        most = max(int(self._weights.max(initial=0)), 1)
        zero, shape = ZERO * most, (len(self.biases), (2 * ZERO * most).bit_length(), self._columns.shape[1])
        planes, bends = np.zeros(shape, dtype=np.uint64), np.zeros(shape, dtype=np.uint64)
        fall = np.rint(2**20 * portable.exp(-np.arange(16 * scale) / scale)).astype(np.int64)
        pulls(self._scores, self._labels, self._weights, fall, planes, bends)
        pull, all_pull = self._sums(planes, zero)
        bend, all_bend = self._sums(bends, 0)
        mean = self._held / len(self._labels)
        first = pull - mean * all_pull[own]
        second = (1 - mean) * (1 - mean) * bend + mean * mean * (all_bend[own] - bend)
        return np.asarray(8 * scale * weights * first + weights * weights * second)

    def _sums(self, planes: NDArray[np.uint64], zero: int) -> tuple[Ints, Ints]:
        """What planes add up to where each vote that is left holds, int64[V], and on all rows, int64[classes]."""
        held, total = np.zeros(len(self._columns), dtype=np.int64), np.empty(len(planes), dtype=np.int64)
        worth(self._columns, np.flatnonzero(self.keep), self._votes.classes, planes, zero, held)
        every = np.tile(valid_words(len(self._labels)), (len(planes), 1))
        classes = np.arange(len(planes))
        worth(every, classes, classes, planes, zero, total)
        return held, total

    def _scale(self) -> int:
        """Scores that differ by this much pull e times as much; grows with the spread of the votes that are left."""
        squares = np.zeros(len(self.biases), dtype=np.int64)
        np.add.at(squares, self._votes.classes[self.keep], self._votes.weights[self.keep] ** 2)
        largest = int(self._votes.weights.max(initial=1))
        return max(1, min(isqrt(int(squares.max(initial=0)) // SPREAD), WIDEST * largest))
