"""The search algorithms by name; one line adds one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from evo.search.breeding import Evaluated
from evo.search.context import Algorithm
from evo.search.controls import HillClimb, RandomSearch
from evo.search.formula_spec import FormulaLocalSpec
from evo.search.generational import Generational
from evo.search.local import SHARE, Refined
from evo.search.memetic import Memetic
from evo.search.nsga2 import Nsga2

ALGORITHMS: Mapping[str, Algorithm] = MappingProxyType(
    {
        "memetic": Memetic(),
        "nsga2": Nsga2(),
        "generational": Generational(),
        "hill_climb": HillClimb(),
        "random": RandomSearch(),
    }
)


def algorithm(name: str, local: FormulaLocalSpec) -> Algorithm:
    """The algorithm `name`, its offspring improved by local steps where it takes them and they are wanted."""
    plain = ALGORITHMS[name]
    wanted = local.wanted_share(SHARE) > 0
    return Refined(plain) if wanted and isinstance(plain, Evaluated) and plain.local else plain
