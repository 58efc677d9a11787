"""From a config to the job of a search for masks: the counterpart of `evo.kinds.two_level` for formulas."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import numpy as np

from distributed.choice import make_backend
from evo.kinds.common.job import Job
from evo.kinds.common.needs import require
from evo.kinds.mask.config import MaskConfig
from evo.kinds.mask.controls import Controls
from evo.kinds.mask.needs import KEYS, before_data, masks
from evo.kinds.mask.scorer import MaskScorer
from evo.search.context import Algorithm
from evo.search.islands import IslandSearch
from evo.search.loop import Search
from evo.search.masks import MaskContext, MaskMemetic, RandomMasks, levels_of
from evo.storage.known import WEIGHTS
from evo.storage.npz import npz
from fitness.errors import DataError
from fitness.kernels import GROUP_MASKS, MASKS, SIGN_MASKS
from fitness.masks.build import check_shape, network_of, with_scale
from fitness.masks.data import MaskData, load_samples
from fitness.masks.encoder import MaskEncoder
from fitness.masks.local import step_name
from fitness.masks.networks import Network, extent_of
from fitness.masks.stored import network_to_arrays
from fitness.masks.tasks import MaskProblem

MaskJob = Job[MaskData, MaskProblem, MaskContext, MaskEncoder, MaskConfig]
#: Sweeps, or batches of edge-popup, per child unless the config says.
SWEEPS, BATCHES = 8, 500
#: Hidden neurons from which on the first masks come from edge-popup, and its batches for each.
WIDE, SEED_BATCHES = 64, 1000


def prepare_masks(config: MaskConfig) -> MaskJob:
    """Read the data and the network and build the search.

    Raises:
        ConfigError: it needs more memory than there is.
        DataError: the data cannot be learned from, or the network does not fit it.
    """
    require(before_data(config), KEYS)
    spec = config.genome.network
    ends = (spec.inputs[0], spec.inputs[1]) if spec.inputs else None
    data, encoder, columns = load_samples(config.data, config.seed, ends)
    _check_weights(config, data)
    network = network_of(spec, config.seed, config.data.unpack_limit)
    check_shape(network, data.n_bits, data.task.classes)
    require(masks(config, data, extent_of(network)), KEYS)
    problem = _problem(config, data, with_scale(network, data.train, config.fitness.logit_scale, config.seed))
    search, arrays = _search(config, problem), network_to_arrays(network)
    files = {WEIGHTS: npz(arrays)} if spec.weights == "file" else {}
    controls = Controls.of(config)
    book = MaskScorer(problem, data, heading(config, network), controls)
    digest = sha256(b"".join(array.tobytes() for array in arrays.values())).hexdigest()
    kernels = _kernels(problem) if search.algorithm.compiled else ()
    data = replace(data, weights=digest)
    return Job(config, data, encoder, search, book, kernels, files, depends_on_units=True, columns=columns)


def _kernels(problem: MaskProblem) -> tuple[str, ...]:
    """Modules of kernels that the search runs."""
    named = step_name(problem.local, problem.network, problem.train, problem.space)
    return (*MASKS, *{"exact_sign": SIGN_MASKS, "group": GROUP_MASKS}.get(named, ()))


def heading(config: MaskConfig, network: Network) -> str:
    """The network in a few words: ``64-20-10 relu network, uniform weights``."""
    spec = config.genome.network
    sizes = [network.n_inputs, *(len(layer.bias) for layer in network.layers)]
    kind = "convolutional " if spec.convolutions else ""
    granularity = config.genome.granularity
    of = f"{config.genome.n}:{config.genome.m}" if granularity == "n_of_m" else granularity
    return f"{'-'.join(map(str, sizes))} {kind}{spec.activation} network, {spec.weights} weights, {of} mask"


def _check_weights(config: MaskConfig, data: MaskData) -> None:
    given = config.fitness.class_weight
    unknown = sorted(set(given) - set(data.task.classes)) if isinstance(given, dict) else []
    if unknown:
        known = ", ".join(data.task.classes)
        text = f"no such class: {', '.join(unknown)}; the classes are {known}"
        raise DataError(text, where="fitness.class_weight")


def _problem(config: MaskConfig, data: MaskData, network: Network) -> MaskProblem:
    genome, local = config.genome, config.local
    space = network.space(genome.granularity, n=genome.n, m=genome.m)
    kind = "none" if config.search.algorithm == "random" else local.kind
    named = step_name(kind, network, data.train, space)
    steps = local.sweeps or (BATCHES if named == "edge_popup" else SWEEPS)
    return MaskProblem(
        network, data.train, space, local.price, kind, steps, _seed_batches(config, network), config.fitness
    )


def _seed_batches(config: MaskConfig, network: Network) -> int:
    """Batches of edge-popup behind a first mask."""
    if config.genome.granularity == "neuron" or config.search.algorithm == "random":
        return 0
    if config.local.seeds is not None:
        return config.local.seeds
    return SEED_BATCHES if max((layer.units for layer in network.layers[:-1]), default=0) >= WIDE else 0


def _search(config: MaskConfig, problem: MaskProblem) -> Search[MaskProblem, MaskContext]:
    objectives, spec = config.fitness.objectives, config.search
    algorithm: Algorithm[MaskContext, MaskProblem] = RandomMasks() if spec.algorithm == "random" else MaskMemetic()
    levels = levels_of(problem.space, spec.prices) if "kept" in objectives and problem.local != "none" else np.zeros(0)
    context = MaskContext(
        seed=config.seed,
        spec=spec,
        local=config.local,
        population=spec.population,
        error_column=next(objectives.index(name) for name in ("loss", "error") if name in objectives),
        space=problem.space,
        levels=levels,
        seeded=(spec.population + 1) // 2 if problem.popup_steps else 0,
    )
    backend = make_backend(config.compute, alike=True)
    if spec.islands.count > 1:
        return IslandSearch(problem, context, algorithm, backend, spec.islands, config.stop.generations)
    return Search(problem, context, algorithm, backend)
