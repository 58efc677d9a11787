"""Rules between keys, as small functions from a config to problems; each kind has some of its own.

A key counts as set where it differs from its default. So a null, or a default written out (as in resolved.yaml), never
breaks a rule, and a rule needs nothing but the config. Each is skipped while a section that it reads has problems of
its own.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import fields
from typing import Final, get_args

from evo.config.choice import rules_of
from evo.config.data_rules import DATA_RULES
from evo.config.problems import Problem, key_text, shown
from evo.config.schema import RunConfig
from evo.config.size_rules import generated_rows_are_few
from evo.search.spec import WAITING
from fitness.spec import OwnMetric
from genomes.bounds import MANY

Rule = Callable[[RunConfig], Iterator[Problem]]

_FOLDER_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")


def broken_rules(config: RunConfig, skipped: Collection[str] = ()) -> list[Problem]:
    """Problems of all rules, but for the rules of `skipped` sections."""
    rules = (*RULES, *rules_of(config))
    return [problem for read, rule in rules if not set(read.split()) & set(skipped) for problem in rule(config)]


def name_is_a_folder(config: RunConfig) -> Iterator[Problem]:
    """The name becomes a folder, on any file system and unquoted in any shell."""
    if not _FOLDER_NAME.fullmatch(config.name):
        need = "must be a plain folder name (at most 100 letters, digits, '.', '_' or '-', not starting with '.')"
        yield Problem(("name",), f"{need}, got {shown(config.name)}")


def root_is_a_path(config: RunConfig) -> Iterator[Problem]:
    """No file system takes a NUL."""
    if "\0" in config.output.root:
        yield Problem(("output", "root"), f"must be a path without NUL, got {shown(config.output.root)}")


def objectives_contain(*needed: str) -> Rule:
    """Without one of these the smallest model wins: the empty one."""

    def rule(config: RunConfig) -> Iterator[Problem]:
        if not set(needed) & set(config.fitness.objectives):
            got = shown(list(config.fitness.objectives))
            yield Problem(("fitness", "objectives"), f"must contain {' or '.join(needed)}, got {got}")

    return rule


def migrants_find_room(*unmoved: str, noun: str) -> Rule:
    """Those of a `noun` take the places of others, but for algorithms that are `unmoved` by any."""

    def rule(config: RunConfig) -> Iterator[Problem]:
        search, islands = config.search, config.search.islands
        moving = search.algorithm not in unmoved and islands.count > 1 and islands.topology != "none"
        if moving and islands.migrants > search.population // 2:
            need = f"must be at most half of search.population ({search.population}) where {noun} migrate"
            yield Problem(("search", "islands", "migrants"), f"{need}, got {islands.migrants}")

    return rule


def objectives_differ(config: RunConfig) -> Iterator[Problem]:
    """An objective counted twice would only distort crowding distances."""
    for objective, times in Counter(config.fitness.objectives).items():
        if times > 1:
            yield Problem(("fitness", "objectives"), f"{objective} is listed {times} times")


def class_weight_fits_metric(config: RunConfig) -> Iterator[Problem]:
    """Weights are for the weighted metric, which has no meaning without them, and for metrics of packages."""
    given, metric = bool(config.fitness.class_weight), config.fitness.metric
    if given and metric != "weighted" and metric in get_args(OwnMetric):
        yield Problem(("fitness", "class_weight"), "only used by metric: weighted")
    if not given and metric == "weighted":
        need = "is required by metric: weighted; must be balanced or a mapping from class to weight"
        yield Problem(("fitness", "class_weight"), need)


def weights_are_not_negative(config: RunConfig) -> Iterator[Problem]:
    """A weight is a share of the rows; sums of larger ones than `MANY` lose the smaller."""
    weights = config.fitness.class_weight
    for name, weight in weights.items() if isinstance(weights, dict) else ():
        if not 0 <= weight <= MANY:
            most = f" and <= {MANY}" if math.isfinite(weight) and weight > 0 else ""
            yield Problem(("fitness", "class_weight", name), f"must be a number >= 0{most}, got {shown(weight)}")


def run_ends(config: RunConfig) -> Iterator[Problem]:
    """Something has to end a run; `exact` and `settled` wait for what may never come."""
    keys = [key.name for key in fields(config.stop) if key.name not in WAITING]
    if all(getattr(config.stop, key) is None for key in keys):
        yield Problem(("stop",), f"at least one of {', '.join(map(key_text, keys))} must be set")


#: The sections that a rule reads, and the rule.
RULES: Final[tuple[tuple[str, Rule], ...]] = (
    ("name", name_is_a_folder),
    *(("data", rule) for rule in DATA_RULES),
    ("output", root_is_a_path),
    ("fitness", objectives_differ),
    ("fitness", class_weight_fits_metric),
    ("fitness", weights_are_not_negative),
    ("stop", run_ends),
    ("data", generated_rows_are_few),
)
