"""Rules for masks: which keys they use, which only formulas do, and what a network must be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from math import prod
from typing import Final

from evo.config.data_rules import is_set, needed
from evo.config.problems import Problem
from evo.config.schema import RunConfig

#: Per section: keys for masks alone, and keys for formulas alone.
FOR_MASKS: Final = {
    "genome": ("granularity", "n", "m"),
    "fitness": ("logit_scale",),
    "local": ("sweeps", "seeds", "price"),
}
FOR_FORMULAS: Final = {
    "genome": ("side", "terms", "output", "term_literals"),
    "fitness": ("price", "standard_errors"),
    "search": ("selection",),
    "local": ("share", "inheritance"),
}
OBJECTIVES: Final = {True: ("error", "loss", "kept"), False: ("error", "literals", "terms", "gates")}
FORMULA_STEPS: Final = ("boolean_gradient", "none")
MASK_ALGORITHMS: Final = ("memetic", "random")
#: Steps of masks and the granularities they work on; those not listed work on all but neurons.
STEPS_ON: Final = {
    "gates": ("neuron",),
    "group": ("n_of_m",),
    **dict.fromkeys(("auto", "none"), ("edge", "neuron", "n_of_m", "ternary")),
}


def keys_fit_kind(config: RunConfig) -> Iterator[Problem]:
    """A key of the other kind is a misunderstanding, never ignored."""
    masks = config.genome.kind == "mask"
    users = "sop, pos" if masks else "mask"
    for section, keys in (FOR_FORMULAS if masks else FOR_MASKS).items():
        for key in keys:
            if is_set(getattr(config, section), key):
                yield Problem((section, key), f"only used by genome.kind: {users}")
    network = config.genome.network
    for name in () if masks else [field.name for field in fields(network)]:
        if is_set(network, name):
            yield Problem(("genome", "network", name), "only used by genome.kind: mask")


def objectives_fit_kind(config: RunConfig) -> Iterator[Problem]:
    """Masks have weights and a loss, formulas literals and terms."""
    masks = config.genome.kind == "mask"
    known = OBJECTIVES[masks]
    for objective in config.fitness.objectives:
        if objective not in known:
            kind = "a mask" if masks else "a formula"
            yield Problem(("fitness", "objectives"), f"{objective} is none of {kind}'s: {', '.join(known)}")


def selection_fits_kind(config: RunConfig) -> Iterator[Problem]:
    """Masks are picked by validation rows."""
    if config.genome.kind == "mask" and config.fitness.selection not in ("auto", "holdout"):
        need = "masks are picked by validation rows (holdout)"
        yield Problem(("fitness", "selection"), f"{need}, got {config.fitness.selection}")


def algorithm_fits_kind(config: RunConfig) -> Iterator[Problem]:
    """The other algorithms breed formulas."""
    if config.genome.kind == "mask" and config.search.algorithm not in MASK_ALGORITHMS:
        need = f"masks are searched by {' or '.join(MASK_ALGORITHMS)}"
        yield Problem(("search", "algorithm"), f"{need}, got {config.search.algorithm}")


def local_step_fits_kind(config: RunConfig) -> Iterator[Problem]:
    """Every step works on one kind of genome, and some on one granularity or activation."""
    kind, granularity, activation = config.local.kind, config.genome.granularity, config.genome.network.activation
    if config.genome.kind != "mask":
        if kind not in FORMULA_STEPS:
            yield Problem(("local", "kind"), f"{kind} is a step for masks; formulas take {' or '.join(FORMULA_STEPS)}")
        return
    places = STEPS_ON.get(kind, ("edge", "n_of_m", "ternary"))
    if kind == "boolean_gradient":
        yield Problem(("local", "kind"), "boolean_gradient is a step for formulas; masks take auto")
    elif granularity not in places:
        yield Problem(("local", "kind"), f"{kind} does not work on {granularity} masks; auto does")
    elif (kind == "exact_sign") != (activation == "sign") and kind in ("exact_sign", "gauss_newton", "minibatch"):
        yield Problem(("local", "kind"), f"{kind} does not work with activation {activation}; auto does")


def pattern_keeps_fewer(config: RunConfig) -> Iterator[Problem]:
    """Of m connections fewer than m are kept, or nothing is pruned."""
    genome = config.genome
    if genome.granularity == "n_of_m":
        if genome.n >= genome.m:
            yield Problem(("genome", "n"), f"must be less than genome.m ({genome.m}), got {genome.n}")
    elif genome.kind == "mask":
        for key in ("n", "m"):
            if is_set(genome, key):
                yield Problem(("genome", key), "only used by granularity: n_of_m")


def network_is_whole(config: RunConfig) -> Iterator[Problem]:
    """Sizes of at least an input and an output layer, or a file that has them."""
    network, place = config.genome.network, ("genome", "network")
    if config.genome.kind != "mask":
        return
    if network.weights == "file":
        if network.path is None:
            yield needed((*place, "path"), "weights: file")
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


def convolutions_fit(config: RunConfig) -> Iterator[Problem]:
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


MASK_RULES: Final = (
    ("genome fitness search local", keys_fit_kind),
    ("genome fitness", objectives_fit_kind),
    ("genome fitness", selection_fits_kind),
    ("genome search", algorithm_fits_kind),
    ("genome local", local_step_fits_kind),
    ("genome", pattern_keeps_fewer),
    ("genome", network_is_whole),
    ("genome", convolutions_fit),
)
