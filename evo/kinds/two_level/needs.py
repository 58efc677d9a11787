"""The memory that a search for formulas needs at most."""

from __future__ import annotations

from evo.kinds.common.needs import COPIES, INDIVIDUAL, Needs
from evo.kinds.two_level.config import FormulaConfig
from evo.search.algorithms import algorithm
from fitness.data.dataset import Dataset
from genomes.bits import n_words

BASE, COMPILER = 75_000_000, 110_000_000
KEYS = {
    "the population": "search.population, search.prices, search.islands.count or genome.terms",
    "the data": "data.binarize.bits, or rows and columns",
    "the numbers": "data.refine",
}


def before_data(config: FormulaConfig) -> Needs:
    """Bytes that a search takes whatever the data are."""
    return {"the population": INDIVIDUAL * _individuals(config)}


def covers(config: FormulaConfig, data: Dataset, kept: int = 0) -> Needs:
    """Bytes of a search for formulas; kept: those that its finishing needs."""
    train, words = data.train, n_words(data.n_bits)
    compiled = algorithm(config.search.algorithm, config.local).compiled
    packed = sum(array.nbytes for split in data.splits().values() for array in (split.inputs, split.planes))
    benches = 3 * train.inputs.nbytes * data.task.n_covers if compiled else 0
    by_row = 8 * train.n_rows * (words + data.task.n_covers)
    terms = data.task.n_covers * min(config.genome.terms, train.n_rows)
    return {
        "evo itself": BASE + COMPILER * compiled,
        "the data": 3 * packed + 2 * train.inputs.nbytes + by_row + benches,
        "the numbers": kept,
        "the population": _individuals(config) * (INDIVIDUAL + COPIES * 16 * words * terms),
    }


def _individuals(config: FormulaConfig) -> int:
    """Individuals of all islands; memetic has one per price on either side."""
    search = config.search
    each = 2 * search.prices if search.algorithm == "memetic" else search.population
    return each * search.islands.count
