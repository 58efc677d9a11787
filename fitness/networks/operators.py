"""The operators of a search for networks by name: each makes one network from a pool, targets and parents.

Most grow a literal per output (or per class, against the rest). Where a mask is asked for they learn what is left of an
output when a parity is taken off it, and put the parity back (`fitness.networks.proposals.parity_masks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from fitness.networks.bench import MOST_SIGNALS, Bench
from fitness.networks.plan import Step
from fitness.networks.problem import GROWN, NetworkProblem
from fitness.networks.proposals.affine import affine
from fitness.networks.proposals.counts import counted
from fitness.networks.proposals.decision_graph import decision_graph, graph_in_tree
from fitness.networks.proposals.fringe import fringe
from fitness.networks.proposals.parity_masks import masked, parity_masks
from fitness.networks.proposals.trees import tree
from fitness.networks.proposals.votes import SHARE, most_that_fit, vote
from fitness.networks.target import Target
from genomes.circuits.graph import FALSE, moved
from genomes.deadline import looking
from genomes.networks.assembler import merged_votes, tied
from genomes.networks.network import Head, Network
from genomes.networks.units import COUNT, XOR

#: (bench, target, step) -> the literal of an output; None where the operator has no answer.
Literal = Callable[[Bench, Target, Step], int | None]
#: (bench, step) -> a network.
Operator = Callable[[Bench, Step], Network]


def operated(bench: Bench, step: Step) -> Network:
    """What a step makes of its parents: the first parent where it has no answer."""
    return OPERATORS[step.operator](bench, step)


def regrown(problem: NetworkProblem, network: Network, step: Step, rng: np.random.Generator) -> Network:
    """A network grown anew by the step that it came from, with its own units to build upon."""
    return operated(Bench(problem, (network, network), rng), step)


def by_output(literal: Literal) -> Operator:
    """An operator that asks for a literal per output; an output without an answer is that of the first parent."""

    def operator(bench: Bench, step: Step) -> Network:
        heads = []
        for number, target in enumerate(bench.targets):
            mask = mask_of(bench, number, step.mask)
            answer = None
            if mask is not None:
                left = masked(target, bench.pool.column(mask)) if mask != FALSE else target
                answer = literal(bench, left, step)
            before = bench.heads[0][number]
            heads.append(before if mask is None or answer is None else Head.of(bench.pool.xor(mask, answer)))
        return bench.network(heads)

    return operator


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


def _as_it_is(bench: Bench, step: Step) -> Network:
    return bench.parents[0]


def _constant(bench: Bench, step: Step) -> Network:
    """The more frequent value of each output; where classes vote, nothing, which is the most frequent class."""
    if bench.problem.space.votes:
        return Network.constant(bench.problem.space.n_heads)
    rows = [np.union1d(target.grow, target.prune) for target in bench.targets]
    ones = [target.weights[r][target.wanted[r]].sum() for target, r in zip(bench.targets, rows, strict=True)]
    every = [target.weights[r].sum() for target, r in zip(bench.targets, rows, strict=True)]
    return bench.network([Head.of(int(2 * one > total)) for one, total in zip(ones, every, strict=True)])


def _affine(bench: Bench, target: Target, step: Step) -> int | None:
    return affine(bench.pool, target)


def _tree(bench: Bench, target: Target, step: Step) -> int:
    return tree(bench.pool, target)


def _fringe(bench: Bench, target: Target, step: Step) -> int:
    return fringe(bench.pool, target, bench.rng, signals=bench.signals if step.level else None)


def _count(bench: Bench, target: Target, step: Step) -> int:
    return counted(bench.pool, target)


def _graph(bench: Bench, target: Target, step: Step) -> int:
    """A decision graph; level 1: in a tree; 2: fringe units of a graph's states."""
    if step.level == 1:
        return graph_in_tree(bench.pool, target).literal
    grown = decision_graph(bench.pool, target)
    if step.level == 0:
        return grown.literal
    signals = list(grown.parts[-MOST_SIGNALS:])
    return fringe(bench.pool, target, bench.rng, signals=signals)


#: Members of a vote by level.
MEMBERS = (5, 11, 21)


def _fringe_vote(bench: Bench, target: Target, step: Step) -> int:
    """A majority of fringe members."""
    return vote(bench.pool, target, bench.rng, bench.problem.space, MEMBERS[step.level])


def _graph_vote(bench: Bench, target: Target, step: Step) -> int:
    """A majority of graphs in trees, each on rows of its own."""
    members = []
    for _ in looking(range(MEMBERS[step.level])):
        members.append(graph_in_tree(bench.pool, target.resplit(bench.rng, GROWN)).literal)
    return most_that_fit(bench.pool, members, bench.problem.space)


def _graph_fringe_vote(bench: Bench, target: Target, step: Step) -> int:
    """A majority of fringe members that build on states of graphs, each on rows of its own."""
    members = []
    for _ in looking(range(MEMBERS[step.level])):
        members.append(_graph(bench, target.resplit(bench.rng, SHARE), Step("graph", level=2)))
    return most_that_fit(bench.pool, members, bench.problem.space)


def _join(bench: Bench, step: Step) -> Network:
    """Per output a vote of the members of both parents, in random order and as many as fit; of classes, all votes."""
    if bench.problem.space.votes:
        pairs = zip(*bench.heads, strict=True)
        return bench.network(tied([merged_votes([*a.votes, *b.votes], a.bias + b.bias) for a, b in pairs]))
    heads = []
    for number in range(bench.problem.space.n_heads):
        voters = list(dict.fromkeys([*voters_of(bench, 0, number), *voters_of(bench, 1, number)]))
        drawn = [voters[place] for place in bench.rng.permutation(len(voters)).tolist()]
        heads.append(Head.of(most_that_fit(bench.pool, drawn, bench.problem.space)))
    return bench.network(heads)


def voters_of(bench: Bench, number: int, output: int) -> list[int]:
    """The literals whose majority an output of parent `number` is, beneath its mask; itself where it is no majority."""
    parent, first = bench.parents[number], bench.problem.space.first
    literal = parent.heads[output].literal
    mask, below = stripped(parent, literal, first)
    unit = parent.units[(below >> 1) - first] if below >> 1 >= first else None
    nodes = bench.nodes[number]
    if (
        unit is None
        or unit.kind != COUNT
        or unit.params != tuple(range(len(unit.literals) // 2 + 1, len(unit.literals) + 1))
    ):
        return [moved(nodes, literal)]
    signs = [moved(nodes, one) for one in mask]
    return [bench.pool.xor(moved(nodes, one) ^ (below & 1), *signs) for one in unit.literals]


OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "as_it_is": _as_it_is,
        "constant": _constant,
        "affine": by_output(_affine),
        "tree": by_output(_tree),
        "fringe": by_output(_fringe),
        "count": by_output(_count),
        "graph": by_output(_graph),
        "fringe_vote": by_output(_fringe_vote),
        "graph_vote": by_output(_graph_vote),
        "graph_fringe_vote": by_output(_graph_fringe_vote),
        "join": _join,
    }
)
