"""A network that is one weighted sum as a scorecard: what adds how many points, and how many are needed.

A literal of negative weight -w adds as much as its complement of weight w does with w points fewer needed, and a sum
that must stay below a number says the same of the complements; so all points are positive.
"""

from __future__ import annotations

from dataclasses import dataclass

from evo.models.networks import NetworkModel
from genomes.networks.units import THRESHOLD


@dataclass(frozen=True, slots=True)
class Points:
    """The output holds where the points of the literals that hold reach `needed`; points: by literal, all positive."""

    points: tuple[tuple[int, int], ...]
    needed: int

    @property
    def most(self) -> int:
        """All points."""
        return sum(weight for _, weight in self.points)


def points_of(model: NetworkModel) -> Points | None:
    """The scorecard of a network whose one output is one weighted sum of inputs; None for all others."""
    network = model.network
    if len(network) != 1 or len(network.heads) != 1 or network.units[0].kind != THRESHOLD:
        return None
    unit, literal = network.units[0], network.heads[0].literal
    if literal >> 1 != model.first:
        return None
    *weights, needed = unit.params
    if literal & 1:  # the sum stays below `needed`: its negative is at least 1 - needed
        weights, needed = [-weight for weight in weights], 1 - needed
    pairs = [
        (literal ^ 1, -weight) if weight < 0 else (literal, weight)
        for literal, weight in zip(unit.literals, weights, strict=True)
        if weight
    ]
    return Points(tuple(pairs), needed - sum(weight for weight in weights if weight < 0))
