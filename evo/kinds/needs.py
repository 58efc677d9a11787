"""How much memory a run needs at most: told by `evo check`, and refused before it is allocated.

What the config alone says is asked before the data are read (`require_before_data`), the whole after (`require`).
Figures are for the arrays that grow with what a user sets; a run mostly takes less, because few covers hold as many
terms as they may.
"""

from __future__ import annotations

from collections.abc import Mapping

from evo.config.schema import RunConfig
from evo.errors import ConfigError
from evo.search.algorithms import algorithm
from fitness.data.dataset import Dataset
from fitness.machine.memory import memory, size
from fitness.masks.data import MaskData
from genomes.bits import n_words
from genomes.masks.extent import Extent, extent

BASE, COMPILER, MASK_BASE = 75_000_000, 110_000_000, 190_000_000
#: Bytes of an individual beside its terms, and copies of every individual: parents, offspring, what is written.
INDIVIDUAL, COPIES = 1_000, 3
#: Bytes per weight of a drawn network (float32, and float64 while it is drawn), and per unit and row of a local step.
PER_WEIGHT, PER_UNIT = 16, 32

#: Bytes by what they are for, with the keys that decide them.
Needs = Mapping[str, float]
KEYS = {
    "the population": "search.population, search.prices, search.islands.count or genome.terms",
    "the masks": "search.population, search.islands.count or genome.network.layers",
    "the network": "genome.network.layers",
    "the local steps": "genome.network.layers, or rows",
    "the data": "data.binarize.bits, or rows and columns",
}


def covers(config: RunConfig, data: Dataset) -> Needs:
    """Bytes of a search for formulas."""
    train, words = data.train, n_words(data.n_bits)
    compiled = algorithm(config.search.algorithm, config.local).compiled
    packed = sum(array.nbytes for split in data.splits().values() for array in (split.inputs, split.planes))
    benches = 3 * train.inputs.nbytes * data.task.n_covers if compiled else 0
    by_row = 8 * train.n_rows * (words + data.task.n_covers)
    terms = data.task.n_covers * min(config.genome.terms, train.n_rows)
    return {
        "evo itself": BASE + COMPILER * compiled,
        "the data": 3 * packed + 2 * train.inputs.nbytes + by_row + benches,
        "the population": _individuals(config) * (INDIVIDUAL + COPIES * 16 * words * terms),
    }


def masks(config: RunConfig, data: MaskData, network: Extent) -> Needs:
    """Bytes of a search for masks of a network."""
    samples = sum(split.inputs.nbytes for split in data.splits().values())
    return {
        "evo itself": MASK_BASE,
        "the data": 3 * samples,
        "the local steps": PER_UNIT * network.units * len(data.train),
        **_networks(config, network),
    }


def require_before_data(config: RunConfig) -> None:
    """Refuse what needs too much whatever the data are.

    Raises:
        ConfigError: it needs more memory than there is.
    """
    if config.genome.kind == "mask":
        require(_networks(config, extent(config.genome.network)))
    else:
        require({"the population": INDIVIDUAL * _individuals(config)})


def total(needs: Needs) -> float:
    """All bytes."""
    return sum(needs.values())


def require(needs: Needs) -> None:
    """Refuse what needs more memory than this machine has.

    Raises:
        ConfigError: one line with the estimate, the memory there is, and what to lower.
    """
    wanted, most = total(needs), memory()
    if wanted > most:
        largest = max(needs, key=lambda part: needs[part])
        lower = f"lower {KEYS[largest]}" if largest in KEYS else "it needs a larger machine"
        part = f"{largest} {size(int(needs[largest]))} of that"
        raise ConfigError([f"memory: the run needs about {size(int(wanted))}, {part}; there are {size(most)}; {lower}"])


def _individuals(config: RunConfig) -> int:
    """Individuals of all islands; memetic has one per price on either side."""
    search = config.search
    each = 2 * search.prices if search.algorithm == "memetic" else search.population
    return each * search.islands.count


def _networks(config: RunConfig, network: Extent) -> Needs:
    alive = (config.search.population + config.search.prices) * config.search.islands.count
    return {
        "the network": PER_WEIGHT * network.weights + 8 * network.places,
        "the masks": COPIES * alive * max(network.weights, INDIVIDUAL),
    }
