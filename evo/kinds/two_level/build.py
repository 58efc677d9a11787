"""From a config and a dataset to a Search: the one place where the floors below are put together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from distributed.backend import Backend
from distributed.choice import make_backend
from evo.kinds.common.job import Job
from evo.kinds.two_level.config import FormulaConfig
from evo.search.algorithms import algorithm as algorithm_of
from evo.search.context import Algorithm, TwoLevelContext
from evo.search.islands import IslandSearch
from evo.search.loop import Search
from evo.search.pricing import price_path
from evo.search.spec import IslandSpec
from fitness.data.dataset import Dataset, Split
from fitness.data.encoder import Encoder
from fitness.errors import DataError
from fitness.evaluation.problem import Problem, make_problem
from fitness.layouts.cache import LayoutCache
from genomes.bits import Words, n_words, pack, popcount, set_positions, unpack
from genomes.deadline import looking
from genomes.two_level.spec import FormulaGenomeSpec, Kind
from genomes.two_level.variation.samples import Samples

#: Rows transposed at a time: bounds the unpacked intermediate to 4096 * n_bits bytes.
ROW_BLOCK = 4096

FormulaJob = Job[Dataset, Problem, TwoLevelContext, Encoder, FormulaConfig]


def build_search(config: FormulaConfig, dataset: Dataset, backend: Backend | None = None) -> Search:
    """A search ready to run on `backend`, by default the one that `compute` asks for.

    Raises:
        DataError: a setting that names a class the data does not have, or that cannot keep to `Dataset.signs`.
    """
    if any(dataset.signs) and (dataset.task.kind == "multiclass" or config.search.algorithm != "memetic"):
        raise DataError("a direction per column needs search.algorithm memetic and no votes")
    problem = problem_of(config, dataset)
    algorithm = algorithm_of(config.search.algorithm, config.local)
    path = price_path(problem.prices.n_errors, config.search.prices)
    context, islands = _arena(config, dataset, problem, algorithm, path), config.search.islands
    backend = backend or make_backend(config.compute)
    if islands.count > 1:
        return IslandSearch(problem, context, algorithm, backend, islands, config.stop.generations)
    return Search(problem, context, algorithm, backend)


def problem_of(config: FormulaConfig, dataset: Dataset) -> Problem:
    """What is optimised; raises as `make_problem` does."""
    return make_problem(dataset, _genome(config), config.fitness)


def alone(config: FormulaConfig) -> FormulaConfig:
    """The config with one search instead of islands."""
    return replace(config, search=replace(config.search, islands=IslandSpec()))


def at_prices(search: Search, prices: NDArray[np.float64], most_samples: int) -> Search:
    """The search at a few prices per literal only, to judge these: its rounds look at about `most_samples` at most."""
    population = search.algorithm.size(search.context.spec, search.context.space, len(prices))
    context = replace(search.context, prices=prices, population=population, most_samples=most_samples)
    return replace(search, context=context)


def _genome(config: FormulaConfig) -> FormulaGenomeSpec:
    """The genome section, with what `side: auto` means where the source decides: a truth table is its on-set."""
    truth_table = config.data.source == "pla" and config.genome.side == "auto"
    return replace(config.genome, side="positive") if truth_table else config.genome


def _arena(
    config: FormulaConfig, dataset: Dataset, problem: Problem, algorithm: Algorithm, prices: NDArray[np.float64]
) -> TwoLevelContext:
    kind, train = config.genome.kind, dataset.train
    return TwoLevelContext(
        seed=config.seed,
        space=problem.space,
        samples=samples_of(train, kind),
        spec=config.search,
        local=config.local,
        population=algorithm.size(config.search, problem.space, len(prices)),
        prices=prices,
        error_column=config.fitness.objectives.index("error"),
        n_samples=int(popcount(train.care).sum()),
        n_errors=problem.prices.n_errors,
        layouts=LayoutCache(train, kind, dataset.signs),
        evaluator=problem.train,
    )


def samples_of(train: Split, kind: Kind) -> Samples:
    """Training rows row by row, and per cover the rows its cubes should cover (the complement's for pos) or not."""
    ones, zeros = (tuple(map(set_positions, planes & train.care)) for planes in (train.planes, ~train.planes))
    on_set, off_set = (ones, zeros) if kind == "sop" else (zeros, ones)
    return Samples(transposed(train.inputs, train.n_rows), on_set, off_set)


def transposed(inputs: Words, n_rows: int) -> Words:
    """uint64[n_bits, words of rows] -> uint64[n_rows, words of bits]."""
    rows = np.empty((n_rows, n_words(len(inputs))), dtype=np.uint64)
    for start in looking(range(0, n_rows, ROW_BLOCK)):
        stop = min(start + ROW_BLOCK, n_rows)
        block = unpack(inputs[:, start // 64 : n_words(stop)], stop - start)
        rows[start:stop] = pack(np.ascontiguousarray(block.T))
    return rows
