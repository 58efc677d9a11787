"""Fewer literals before export, the same value for every combination of input bits.

A sum of products loses terms that lie in others, literals that its terms do not need (every term becomes a prime
implicant) and terms that the others cover. Where it uses few enough inputs for a truth table, the cover made from that
table is taken if it has fewer literals. A product of sums is the complement of the sum of its inverted clauses, which
goes the same way. Of votes, those that all classes have in common cancel out. Nothing is assumed of the inputs: that
``x <= 3`` implies ``x <= 5`` is not used, so circuits keep their value even where no row of data could lead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evo.export.cubes import (
    Budget,
    Cover,
    TooLargeError,
    absorbed,
    cube_of,
    irredundant_primes,
    literals_of,
    n_literals,
)
from evo.export.truth import cover_of, input_table
from evo.models.two_level import Model, Terms
from fitness.data.dataset import Task

#: Cubes looked at per cover: some seconds at most.
CUBES = 1_000_000
#: Covers of several outputs that may take as long; those that come later keep what they have.
OUTPUTS = 8
#: Inputs up to which a cover is also made from its truth table.
TABLE_INPUTS = 12


@dataclass(frozen=True, slots=True)
class Minimized:
    """A model that predicts the same, and what has to be said about it (one line each)."""

    model: Model
    notes: tuple[str, ...] = ()


def minimized(model: Model, task: Task, cubes: int = CUBES) -> Minimized:
    """The smallest equal model that is found; a cover whose check takes too long only loses absorbed terms."""
    if task.kind == "multiclass":
        return Minimized(replace(model, terms=_without_common(model.terms)))
    sign = 1 if model.kind == "sop" else -1
    terms, large, budget = [], 0, OUTPUTS * cubes
    for of_output in model.terms:
        cover = [cube_of(sign * literal for literal in term) for term in of_output]
        own = Budget(min(cubes, max(0, budget)))
        try:
            smaller = _smallest(cover, own)
        except TooLargeError:
            smaller, large = absorbed(cover) if budget > 0 else list(dict.fromkeys(cover)), large + 1
        budget -= min(cubes, max(0, budget)) - max(0, own.left) + len(cover) ** 2 // 64  # absorbing compares all pairs
        terms.append([[sign * literal for literal in literals_of(cube)] for cube in smaller])
    which = "its formula" if len(terms) == 1 else f"{large} of its {len(terms)} formulas"
    note = f"model {model.id}: {which} is too large for exact minimization; only absorbed terms were removed"
    return Minimized(replace(model, terms=terms), (note,) if large else ())


def _smallest(cover: Cover, budget: Budget) -> Cover:
    primes = irredundant_primes(cover, budget)
    used = sorted({abs(literal) for cube in primes for literal in literals_of(cube)})
    if len(used) > TABLE_INPUTS:
        return primes
    place = {number: i for i, number in enumerate(used)}
    table = 0
    for cube in primes:
        table |= _table([(place[abs(lit)], lit > 0) for lit in literals_of(cube)], len(used))
    other = [
        cube_of(used[abs(lit) - 1] * (1 if lit > 0 else -1) for lit in literals_of(cube))
        for cube in cover_of(table, len(used))
    ]
    return min(primes, other, key=lambda candidate: (n_literals(candidate), len(candidate)))


def _table(literals: Sequence[tuple[int, bool]], n: int) -> int:
    table = full = (1 << (1 << n)) - 1
    for place, value in literals:
        table &= input_table(n, place) if value else full ^ input_table(n, place)
    return table


def _without_common(terms: Terms) -> Terms:
    """Each class without the votes that every class has."""
    counts = [Counter(tuple(sorted(term)) for term in of_class) for of_class in terms]
    common = counts[0]
    for count in counts[1:]:
        common = common & count
    kept = []
    for of_class in terms:
        shared, mine = Counter(common), []
        for term in of_class:
            key = tuple(sorted(term))
            if shared[key] > 0:
                shared[key] -= 1
            else:
                mine.append(term)
        kept.append(mine)
    return kept
