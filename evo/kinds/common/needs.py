"""How much memory a run needs at most: told by `evo check`, and refused before it is allocated.

What the config alone says is asked before the data are read, the whole after. Figures are for the arrays that grow with
what a user sets; a run mostly takes less, because few genomes are as large as they may be. What a kind of genome takes
is in its own folder.
"""

from __future__ import annotations

from collections.abc import Mapping

from evo.errors import ConfigError
from fitness.machine.memory import memory, size

#: Bytes of an individual beside its genes, and copies of every individual: parents, offspring, what is written.
INDIVIDUAL, COPIES = 1_000, 3
#: Bytes by what they are for.
Needs = Mapping[str, float]


def total(needs: Needs) -> float:
    """All bytes."""
    return sum(needs.values())


def require(needs: Needs, keys: Mapping[str, str]) -> None:
    """Refuse what needs more memory than this machine has; `keys` of a config decide the parts, by their names.

    Raises:
        ConfigError: one line with the estimate, the memory there is, and what to lower.
    """
    needed, most = total(needs), memory()
    if needed > most:
        largest = max(needs, key=lambda part: needs[part])
        lower = f"lower {keys[largest]}" if largest in keys else "it needs a larger machine"
        part = f"{largest} {size(int(needs[largest]))} of that"
        raise ConfigError([f"memory: the run needs about {size(int(needed))}, {part}; there are {size(most)}; {lower}"])
