"""Rules between keys of a config of networks; see `evo.config.rules`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from evo.config.data_rules import is_set
from evo.config.picture_rules import image_is_whole
from evo.config.problems import Problem
from evo.config.rules import migrants_find_room, objectives_contain
from evo.kinds.network.config import NetworkConfig
from evo.search.spec import UNMOVED


def refit_finds_other_rows(config: NetworkConfig) -> Iterator[Problem]:
    """All rows are more than the training rows only where some were held out for choosing."""
    data = config.data
    held_out = data.valid_path is not None or data.split.column is not None or data.split.valid > 0
    if config.genome.refit == "all" and not held_out:
        need = "all needs validation rows (data.split.valid, data.valid_path); train grows on every other row"
        yield Problem(("genome", "refit"), need)


def moves_are_of_the_descent(config: NetworkConfig) -> Iterator[Problem]:
    """No step makes none."""
    if is_set(config.local, "moves") and config.local.kind == "none":
        yield Problem(("local", "moves"), "only used by kind: descent")


def prices_are_of_others(config: NetworkConfig) -> Iterator[Problem]:
    """A network's size is an objective of its own."""
    if is_set(config.search, "prices"):
        yield Problem(("search", "prices"), "not used by kind: network, whose gates are an objective")


def settings_have_a_use(config: NetworkConfig) -> Iterator[Problem]:
    """How copies and patterns are made says nothing where there are none."""
    for section, number in (("augment", "copies"), ("patterns", "bits")):
        of = getattr(config.data, section)
        for key in (field.name for field in fields(of)):
            if not getattr(of, number) and is_set(of, key):
                yield Problem(("data", section, key), f"only used with data.{section}.{number} above 0")


def patterns_fit_windows(config: NetworkConfig) -> Iterator[Problem]:
    """No window has fewer pixels than are to be taken from it."""
    for number, shape in enumerate(config.data.patterns.kinds):
        if shape.literals > shape.window**2:
            place = ("data", "patterns", "kinds", number, "literals")
            need = f"must be at most the window's {shape.window**2} pixels"
            yield Problem(place, f"{need}, got {shape.literals}")


def tables_are_of_lut_boost(config: NetworkConfig) -> Iterator[Problem]:
    """What only wide networks have."""
    if config.search.algorithm == "lut_boost":
        return
    for key in ("units", "inputs", "sweeps", "rounds"):
        if is_set(config.search, key):
            yield Problem(("search", key), "only used by algorithm: lut_boost")
    if config.data.patterns.bits:
        yield Problem(("data", "patterns", "bits"), "only used by search.algorithm: lut_boost")


def wide_islands_exchange_nothing(config: NetworkConfig) -> Iterator[Problem]:
    """What islands send each other says nothing where they send nothing."""
    islands = config.search.islands
    if config.search.algorithm != "lut_boost" or islands.count == 1:
        return
    said = "not used by algorithm: lut_boost, whose islands grow networks of their own and exchange nothing"
    for key in ("topology", "migrants"):
        if is_set(islands, key) and getattr(islands, key) not in ("none", 0):
            yield Problem(("search", "islands", key), f"{said}; the front is of all, take the key out")


def wide_networks_are_one(config: NetworkConfig) -> Iterator[Problem]:
    """lut_boost grows one network by a plan of its own, judged by rows: what breeds, votes and waits has no use."""
    if config.search.algorithm != "lut_boost":
        return
    one = "not used by algorithm: lut_boost, which grows one network"
    for section, keys, said in (
        ("search", ("population", "crossover"), one),
        ("genome", ("votes",), "not used by search.algorithm: lut_boost, whose tables vote"),
        ("local", ("moves",), "not used by search.algorithm: lut_boost, which goes over its tables instead"),
        ("stop", ("exact", "settled"), "not used by search.algorithm: lut_boost, which keeps its plan"),
    ):
        for key in keys:
            of = getattr(config, section)
            if is_set(of, key) and getattr(of, key) is not None:
                yield Problem((section, key), said)
    if config.fitness.judging == "folds":
        yield Problem(("fitness", "judging"), "must be auto or rows for search.algorithm: lut_boost, got folds")


#: The sections that a rule reads, and the rule.
RULES: Final = (
    ("fitness", objectives_contain("error")),
    ("genome data", refit_finds_other_rows),
    ("data", image_is_whole),
    ("data", settings_have_a_use),
    ("data", patterns_fit_windows),
    ("local", moves_are_of_the_descent),
    ("search", prices_are_of_others),
    ("search", migrants_find_room(*UNMOVED, noun="networks")),
    ("search", wide_islands_exchange_nothing),
    ("search data", tables_are_of_lut_boost),
    ("search genome local stop fitness", wide_networks_are_one),
)
