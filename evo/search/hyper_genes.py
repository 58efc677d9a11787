"""Hyper-genes: how the search of one island differs from that of another, a function of its number alone.

Island 0 searches as the config says. The others take what differs from a table, again and again from its beginning.
"""

from __future__ import annotations

from dataclasses import dataclass

from evo.search.spec import SearchSpec

#: Prices of a covered unwanted sample, stage by stage: pure terms are easy to find, impure ones easy to fall for.
KAPPAS = (8.0, 3.0, 1.0)


@dataclass(frozen=True, slots=True)
class HyperGenes:
    """Factors and settings of one island; the defaults are the config's own.

    shift: steps by which the path of prices per literal is moved to its cheap end; width: factor of the widths of
    beams; kappas: of the stages of a slot; crossover: factor of the share of offspring that cross, which is at most 1;
    mutations: operators per mutation, on average.
    """

    shift: float = 0.0
    width: float = 1.0
    kappas: tuple[float, float, float] = KAPPAS
    crossover: float = 1.0
    mutations: float = 2.0


#: Islands 0 to 3; 4 to 7 are like them, and so on.
GENES = (
    HyperGenes(),
    HyperGenes(shift=0.5, width=2.0, crossover=0.5, mutations=1.25),
    HyperGenes(shift=0.25, width=0.5, kappas=(3.0, 2.0, 1.0), crossover=1.5, mutations=3.0),
    HyperGenes(shift=0.75, kappas=(16.0, 4.0, 1.0), crossover=0.0, mutations=2.0),
)


def genes_of(island: int) -> HyperGenes:
    """What differs on one island."""
    return GENES[island % len(GENES)]


def differences(search: SearchSpec) -> list[str]:
    """A line per kind of island that is searched otherwise than the config says, for people."""
    count = search.islands.count
    lines = []
    for first, genes in enumerate(GENES[1:count], start=1):
        told = _memetic(genes) if search.algorithm == "memetic" else _genetic(genes)
        names = ", ".join(map(str, range(first, count, len(GENES))))
        lines.append(f"{names}: {told}")
    return lines


def _memetic(genes: HyperGenes) -> str:
    kappas = " ".join(f"{kappa:g}" for kappa in genes.kappas)
    factors = f"beams x {genes.width:g}, crossover x {genes.crossover:g}"
    return f"prices {genes.shift:g} steps cheaper, kappa {kappas}, {factors}"


def _genetic(genes: HyperGenes) -> str:
    return f"crossover x {genes.crossover:g}, {genes.mutations:g} mutations each"
