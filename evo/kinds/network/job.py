"""From a config, and data that may be there already, to the job of a search for composed networks."""

from __future__ import annotations

from dataclasses import replace

from distributed.choice import make_backend
from evo.kinds.common.job import Job
from evo.kinds.common.needs import require
from evo.kinds.network.config import NetworkConfig
from evo.kinds.network.needs import KEYS, before_data, networks
from evo.kinds.network.refit import Refit
from evo.kinds.network.scorer import NetworkScorer
from evo.search.context import Algorithm
from evo.search.islands import IslandSearch
from evo.search.loop import Search
from evo.search.lut_boost import LutBoost
from evo.search.networks import Compose, NetworkContext, RandomNetworks
from fitness.data.dataset import Dataset
from fitness.data.encoder import Encoder
from fitness.data.load import Loaded
from fitness.data.pictures.load import load_pictures
from fitness.kernels import NETWORKS, TABLES
from fitness.networks.problem import NetworkProblem, network_problem
from fitness.networks.spec import NetworkFitnessSpec
from fitness.networks.wide.patterns import with_patterns
from fitness.networks.wide.plan import Boosting

#: Generations of a search that composes networks.
GENERATIONS = 6
#: Rows that judge wide networks, at most.
JUDGES = 6000
NetworkJob = Job[Dataset, NetworkProblem, NetworkContext, Encoder, NetworkConfig]


def prepare_networks(config: NetworkConfig) -> NetworkJob:
    """Read the data and build the search; raises as `network_job` does."""
    require(before_data(config), KEYS)
    return network_job(config, load_pictures(config.data, config.seed))


def network_job(config: NetworkConfig, loaded: Loaded) -> NetworkJob:
    """Build a search for networks of data that are there already.

    Raises:
        ConfigError: it needs more memory than there is.
        DataError: the data cannot be learned from, or `fitness.class_weight` names a class that they do not have.
    """
    config = resolved(config)
    require(networks(config, loaded.dataset), KEYS)
    problem = network_problem(
        loaded.dataset, config.genome, wide_fitness(config, loaded.dataset.n_originals), config.seed
    )
    if config.search.algorithm == "lut_boost":
        problem = with_patterns(replace(problem, wide=True), loaded.dataset, config.data.patterns, config.seed)
    search = _search(config, problem)
    kernels = (NETWORKS + TABLES * isinstance(search.algorithm, LutBoost)) if search.algorithm.compiled else ()
    scorer = NetworkScorer(problem, loaded.dataset)
    parts = (config, loaded.dataset, loaded.encoder, search, scorer, kernels)
    return Job(*parts, finishing=Refit(refit_of(config), loaded.dataset), columns=loaded.columns)


def resolved(config: NetworkConfig) -> NetworkConfig:
    """The config with a number of generations where it leaves that open."""
    if config.stop.generations != 0:
        return config
    wide = config.search.algorithm == "lut_boost"
    generations = boosting_of(config).generations if wide else GENERATIONS
    return replace(config, stop=replace(config.stop, generations=generations))


def wide_fitness(config: NetworkConfig, n_rows: int) -> NetworkFitnessSpec:
    """The `fitness` section; of wide networks only some rows judge, and none are folded."""
    fitness = config.fitness
    if config.search.algorithm != "lut_boost":
        return fitness
    return replace(fitness, judging="rows", judged=min(fitness.judged, JUDGES / max(n_rows, 1)))


def boosting_of(config: NetworkConfig) -> Boosting:
    """The plan of lut_boost."""
    spec = config.search
    rounds = min(spec.rounds, spec.units)
    return Boosting(spec.units, spec.inputs, spec.sweeps, rounds, layers=spec.layers, epochs=spec.epochs)


def refit_of(config: NetworkConfig) -> str:
    """Which rows the chosen network is grown on in the end: none where no operator of the search made it."""
    return "none" if config.search.algorithm == "random" else config.genome.refit


def _search(config: NetworkConfig, problem: NetworkProblem) -> Search[NetworkProblem, NetworkContext]:
    spec = config.search
    algorithms: dict[str, Algorithm[NetworkContext, NetworkProblem]] = {
        "compose": Compose(),
        "lut_boost": LutBoost(boosting_of(config), problem.patterns),
        "random": RandomNetworks(),
    }
    algorithm = algorithms[spec.algorithm]
    context = NetworkContext(
        seed=config.seed,
        spec=spec,
        local=config.local,
        population=spec.population,
        error_column=config.fitness.objectives.index("error"),
        space=problem.space,
        crossed=bool(problem.folds),
    )
    backend = make_backend(config.compute)
    if spec.islands.count > 1:
        return IslandSearch(problem, context, algorithm, backend, spec.islands, config.stop.generations)
    return Search(problem, context, algorithm, backend)
