"""Networks under construction: every unit in normal form, and equal units once.

The normal form of a unit. Operands of symmetric units ascend, constants and repeated operands are gone, signs that can
be moved to the outside are, and a unit that is a constant, a literal or a simpler kind is that. So two units with the
same normal form compute the same, and what is added may come back as any literal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from genomes.circuits.graph import FALSE, moved
from genomes.networks import normal
from genomes.networks.network import Head, Network
from genomes.networks.units import AND, COUNT, LUT, MUX, SOP, THRESHOLD, XOR, Unit

Simplify = Callable[[tuple[int, ...], tuple[int, ...]], "int | tuple[Unit, int]"]
_SIMPLIFY: Final[Mapping[int, Simplify]] = {
    AND: normal.conjunction,
    XOR: normal.parity,
    MUX: normal.choice,
    LUT: normal.table,
    SOP: normal.sum_of_products,
    COUNT: normal.count,
    THRESHOLD: normal.threshold,
}


class Assembler:
    """Adds units; what it returns are literals."""

    def __init__(self, n_inputs: int) -> None:
        self.first = n_inputs + 1
        self.units: list[Unit] = []
        self._nodes: dict[Unit, int] = {}

    def add(self, kind: int, literals: Sequence[int], params: Sequence[int] = ()) -> int:
        """The literal of a unit in normal form: an earlier one where it is there already."""
        result = _SIMPLIFY[kind](tuple(literals), tuple(params))
        if isinstance(result, int):
            return result
        unit, sign = result
        return self.placed(unit) ^ sign

    def placed(self, unit: Unit) -> int:
        """The literal of a unit that is in normal form already."""
        if unit not in self._nodes:
            self._nodes[unit] = 2 * (self.first + len(self.units))
            self.units.append(unit)
        return self._nodes[unit]

    def fill(self, node: int, unit: Unit) -> None:
        """Let node `node` be there: where it is not, it is this unit, which nothing finds or reads."""
        if len(self.units) == node - self.first:
            self.units.append(unit)

    def all(self, literals: Iterable[int]) -> int:
        """Their AND; of none, true."""
        return self.add(AND, tuple(literals))

    def any(self, literals: Iterable[int]) -> int:
        """Their OR; of none, false."""
        return self.all(literal ^ 1 for literal in literals) ^ 1

    def copied(self, network: Network) -> list[int]:
        """Add all units of a network over the same inputs; the new literal of each of its nodes."""
        literals = [FALSE, *(2 * node for node in range(1, self.first))]
        for unit in network.units:
            read = [moved(literals, literal) for literal in unit.literals]
            literals.append(self.add(unit.kind, read, unit.params))
        return literals

    def network(self, heads: Sequence[Head]) -> Network:
        """The units that `heads` depend on, in their order, and these."""
        literals, units = self.kept(heads), list[Unit]()
        for unit, literal in zip(self.units, literals[self.first :], strict=True):
            if literal >= 0:
                units.append(unit._replace(literals=tuple(moved(literals, read) for read in unit.literals)))
        return Network.of(units, [moved_head(head, literals) for head in heads])

    def kept(self, heads: Sequence[Head]) -> list[int]:
        """The literal in `network(heads)` of each node; -1 of units that it leaves out."""
        literals = [FALSE, *(2 * node for node in range(1, self.first))]
        node = self.first
        for wanted in self._wanted(heads):
            literals.append(2 * node if wanted else -1)
            node += wanted
        return literals

    def _wanted(self, heads: Sequence[Head]) -> list[bool]:
        wanted = [False] * len(self.units)
        for head in heads:
            for literal, _ in head.votes:
                if literal >> 1 >= self.first:
                    wanted[(literal >> 1) - self.first] = True
        for number in reversed(range(len(self.units))):
            for literal in self.units[number].literals if wanted[number] else ():
                if literal >> 1 >= self.first:
                    wanted[(literal >> 1) - self.first] = True
        return wanted


def moved_head(head: Head, literals: Sequence[int]) -> Head:
    """The same votes where node k is now the literal literals[k]."""
    return Head(tuple((moved(literals, literal), weight) for literal, weight in head.votes), head.bias)


def merged_votes(votes: Iterable[tuple[int, int]], bias: int) -> Head:
    """Votes of a class with each node once: the complement of a literal votes for it with the other sign."""
    weights: dict[int, int] = {}
    for literal, weight in votes:
        bias += weight * (literal & 1)
        if literal >> 1:
            weights[literal & ~1] = weights.get(literal & ~1, 0) + (-weight if literal & 1 else weight)
    kept = {literal: weight for literal, weight in sorted(weights.items()) if weight}
    bias += sum(weight for weight in kept.values() if weight < 0)
    return Head(tuple((literal ^ (weight < 0), abs(weight)) for literal, weight in kept.items()), bias)


def tied(heads: Sequence[Head]) -> list[Head]:
    """The same winners with a least bias of 0."""
    least = min((head.bias for head in heads), default=0)
    return [head._replace(bias=head.bias - least) for head in heads]


def canonical(network: Network, n_inputs: int, *, votes: bool) -> Network:
    """The normal form of a network: units in normal form, equal ones once, none that decides nothing."""
    build = Assembler(n_inputs)
    literals = build.copied(network)
    heads = [moved_head(head, literals) for head in network.heads]
    result = build.network(tied([merged_votes(head.votes, head.bias) for head in heads]) if votes else heads)
    same = len(result) == len(network) and result.key() == network.key()
    return result if same else canonical(result, n_inputs, votes=votes)
