"""Rules between keys of a config of masks: which local step works on what, and what a network must be."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Final

from evo.config.data_rules import is_set, needed
from evo.config.problems import Problem
from evo.config.rules import objectives_contain
from evo.kinds.mask.config import MaskConfig
from genomes.masks.extent import extent

#: Weights of a drawn network: a local step of one mask visits them all for every row, which takes hours already.
MOST_WEIGHTS: Final = 2**24
#: Steps of masks and the granularities they work on; those not listed work on all but neurons.
STEPS_ON: Final = {
    "gates": ("neuron",),
    "group": ("n_of_m",),
    **dict.fromkeys(("auto", "none"), ("edge", "neuron", "n_of_m", "ternary")),
}


def local_step_fits(config: MaskConfig) -> Iterator[Problem]:
    """Some steps work on one granularity or activation."""
    kind, granularity, activation = config.local.kind, config.genome.granularity, config.genome.network.activation
    places = STEPS_ON.get(kind, ("edge", "n_of_m", "ternary"))
    if granularity not in places:
        yield Problem(("local", "kind"), f"{kind} does not work on {granularity} masks; auto does")
    elif (kind == "exact_sign") != (activation == "sign") and kind in ("exact_sign", "gauss_newton", "minibatch"):
        yield Problem(("local", "kind"), f"{kind} does not work with activation {activation}; auto does")


def pattern_keeps_fewer(config: MaskConfig) -> Iterator[Problem]:
    """Of m connections fewer than m are kept, or nothing is pruned."""
    genome = config.genome
    if genome.granularity == "n_of_m":
        if genome.n >= genome.m:
            yield Problem(("genome", "n"), f"must be less than genome.m ({genome.m}), got {genome.n}")
    else:
        for key in ("n", "m"):
            if is_set(genome, key):
                yield Problem(("genome", key), "only used by granularity: n_of_m")


def network_is_whole(config: MaskConfig) -> Iterator[Problem]:
    """Sizes of at least an input and an output layer, or a file that has them."""
    network, place = config.genome.network, ("genome", "network")
    if network.weights == "file":
        if network.path is None:
            yield needed(config, (*place, "path"), "weights: file")
        for key in ("scale", "biases", "convolutions"):
            if is_set(network, key):
                yield Problem((*place, key), "not used by weights: file, which brings its own")
    else:
        if network.path is not None:
            yield Problem((*place, "path"), "only used by weights: file")
        if not network.layers:
            yield Problem((*place, "layers"), "is required by kind: mask, e.g. [64, 20, 10]")
    if len(network.layers) == 1:
        yield Problem((*place, "layers"), "must name the inputs and the classes at least, e.g. [64, 20, 10]")
    if config.genome.granularity == "neuron" and len(network.layers) == 2 and not network.convolutions:
        yield Problem((*place, "layers"), "must have a hidden layer for granularity: neuron")
    if network.inputs and not (len(network.inputs) == 2 and network.inputs[0] < network.inputs[1]):
        yield Problem((*place, "inputs"), f"must be [lowest, highest], got {list(network.inputs)}")


def convolutions_fit(config: MaskConfig) -> Iterator[Problem]:
    """An image, and [filters, kernel, stride] per convolution."""
    network, place = config.genome.network, ("genome", "network")
    if bool(network.image) != bool(network.convolutions):
        missing = "convolutions" if network.image else "image"
        yield Problem((*place, missing), "image and convolutions need each other")
    if not network.image or not network.convolutions:
        return
    if len(network.image) != 3:
        yield Problem((*place, "image"), f"must be [channels, rows, columns], got {list(network.image)}")
    elif network.layers and prod(network.image) != network.layers[0]:
        need = f"must hold as many values as the network has inputs ({network.layers[0]})"
        yield Problem((*place, "image"), f"{need}, got {list(network.image)}")
    for number, convolution in enumerate(network.convolutions):
        if len(convolution) != 3:
            need = "must be [filters, kernel, stride]"
            yield Problem((*place, "convolutions", number), f"{need}, got {list(convolution)}")
    if network.activation == "sign":
        yield Problem((*place, "convolutions"), "only used by activation: relu")


def drawn_network_is_small(config: MaskConfig) -> Iterator[Problem]:
    """A network is drawn in memory, with the places of its convolutions; a larger one takes too long to search."""
    network = config.genome.network
    if network.weights == "file":
        return
    size = extent(network)
    for key, number, noun in (
        ("layers", size.weights, "weights"),
        ("convolutions", size.places, "inputs of convolutions, over all their places"),
    ):
        if number > MOST_WEIGHTS:
            yield Problem(
                ("genome", "network", key), f"at most {MOST_WEIGHTS:,} {noun} can be searched, got {number:,}"
            )


#: The sections that a rule reads, and the rule.
RULES: Final = (
    ("fitness", objectives_contain("error", "loss")),
    ("genome local", local_step_fits),
    ("genome", pattern_keeps_fewer),
    ("genome", network_is_whole),
    ("genome", convolutions_fit),
    ("genome", drawn_network_is_small),
)
