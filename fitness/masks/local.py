"""The local steps by name, and which of them a network gets by default.

Every step is a pure function (network, samples, genes, space, rng, steps, price) -> genes. `steps` counts what the step
calls one: a sweep over all neurons or gates, a round of exchanges, a batch of gradients. Time never enters: a budget in
steps gives the same mask on every machine that computes the same floats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

import numpy as np

from fitness.errors import DataError
from fitness.masks.networks import Network
from fitness.masks.samples import Samples
from genomes.masks.space import Genes, MaskSpace

Step = Callable[[Network, Samples, Genes, MaskSpace, np.random.Generator, int, float], Genes]
#: Weights times samples above which a sweep of Gauss-Newton steps costs minutes, and gradients on batches take over.
LARGE = 1 << 31


#: Name of each step, its module in this folder (imported when the step is used: most load kernels), and its function.
LOCAL_STEPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "gauss_newton": ("gauss_newton", "gauss_newton"),
        "minibatch": ("minibatch", "minibatch_gauss_newton"),
        "exact_sign": ("exact_sign", "exact_sign"),
        "gates": ("gates", "gates"),
        "group": ("group", "group"),
        "edge_popup": ("edge_popup", "relearnt"),
        "prune_grow": ("prune_grow", "prune_grow"),
        "none": ("local", "unchanged"),
    }
)


def unchanged(
    network: Network,
    samples: Samples,
    genes: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    steps: int,
    price: float,
) -> Genes:
    """The step of `none`: the mask as it is."""
    return genes


def local_step(kind: str, network: Network, samples: Samples, space: MaskSpace) -> Step:
    """The step of that name; `auto` is `chosen`.

    Raises:
        DataError: see `step_name`.
    """
    module, function = LOCAL_STEPS[step_name(kind, network, samples, space)]
    step: Step = getattr(import_module(f"fitness.masks.{module}"), function)
    return step


def step_name(kind: str, network: Network, samples: Samples, space: MaskSpace) -> str:
    """The name of the step that `kind` stands for; loads no kernel.

    Raises:
        DataError: no such step, or one that does not fit the network or the granularity.
    """
    kind = chosen(network, len(samples), space) if kind == "auto" else kind
    if kind not in LOCAL_STEPS:
        raise DataError(f"must be auto, {', '.join(LOCAL_STEPS)}; got {kind}", where="local.kind")
    if kind != "none" and (kind == "gates") != (space.granularity == "neuron"):
        raise DataError(f"{kind} does not work on {space.granularity} masks", where="local.kind")
    if kind == "group" and (space.granularity != "n_of_m" or any(inputs % space.m for _, inputs in space.shapes)):
        need = f"group needs n_of_m masks and whole groups of {space.m} in every layer"
        raise DataError(f"{need}, got {[inputs for _, inputs in space.shapes]} inputs", where="local.kind")
    if kind in ("gauss_newton", "minibatch") and network.activation == "sign":
        raise DataError(
            f"{kind} needs derivatives, which activation sign has none of; use exact_sign", where="local.kind"
        )
    return kind


def chosen(network: Network, n_samples: int, space: MaskSpace) -> str:
    """gates for neuron masks, exact_sign for sign networks, else gauss_newton up to a size and edge_popup above it."""
    if space.granularity == "neuron":
        return "gates"
    if network.activation == "sign":
        return "exact_sign"
    return "gauss_newton" if space.n_weights * n_samples <= LARGE else "edge_popup"
