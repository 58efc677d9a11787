"""Rules between keys, as small functions from a config to problems.

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
from typing import Final

from evo.config.data_rules import DATA_RULES
from evo.config.mask_rules import MASK_RULES
from evo.config.problems import Problem, key_text, shown
from evo.config.schema import RunConfig
from evo.config.size_rules import SIZE_RULES
from fitness.spec import FitnessSpec
from genomes.bounds import MANY

Rule = Callable[[RunConfig], Iterator[Problem]]

_FOLDER_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")


def broken_rules(config: RunConfig, skipped: Collection[str] = ()) -> list[Problem]:
    """Problems of all rules, but for the rules of `skipped` sections."""
    return [problem for read, rule in RULES if not set(read.split()) & set(skipped) for problem in rule(config)]


def name_is_a_folder(config: RunConfig) -> Iterator[Problem]:
    """The name becomes a folder, on any file system and unquoted in any shell."""
    if not _FOLDER_NAME.fullmatch(config.name):
        need = "must be a plain folder name (at most 100 letters, digits, '.', '_' or '-', not starting with '.')"
        yield Problem(("name",), f"{need}, got {shown(config.name)}")


def root_is_a_path(config: RunConfig) -> Iterator[Problem]:
    """No file system takes a NUL."""
    if "\0" in config.output.root:
        yield Problem(("output", "root"), f"must be a path without NUL, got {shown(config.output.root)}")


def objectives_contain_error(config: RunConfig) -> Iterator[Problem]:
    """Without the error (or the loss of a mask) the smallest model wins: the empty one."""
    needed = ("error", "loss") if config.genome.kind == "mask" else ("error",)
    if not set(needed) & set(config.fitness.objectives):
        got = shown(list(config.fitness.objectives))
        yield Problem(("fitness", "objectives"), f"must contain {' or '.join(needed)}, got {got}")


def objectives_differ(config: RunConfig) -> Iterator[Problem]:
    """An objective counted twice would only distort crowding distances."""
    for objective, times in Counter(config.fitness.objectives).items():
        if times > 1:
            yield Problem(("fitness", "objectives"), f"{objective} is listed {times} times")


def folds_need_the_rows_of_a_holdout(config: RunConfig) -> Iterator[Problem]:
    """Rows held out for choosing would be kept from a search that chooses by folds."""
    data = config.data
    held_out = data.valid_path is not None or (data.split.column is None and data.split.valid > 0)
    if config.fitness.selection == "cross_validation" and held_out:
        need = "cross_validation picks by folds of the training rows; set data.split.valid: 0 and no data.valid_path"
        yield Problem(("fitness", "selection"), need)


def price_is_for_the_selection_by_it(config: RunConfig) -> Iterator[Problem]:
    """Every other selection finds its price."""
    if config.fitness.price != FitnessSpec().price and config.fitness.selection != "price":
        yield Problem(("fitness", "price"), "only used by selection: price")


def class_weight_fits_metric(config: RunConfig) -> Iterator[Problem]:
    """Weights are for the weighted metric, which has no meaning without them."""
    given = bool(config.fitness.class_weight)
    if given and config.fitness.metric != "weighted":
        yield Problem(("fitness", "class_weight"), "only used by metric: weighted")
    if not given and config.fitness.metric == "weighted":
        need = "is required by metric: weighted; must be balanced or a mapping from class to weight"
        yield Problem(("fitness", "class_weight"), need)


def weights_are_not_negative(config: RunConfig) -> Iterator[Problem]:
    """A weight is a share of the rows; sums of larger ones than `MANY` lose the smaller."""
    weights = config.fitness.class_weight
    for name, weight in weights.items() if isinstance(weights, dict) else ():
        if not 0 <= weight <= MANY:
            most = f" and <= {MANY}" if math.isfinite(weight) and weight > 0 else ""
            yield Problem(("fitness", "class_weight", name), f"must be a number >= 0{most}, got {shown(weight)}")


def term_literals_need_the_memetic_search(config: RunConfig) -> Iterator[Problem]:
    """The other algorithms mutate terms as they like."""
    if config.genome.term_literals is not None and config.search.algorithm != "memetic":
        yield Problem(("genome", "term_literals"), "only used by search.algorithm: memetic")


def migrants_find_room(config: RunConfig) -> Iterator[Problem]:
    """Genomes take the places of others; terms join a pool, and a random search builds on nobody."""
    search, islands = config.search, config.search.islands
    genomes = search.algorithm not in ("memetic", "random") and islands.count > 1 and islands.topology != "none"
    if genomes and islands.migrants > search.population // 2:
        need = f"must be at most half of search.population ({search.population}) where genomes migrate"
        yield Problem(("search", "islands", "migrants"), f"{need}, got {islands.migrants}")


def run_ends(config: RunConfig) -> Iterator[Problem]:
    """Something has to end a run; `exact` ends only one that has no errors left."""
    keys = [key.name for key in fields(config.stop) if key.name != "exact"]
    if all(getattr(config.stop, key) is None for key in keys):
        yield Problem(("stop",), f"at least one of {', '.join(map(key_text, keys))} must be set")


#: The sections that a rule reads, and the rule.
RULES: Final[tuple[tuple[str, Rule], ...]] = (
    ("name", name_is_a_folder),
    *(("data", rule) for rule in DATA_RULES),
    ("output", root_is_a_path),
    ("genome fitness", objectives_contain_error),
    ("fitness", objectives_differ),
    ("fitness", folds_need_the_rows_of_a_holdout),
    ("fitness", price_is_for_the_selection_by_it),
    ("fitness", class_weight_fits_metric),
    ("fitness", weights_are_not_negative),
    ("genome search", term_literals_need_the_memetic_search),
    ("search", migrants_find_room),
    ("stop", run_ends),
    *MASK_RULES,
    *SIZE_RULES,
)
