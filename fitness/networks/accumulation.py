"""Accumulators: large networks made better on batches of rows, many entries at a time, by the chain rule.

Every thing that one flip changes (`flippable`) has an accumulator. A batch of rows says what each flip would gain, to
first order; that is added, bounded on both sides, and what crosses a level flips and begins anew. A level is what the
flip must gain: two errors, and the price of the gates that it takes. All accumulators fade by the share that flipped.
(The Boolean optimizer of Nguyen et al., BOLD, 2024, section 3, with whole numbers.)

Flips at the same time get in each other's way, and the first order is not exact. So after each pass over the rows the
network is measured on all of them: the best one is kept, and where the current one has become worse, it is the best
one again, and fewer may flip at a time. What comes back is never worse than what came.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.networks.accumulate import gain_votes, pass_gains, run_units, unpack_inputs
from fitness.networks.flippable import Flippable
from fitness.networks.lowering import sizes
from genomes import deadline
from genomes.bits import Words, pack, unpack
from genomes.networks.assembler import canonical
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace

#: Words of a batch, and flips after one at most.
BATCH, FLIPS = 16, 16
#: Errors that a flip must promise, levels at which accumulators are bounded, and passes in a row without a better one.
ERRORS, BOUND, PATIENCE = 2, 8, 6
#: What a row may count for in a batch.
_HEAVIEST = 1023

Ints = NDArray[np.int64]


def accumulated(
    rng: np.random.Generator,
    network: Network,
    space: NetworkSpace,
    inputs: Words,
    wanted: Words,
    weights: Ints,
    *,
    price: float = 0.0,
    batches: int = 200,
) -> Network:
    """A network with fewer errors plus price times gates after up to `batches` batches, or the given one.

    Arrays and limits as in `descent.descended`; price: in the same unit as weights.
    """
    start = canonical(network, space.n_inputs, votes=space.votes)
    rows = Batches.build(rng, inputs, wanted, weights, space)
    if rows is None or (len(start) == 0 and not space.votes):
        return start
    search = _Search(Flippable.of(start, space), rows, price)
    passes = -(-batches // rows.n_batches)
    for _ in deadline.looking(range(passes)):
        if not search.passed(rng):
            break
    return search.best


class Batches:
    """Rows that count in random order, packed; what is wanted of them, and what they weigh, bounded for batches.

    wanted: int32[heads or 1, rows], values or classes; weights, steering: int64 and int32 of the same shape; most:
    int32[rows], what a row can gain.
    """

    def __init__(self, inputs: Words, wanted: NDArray[np.int32], weights: Ints) -> None:
        self.inputs, self.wanted, self.weights = inputs, wanted, weights
        heaviest = int(weights.sum(axis=0).max())
        bounded = -(-weights * _HEAVIEST // heaviest) if heaviest > _HEAVIEST else weights
        self.steering = bounded.astype(np.int32)
        self.unit = max(1, int(self.steering.max()))
        self.scale = self.unit / int(weights.max())
        self.most = self.steering.sum(axis=0).astype(np.int32)
        self.n_batches = -(-inputs.shape[1] // BATCH)

    @classmethod
    def build(
        cls, rng: np.random.Generator, inputs: Words, wanted: Words, weights: Ints, space: NetworkSpace
    ) -> Batches | None:
        """None where no row counts; arrays as in `descent.descended`."""
        each = np.atleast_2d(weights)
        n_rows = each.shape[1]
        rows = rng.permutation(np.flatnonzero(each.any(axis=0)))
        if not len(rows):
            return None
        flags = unpack(wanted, n_rows)[:, rows]
        values = flags.argmax(axis=0)[None] if space.votes else flags
        shape = (len(values), len(rows))
        columns = [pack(unpack(column[None], n_rows)[:, rows]) for column in inputs]
        packed = np.concatenate(columns) if columns else np.zeros((0, -(-len(rows) // 64)), dtype=np.uint64)
        return cls(packed, values.astype(np.int32), np.ascontiguousarray(np.broadcast_to(each[:, rows], shape)))

    def part(self, number: int) -> slice:
        """The rows of a batch."""
        return slice(number * BATCH * 64, min((number + 1) * BATCH * 64, self.wanted.shape[1]))


class _Search:
    """A network that flips, its accumulators, and the best network so far."""

    def __init__(self, work: Flippable, rows: Batches, price: float) -> None:
        self._work, self._rows, self._price = work, rows, price
        self.best, self._state, self._flips, self._stale = work.network, work.state(), FLIPS, 0
        self._cost = 0
        self._size = sizes(work.network, work.space)[:2]
        self._errors = measured(work, rows)
        self._sums = np.zeros(work.n_things, dtype=np.int32)
        self._cost_of = [0] * work.n_things
        self._levels = np.full(work.n_things, ERRORS * rows.unit, dtype=np.int64)
        for unit in range(len(work.sorts)):
            self._price_things(unit)
        self._bound = BOUND * max(1, int(self._levels.max()))

    def passed(self, rng: np.random.Generator) -> bool:
        """One pass over the rows; whether another one may help."""
        for number in deadline.looking(rng.permutation(self._rows.n_batches).tolist()):
            self._step(gained(self._work, self._rows, number)[0])
        errors = measured(self._work, self._rows)
        if self._is_better(errors):
            self._stale, self._cost, self._flips = 0, 0, min(FLIPS, 2 * self._flips)
            return True
        self._stale, self._cost = self._stale + 1, 0
        changed = np.flatnonzero(self._work.changed).tolist()
        self._work.restore(self._state)
        self._sums //= 2
        for unit in changed:
            self._price_things(unit)
        self._flips = max(1, self._flips // 2)
        return self._stale < PATIENCE

    def _step(self, gains: Ints) -> None:
        self._sums = np.clip(self._sums + gains, -self._bound, self._bound).astype(np.int32)
        over = self._sums - self._levels
        crossing = np.flatnonzero(over >= 0)
        chosen = crossing[np.argsort(-over[crossing], kind="stable")][: self._flips]
        for thing in chosen.tolist():
            self._cost += self._cost_of[thing]
            self._work.flip(thing)
            self._sums[thing] = 0
        for unit in np.unique(np.searchsorted(self._work.things, chosen, side="right") - 1).tolist():
            if unit < len(self._work.sorts):
                self._price_things(unit)
        n = self._work.n_things
        self._sums = (self._sums.astype(np.int64) * (n - len(chosen)) // max(1, n)).astype(np.int32)

    def _price_things(self, unit: int) -> None:
        start, unit_price = int(self._work.things[unit]), self._price * self._rows.scale
        for place, cost in enumerate(self._work.costs(unit), start):
            self._cost_of[place] = cost
            self._levels[place] = max(1, ERRORS * self._rows.unit + int(unit_price * cost))

    def _is_better(self, errors: int) -> bool:
        """Whether the current network is better than the best; then it is that."""
        if errors >= self._errors and (self._cost >= 0 or not self._price):
            return False
        network, space = self._work.as_network(), self._work.space
        size = sizes(network, space)[:2]
        if not space.holds(*size, self._size):
            return False
        if errors - self._errors + self._price * (size[0] - self._size[0]) >= 0:
            return False
        self.best, self._state, self._size, self._errors = network, self._work.state(), size, errors
        return True


def measured(work: Flippable, rows: Batches) -> int:
    """The weight of what is wrong on all rows."""
    return sum(_heads(work, rows, number)[0] for number in deadline.looking(range(rows.n_batches)))


def gained(work: Flippable, rows: Batches, number: int) -> tuple[Ints, NDArray[np.int32]]:
    """What every thing gains on the rows of a batch, int64[things], and every node, int32[nodes, rows]."""
    _, values, gains, of_heads = _heads(work, rows, number, steered=True)
    network, things = work.network, np.zeros(int(work.things[-1]), dtype=np.int64)
    pass_gains(
        work.space.first, work.sorts, network.starts, work.literals, work.tables, work.param_starts, work.params,
        work.things, values, rows.most[rows.part(number)], gains, things,
    )  # fmt: skip
    return np.concatenate([things, of_heads]), gains


def _heads(
    work: Flippable, rows: Batches, number: int, *, steered: bool = False
) -> tuple[int, NDArray[np.uint8], NDArray[np.int32], Ints]:
    """The weight of wrong rows of a batch; values of all nodes; what they gain by heads; what the heads' things do."""
    part, network, space = rows.part(number), work.network, work.space
    values = np.empty((space.first + len(network), part.stop - part.start), dtype=np.uint8)
    unpack_inputs(rows.inputs, number * BATCH, values)
    arrays = (work.literals, work.tables, work.param_starts, work.params)
    run_units(space.first, work.sorts, network.starts, *arrays, values)
    gains = np.zeros(values.shape, dtype=np.int32)
    wanted, weights = rows.wanted[:, part], rows.steering[:, part] if steered else rows.weights[:, part]
    if space.votes:
        order = np.argsort(np.array(space.prior), kind="stable").astype(np.int32)
        things = np.zeros(2 * (len(work.head_literals) + len(work.biases)), dtype=np.int64)
        errors = gain_votes(
            network.head_starts, work.head_literals, work.head_weights, work.biases, order,
            np.ascontiguousarray(wanted[0]), weights[0].astype(np.int64), values, gains, things,
        )  # fmt: skip
        return int(errors), values, gains, things
    nodes = work.head_literals >> 1
    wrong = (values[nodes] ^ (work.head_literals & 1)[:, None].astype(np.uint8)) != wanted
    each = np.where(wrong, weights, -weights)
    if steered:
        for node, row in zip(nodes.tolist(), each, strict=True):
            gains[node] += row
    return int(weights[wrong].sum()), values, gains, each.sum(axis=1).astype(np.int64)
