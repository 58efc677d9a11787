"""Hyper-genes: how the search of one island differs from that of another, a function of its number alone.

Island 0 searches as the config says. The others take factors from a table, again and again from its beginning, and each
has a path of prices of its own between those of the others (van der Corput: halves, quarters, eighths of a step), so
that together they see prices as fine as there are islands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from evo.search.spec import SearchSpec


@dataclass(frozen=True, slots=True)
class HyperGenes:
    """Factors and settings of one island; the defaults are the config's own.

    shift: steps by which the path of prices per literal is moved to its cheap end; width: factor of the widths of
    beams; crossover: factor of the share of offspring that cross, which is at most 1; mutations: operators per
    mutation, on average.
    """

    shift: float = 0.0
    width: float = 1.0
    crossover: float = 1.0
    mutations: float = 2.0


#: Islands 0 to 3; 4 to 7 are like them but for their prices, and so on.
GENES = (
    HyperGenes(),
    HyperGenes(width=0.5, crossover=0.5, mutations=1.5),
    HyperGenes(crossover=1.5, mutations=3.0),
    HyperGenes(width=0.5, mutations=1.25),
)


def genes_of(island: int) -> HyperGenes:
    """What differs on one island."""
    return replace(GENES[island % len(GENES)], shift=van_der_corput(island))


def van_der_corput(number: int) -> float:
    """0, 1/2, 1/4, 3/4, 1/8, 5/8, ...: the binary digits of `number` behind the point, the last one first."""
    value, place = 0.0, 0.5
    while number:
        value, number, place = value + place * (number & 1), number >> 1, place / 2
    return value


def differences(search: SearchSpec) -> list[str]:
    """A line per island that is searched otherwise than the config says, for people."""
    words = _memetic if search.algorithm == "memetic" else _genetic
    return [f"{island}: {words(genes_of(island))}" for island in range(1, search.islands.count)]


def _memetic(genes: HyperGenes) -> str:
    return f"prices {genes.shift:g} steps cheaper, beams x {genes.width:g}, crossover x {genes.crossover:g}"


def _genetic(genes: HyperGenes) -> str:
    return f"crossover x {genes.crossover:g}, {genes.mutations:g} mutations each"
