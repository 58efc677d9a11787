"""Rules between keys of a config of networks; see `evo.config.rules`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from evo.config.data_rules import is_set
from evo.config.problems import Problem
from evo.config.rules import migrants_find_room, objectives_contain
from evo.kinds.network.config import NetworkConfig


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


#: The sections that a rule reads, and the rule.
RULES: Final = (
    ("fitness", objectives_contain("error")),
    ("genome data", refit_finds_other_rows),
    ("local", moves_are_of_the_descent),
    ("search", prices_are_of_others),
    ("search", migrants_find_room("random", noun="networks")),
)
