"""The operators of a search for networks by name: each makes one network from a pool, targets and parents.

Most grow a literal per output (or per class, against the rest). Where a mask is asked for they learn what is left of an
output when a parity is taken off it, and put the parity back (`fitness.networks.proposals.parity_masks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from fitness.networks.bench import Bench
from fitness.networks.plan import Step
from fitness.networks.problem import NetworkProblem
from fitness.networks.proposals.affine import affine
from fitness.networks.proposals.fringe import fringe
from fitness.networks.proposals.parity_masks import masked, parity_masks
from fitness.networks.proposals.trees import tree
from fitness.networks.target import Target
from genomes.circuits.graph import FALSE
from genomes.networks.network import Head, Network
from genomes.networks.units import XOR

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
    parent, first = bench.parents[0], bench.problem.space.first
    literal = parent.heads[number].literal >> 1
    if literal < first or parent.units[literal - first].kind != XOR:
        return FALSE
    read = parent.units[literal - first].literals
    parities = [node for node in read if _is_parity(parent, node >> 1, first)]
    return bench.pool.xor(*(bench.nodes[0][node >> 1] for node in parities)) if len(parities) < len(read) else FALSE


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


OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "as_it_is": _as_it_is,
        "constant": _constant,
        "affine": by_output(_affine),
        "tree": by_output(_tree),
        "fringe": by_output(_fringe),
    }
)
