"""The memory that a search for networks needs at most."""

from __future__ import annotations

from evo.kinds.common.needs import COPIES, INDIVIDUAL, Needs
from evo.kinds.network.config import NetworkConfig
from fitness.data.dataset import Dataset

BASE, COMPILER = 80_000_000, 140_000_000
#: Bytes of a gate of a network, its unit and literals included; units that an operator proposes beside the limit.
PER_GATE, PROPOSED = 40, 2_000
#: Bytes of a row and class while tables are grown: votes, gradients, draws.
WIDE = 32
KEYS = {
    "the population": "search.population, search.islands.count or genome.gate_limit",
    "the data": "data.binarize.bits, or rows and columns",
    "the units": "genome.gate_limit, or rows",
}


def before_data(config: NetworkConfig) -> Needs:
    """Bytes that a search takes whatever the data are."""
    population = 1 if config.search.algorithm == "lut_boost" else config.search.population
    alive = population * config.search.islands.count
    return {"the population": alive * (INDIVIDUAL + COPIES * PER_GATE * config.genome.gate_limit)}


def networks(config: NetworkConfig, data: Dataset) -> Needs:
    """Bytes of a search for networks: packed splits, and the columns of units over the training rows."""
    packed = sum(array.nbytes for split in data.splits().values() for array in (split.inputs, split.planes))
    column = 8 * data.train.inputs.shape[1]
    by_row = data.train.n_rows * (data.n_bits + 8 * data.task.n_covers)
    proposed = config.genome.gate_limit + PROPOSED
    if config.search.algorithm == "lut_boost":  # columns stay packed, and there is one of each table, not of each gate
        by_row = WIDE * data.train.n_rows * data.task.n_covers
        tables = config.search.units + sum(config.search.layers)
        proposed = tables * data.task.n_covers + config.data.patterns.bits
        column *= 1 + bool(config.search.layers)  # with hidden tables behind them, columns are copied
    return {
        "evo itself": BASE + COMPILER * (config.search.algorithm != "random"),
        "the data": 3 * packed + by_row,
        "the units": 2 * column * (proposed + data.n_bits),
        **before_data(config),
    }
