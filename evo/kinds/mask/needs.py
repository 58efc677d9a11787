"""The memory that a search for masks needs at most."""

from __future__ import annotations

from evo.kinds.common.needs import COPIES, INDIVIDUAL, Needs
from evo.kinds.mask.config import MaskConfig
from fitness.masks.data import MaskData
from genomes.masks.extent import Extent, extent

BASE = 190_000_000
#: Bytes per weight of a drawn network (float32, and float64 while it is drawn), and per unit and row of a local step.
PER_WEIGHT, PER_UNIT = 16, 32
KEYS = {
    "the masks": "search.population, search.islands.count or genome.network.layers",
    "the network": "genome.network.layers",
    "the local steps": "genome.network.layers, or rows",
    "the data": "data.binarize.bits, or rows and columns",
}


def before_data(config: MaskConfig) -> Needs:
    """Bytes that a search takes whatever the data are."""
    return _networks(config, extent(config.genome.network))


def masks(config: MaskConfig, data: MaskData, network: Extent) -> Needs:
    """Bytes of a search for masks of a network."""
    samples = sum(split.inputs.nbytes for split in data.splits().values())
    return {
        "evo itself": BASE,
        "the data": 3 * samples,
        "the local steps": PER_UNIT * network.units * len(data.train),
        **_networks(config, network),
    }


def _networks(config: MaskConfig, network: Extent) -> Needs:
    alive = (config.search.population + config.search.prices) * config.search.islands.count
    return {
        "the network": PER_WEIGHT * network.weights + 8 * network.places,
        "the masks": COPIES * alive * max(network.weights, INDIVIDUAL),
    }
