"""From a config, and data that may be there already, to the job of a search for composed networks."""

from __future__ import annotations

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
from evo.search.networks import Compose, NetworkContext, RandomNetworks
from fitness.data.dataset import Dataset
from fitness.data.encoder import Encoder
from fitness.data.load import Loaded
from fitness.data.pictures.load import load_pictures
from fitness.kernels import NETWORKS
from fitness.networks.problem import NetworkProblem, network_problem

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
    require(networks(config, loaded.dataset), KEYS)
    problem = network_problem(loaded.dataset, config.genome, config.fitness, config.seed)
    search = _search(config, problem)
    kernels = NETWORKS if search.algorithm.compiled else ()
    scorer = NetworkScorer(problem, loaded.dataset)
    parts = (config, loaded.dataset, loaded.encoder, search, scorer, kernels)
    return Job(*parts, finishing=Refit(refit_of(config), loaded.dataset), columns=loaded.columns)


def refit_of(config: NetworkConfig) -> str:
    """Which rows the chosen network is grown on in the end: none where no operator of the search made it."""
    return "none" if config.search.algorithm == "random" else config.genome.refit


def _search(config: NetworkConfig, problem: NetworkProblem) -> Search[NetworkProblem, NetworkContext]:
    spec = config.search
    algorithm: Algorithm[NetworkContext, NetworkProblem] = RandomNetworks() if spec.algorithm == "random" else Compose()
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
