"""Decision graphs by statistical merging: comparators, carries, symmetric functions, prefix machines, in any order.

Level by level one variable is tested in every state; the children whose profiles (the share of true rows, also where
each of the 40 most telling inputs holds and where not) cannot be told apart are one state, directly or as complements
(`fitness.kernels.networks.graph_growth`). It is Oliver's (1993) and Kohavi's (1994) decision graph with an oblivious
order that the rows choose, and a relative of learning automata by merging states (Carrasco and Oncina, 1994). Cut back
on the prune rows, every state that is left is one MUX unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fitness.networks.pool import Pool
from fitness.networks.proposals.signals import (
    Bytes,
    Grown,
    bits_of,
    input_literals,
    row_scale,
    spread,
    wanted_bytes,
)
from fitness.networks.target import Target
from genomes.circuits.graph import FALSE, TRUE, moved
from genomes.deadline import looking

Ints = NDArray[np.int64]
#: z from which profiles differ, and states of a level at most: what is tried.
SETTINGS = tuple((threshold, width) for width in (4, 16, 48) for threshold in (2.5, 3.5, 5.0))
#: Inputs in a profile, levels, and rows that grow a graph, at most.
NEAR, MOST_LEVELS, MOST_ROWS = 40, 256, 1 << 14
#: Depth of a tree of graphs, and the mixed rows that a graph in it needs.
DEPTH, MIXED_ROWS = 3, 250


@dataclass(frozen=True)
class StateGraph:
    """variables: int64[S], places in the literals, -1 of a constant; children: int64[S, 2] references 2 * state +
    complement, to later states or to state 0, which is false; root: a reference; wrong: weight of wrong prune rows."""

    variables: Ints
    children: Ints
    root: int
    wrong: int

    def states(self) -> list[int]:
        """The states that the root depends on, ascending."""
        reached, stack = set[int](), [self.root >> 1]
        while stack:
            state = stack.pop()
            if state and state not in reached:
                reached.add(state)
                stack += (self.children[state] >> 1).tolist()
        return sorted(reached)

    def built(self, pool: Pool, literals: Sequence[int]) -> Grown:
        """Add its states as units; parts: a literal of each, the root's last."""
        made = {0: FALSE}
        for state in reversed(self.states()):
            low, high = (moved(made, reference) for reference in self.children[state].tolist())
            made[state] = pool.mux(literals[int(self.variables[state])], high, low)
        return Grown(moved(made, self.root), tuple(dict.fromkeys(x & ~1 for x in made.values() if x > TRUE)))


@dataclass(frozen=True)
class _Samples:
    """Rows that grow and rows that prune, as bytes."""

    inputs: Bytes
    wanted: Bytes
    weights: Ints
    pruning: Bytes
    prune_wanted: Bytes
    prune_weights: Ints

    @classmethod
    def of(cls, pool: Pool, target: Target, literals: Sequence[int]) -> _Samples:
        grow = spread(target.grow, MOST_ROWS)
        parts = ((bits_of(pool, literals, rows), wanted_bytes(target, rows), target.weights[rows]) for rows in (
            grow, target.prune))  # fmt: skip
        return cls(*next(parts), *next(parts))

    @property
    def mixed(self) -> bool:
        """Whether there is anything to grow."""
        return self.inputs.size > 0 and self.wanted.min() != self.wanted.max()


def decision_graph(
    pool: Pool,
    target: Target,
    literals: Sequence[int] | None = None,
    settings: Sequence[tuple[float, int]] = SETTINGS,
) -> Grown:
    """The best graph on the prune rows among those of all `settings` (z, width), of equal ones the smallest.

    literals: what states may test, by default the inputs. Without prune rows, nothing is cut, and rows that are
    wrong count as much as states.
    """
    literals = input_literals(pool) if literals is None else list(literals)
    graph = _best(_Samples.of(pool, target, literals), settings)
    return _constant(target) if graph is None else graph.built(pool, literals)


def _constant(target: Target) -> Grown:
    """What most of the grow rows want."""
    weights, wanted = target.weights[target.grow], target.wanted[target.grow]
    return Grown(TRUE if 2 * int(weights[wanted].sum()) > int(weights.sum()) else FALSE)


def _best(samples: _Samples, settings: Sequence[tuple[float, int]]) -> StateGraph | None:
    """None where there is nothing to grow."""
    if not samples.mixed:
        return None
    best, fewest, held_back = None, (0, 0), len(samples.prune_wanted) > 0
    for threshold, width in looking(settings):
        graph = _grown(samples, threshold, width)
        size = len(graph.states())
        value = (graph.wrong, size) if held_back else (graph.wrong + size, 0)
        if best is None or value < fewest:
            best, fewest = graph, value
    return best


def _grown(samples: _Samples, threshold: float, width: int) -> StateGraph:
    """One graph, cut back on the prune rows."""
    from fitness.kernels.networks.graph_growth import grow_graph  # noqa: PLC0415 - kernels load only when needed
    from fitness.kernels.networks.graph_pruning import cut_graph  # noqa: PLC0415

    n_levels = min(MOST_LEVELS, samples.inputs.shape[1])
    room = 2 + width * (n_levels + 1)
    variables, children = np.full(room, -1, dtype=np.int64), np.zeros((room, 2), dtype=np.int64)
    firsts, root = np.zeros(n_levels + 2, dtype=np.int64), np.zeros(1, dtype=np.int64)
    scale = row_scale(samples.weights)
    levels = grow_graph(
        samples.inputs, samples.wanted.copy(), samples.weights, scale, threshold, width, NEAR, n_levels, variables,
        children, firsts,
    )  # fmt: skip
    pruning = (samples.pruning, samples.prune_wanted, samples.prune_weights)
    growing = (samples.inputs, samples.wanted, samples.weights)
    held_back = len(samples.prune_wanted) > 0
    wrong = cut_graph(*(pruning if held_back else growing), variables, children, firsts, levels, held_back, root)
    return StateGraph(variables, children, int(root[0]), int(wrong))


def graph_in_tree(
    pool: Pool,
    target: Target,
    literals: Sequence[int] | None = None,
    settings: Sequence[tuple[float, int]] = SETTINGS,
) -> Grown:
    """A tree of at most `DEPTH` tests with graphs in its nodes, wherever that is better on the prune rows that arrive
    there than one graph for all of them."""
    literals = input_literals(pool) if literals is None else list(literals)
    return _node(pool, target, literals, settings, DEPTH)


def _node(
    pool: Pool, target: Target, literals: Sequence[int], settings: Sequence[tuple[float, int]], depth: int
) -> Grown:
    """A graph on the rows of `target`, or a test of the input with the largest gini gain and a node on either side."""
    samples = _Samples.of(pool, target, literals)
    held = int(samples.wanted.sum(dtype=np.int64))
    if min(held, len(samples.wanted) - held) * 2 < MIXED_ROWS:
        return decision_graph(pool, target, literals, settings[:1])
    whole = decision_graph(pool, target, literals, settings)
    errors = _wrong(pool, target, whole)
    tested = _tested(samples)
    if depth == 0 or tested < 0 or errors == 0:
        return whole
    low, high = (
        _node(pool, _where(pool, target, literals[tested] ^ sign), literals, settings, depth - 1) for sign in (1, 0)
    )
    split = pool.mux(literals[tested], high.literal, low.literal)
    parts = tuple(dict.fromkeys([*low.parts, *high.parts, *([split & ~1] if split > TRUE else [])]))
    tree = Grown(split, parts)
    return tree if _wrong(pool, target, tree) < errors else whole


def _wrong(pool: Pool, target: Target, grown: Grown) -> float:
    """Share of the prune rows (grow rows where there are none) that it gets wrong."""
    rows = target.prune if len(target.prune) else target.grow
    return 1.0 - target.accuracy(pool.column(grown.literal), rows)


def _where(pool: Pool, target: Target, literal: int) -> Target:
    """The rows where a literal holds."""
    grow, prune = (rows[bits_of(pool, [literal], rows)[:, 0] == 1] for rows in (target.grow, target.prune))
    return replace(target, grow=grow, prune=prune)


def _tested(samples: _Samples) -> int:
    """The place of the input with the largest gini gain, -1 where none gains."""
    weights = samples.weights
    ones = (samples.inputs * weights[:, None]).sum(axis=0, dtype=np.int64)
    joint = (samples.inputs * (weights * samples.wanted)[:, None]).sum(axis=0, dtype=np.int64)
    total, held = int(weights.sum()), int((weights * samples.wanted).sum())
    apart = joint - ones * (held / total)
    gains = apart * apart / np.maximum(1.0, ones * ((total - ones) / total))
    best = int(np.argmax(gains))
    return best if gains[best] > 0.0 else -1
