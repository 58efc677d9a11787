"""The local steps by name, and which of them a network gets by default.

Every step is a pure function (network, samples, genes, space, rng, steps, price) -> genes. `steps` counts what the step
calls one: a sweep over all neurons or gates, a round of exchanges, a batch of gradients. Time never enters: a budget in
steps gives the same mask on every machine that computes the same floats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from fitness.errors import DataError
from fitness.masks.networks import Network
from fitness.masks.samples import Samples
from genomes.masks.space import Genes, MaskSpace

Step = Callable[[Network, Samples, Genes, MaskSpace, np.random.Generator, int, float], Genes]
#: Weights times samples above which a sweep of Gauss-Newton steps costs minutes, and gradients on batches take over.
LARGE = 1 << 31


def _gauss_newton() -> Step:
    from fitness.masks.gauss_newton import gauss_newton  # noqa: PLC0415 - loads kernels

    return gauss_newton


def _exact_sign() -> Step:
    from fitness.masks.exact_sign import exact_sign  # noqa: PLC0415 - loads kernels

    return exact_sign


def _minibatch() -> Step:
    from fitness.masks.minibatch import minibatch_gauss_newton  # noqa: PLC0415 - loads kernels

    return minibatch_gauss_newton


def _gates() -> Step:
    from fitness.masks.gates import gates  # noqa: PLC0415 - as the others

    return gates


def _group() -> Step:
    from fitness.masks.group import group  # noqa: PLC0415 - as the others

    return group


def _prune_grow() -> Step:
    from fitness.masks.prune_grow import prune_grow  # noqa: PLC0415 - as the others

    return prune_grow


def _edge_popup() -> Step:
    from fitness.masks.edge_popup import edge_popup  # noqa: PLC0415 - as the others

    def step(
        network: Network,
        samples: Samples,
        genes: Genes,
        space: MaskSpace,
        rng: np.random.Generator,
        steps: int,
        price: float = 0.0,
    ) -> Genes:
        return edge_popup(network, samples, genes, space, rng, steps)

    return step


def _none() -> Step:
    def step(
        network: Network,
        samples: Samples,
        genes: Genes,
        space: MaskSpace,
        rng: np.random.Generator,
        steps: int,
        price: float = 0.0,
    ) -> Genes:
        return genes

    return step


#: Name and what loads the step; one line adds one.
LOCAL_STEPS: Mapping[str, Callable[[], Step]] = MappingProxyType(
    {
        "gauss_newton": _gauss_newton,
        "minibatch": _minibatch,
        "exact_sign": _exact_sign,
        "gates": _gates,
        "group": _group,
        "edge_popup": _edge_popup,
        "prune_grow": _prune_grow,
        "none": _none,
    }
)


def local_step(kind: str, network: Network, samples: Samples, space: MaskSpace) -> Step:
    """The step of that name; `auto` is `chosen`.

    Raises:
        DataError: see `step_name`.
    """
    return LOCAL_STEPS[step_name(kind, network, samples, space)]()


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
