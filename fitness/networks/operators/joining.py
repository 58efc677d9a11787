"""Crossover of votes: the members of both parents in one vote; and of graphs: a unit of one in the other's place."""

from __future__ import annotations

from fitness.networks.bench import Bench
from fitness.networks.operators.beneath import parent_mask, stripped
from fitness.networks.operators.members import share_of
from fitness.networks.plan import Step
from fitness.networks.proposals.fringe import fringe
from fitness.networks.proposals.parity_masks import masked
from fitness.networks.proposals.votes import SHARE, most_that_fit
from genomes.circuits.graph import FALSE, moved
from genomes.deadline import looking
from genomes.networks.assembler import merged_votes, tied
from genomes.networks.network import Head, Network
from genomes.networks.units import COUNT, Unit


def join(bench: Bench, step: Step) -> Network:
    """Per output a vote of the members of both parents, in random order and as many as fit; of classes, all votes."""
    if bench.problem.space.votes:
        pairs = zip(*bench.heads, strict=True)
        return bench.network(tied([merged_votes([*a.votes, *b.votes], a.bias + b.bias) for a, b in pairs]))
    heads = []
    for number in range(bench.problem.space.n_heads):
        voters = list(dict.fromkeys([*_voters(bench, 0, number), *_voters(bench, 1, number)]))
        drawn = [voters[place] for place in bench.rng.permutation(len(voters)).tolist()]
        heads.append(Head.of(most_that_fit(bench.pool, drawn, share_of(bench.problem.space))))
    return bench.network(heads)


def regrown_votes(bench: Bench) -> Network:
    """The first parent's votes with every member grown anew on rows of its own, upon the units that it had."""
    if bench.problem.space.votes:
        return bench.parents[0]
    heads = []
    for number, target in enumerate(bench.targets):
        members = []
        for voter in looking(_voters(bench, 0, number)):
            signals = bench.below(voter)
            members.append(fringe(bench.pool, target.resplit(bench.rng, SHARE), bench.rng, signals=signals))
        heads.append(Head.of(most_that_fit(bench.pool, members, share_of(bench.problem.space))))
    return bench.network(heads)


def fresh_votes(bench: Bench) -> Network:
    """The first parent's votes with as many members grown anew from the inputs, beneath the parity that each output is
    beneath; an output that is no vote stays."""
    if bench.problem.space.votes:
        return bench.parents[0]
    return bench.network([_fresh(bench, number) for number in range(len(bench.targets))])


def _fresh(bench: Bench, number: int) -> Head:
    n, target = len(_voters(bench, 0, number)), bench.targets[number]
    if n == 1:
        return bench.heads[0][number]
    mask = parent_mask(bench, number)
    left = masked(target, bench.pool.column(mask)) if mask != FALSE else target
    members = [fringe(bench.pool, left.resplit(bench.rng, SHARE), bench.rng) for _ in looking(range(n))]
    return Head.of(bench.pool.xor(mask, most_that_fit(bench.pool, members, share_of(bench.problem.space))))


def _voters(bench: Bench, number: int, output: int) -> list[int]:
    """The literals whose majority an output of parent `number` is, beneath its mask; itself where it is no majority."""
    parent, first, nodes = bench.parents[number], bench.problem.space.first, bench.nodes[number]
    literal = parent.heads[output].literal
    mask, below = stripped(parent, literal, first)
    unit = parent.units[(below >> 1) - first] if below >> 1 >= first else None
    if unit is None or not _is_majority(unit):
        return [moved(nodes, literal)]
    signs = [moved(nodes, one) for one in mask]
    return [bench.pool.xor(moved(nodes, one) ^ (below & 1), *signs) for one in unit.literals]


def _is_majority(unit: Unit) -> bool:
    n = len(unit.literals)
    return unit.kind == COUNT and n % 2 == 1 and unit.params == tuple(range(n // 2 + 1, n + 1))
