"""Rules between keys of a config of formulas; see `evo.config.rules`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from evo.config.picture_rules import image_is_whole
from evo.config.problems import Problem
from evo.config.rules import migrants_find_room, objectives_contain
from evo.kinds.two_level.config import FormulaConfig
from evo.search.formula_spec import MUTATING

#: The price that run directories of earlier versions say where none was asked for.
FORMER: Final = 2.0


def folds_need_the_rows_of_a_holdout(config: FormulaConfig) -> Iterator[Problem]:
    """Rows held out for choosing would be kept from a search that chooses by folds."""
    data = config.data
    held_out = data.valid_path is not None or (data.split.column is None and data.split.valid > 0)
    if config.fitness.selection == "cross_validation" and held_out:
        need = "cross_validation picks by folds of the training rows; set data.split.valid: 0 and no data.valid_path"
        yield Problem(("fitness", "selection"), need)


def price_is_for_the_selection_by_it(config: FormulaConfig) -> Iterator[Problem]:
    """Every other selection finds its price."""
    if config.fitness.price not in (None, FORMER) and config.fitness.selection != "price":
        yield Problem(("fitness", "price"), "only used by selection: price")


def term_literals_need_the_memetic_search(config: FormulaConfig) -> Iterator[Problem]:
    """The other algorithms mutate terms as they like."""
    if config.genome.term_literals is not None and config.search.algorithm != "memetic":
        yield Problem(("genome", "term_literals"), "only used by search.algorithm: memetic")


def operators_are_used(config: FormulaConfig) -> Iterator[Problem]:
    """Something mutates, and each is one of them."""
    named, path = config.search.operators, ("search", "operators")
    if not named:
        return
    if config.search.algorithm not in MUTATING:
        yield Problem(path, f"only used by search.algorithm: {', '.join(MUTATING)}")
    yield from (Problem(path, f"{name} is listed {n} times") for name, n in Counter(named).items() if n > 1)


#: The sections that a rule reads, and the rule.
RULES: Final = (
    ("fitness", objectives_contain("error")),
    ("data", image_is_whole),
    ("fitness data", folds_need_the_rows_of_a_holdout),
    ("fitness", price_is_for_the_selection_by_it),
    ("search", operators_are_used),
    ("genome search", term_literals_need_the_memetic_search),
    (
        "search",
        migrants_find_room("memetic", "random", noun="genomes"),
    ),  # terms join a pool, and a random search builds on nobody
)
