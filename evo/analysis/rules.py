"""A model as a list of rules, each with the rows it applies to and those it is right for.

Every network becomes sentences of one form, "if these conditions hold, then that". A term of a sum of products is such
a sentence as it stands. A clause that fails decides a product of sums, and it fails where none of its comparisons
holds: the opposite comparisons joined by AND, which is the same sentence about the other class (De Morgan). Where
classes vote, a term gives a vote to its class (or, failing as a clause, takes one). A rule is right for a row if the
class that it speaks for is the true one; a vote taken from a class is right if that class is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rows import labels
from evo.models.two_level import Model
from evo.text.conditions import comparisons, signed_bits
from fitness.data.dataset import Bit, Split, Task
from genomes.bits import Bools, unpack


@dataclass(frozen=True, slots=True)
class Support:
    """On one split: rows a rule applies to, those of them it is right for, all rows that count, and those of these that
    it would be right for, applied to all.
    """

    rows: int
    right: int
    of: int
    right_of: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence.

    term: the literals that must all hold; conditions: the same in words; votes: how many it gives (negative: takes), or
    None where it decides alone; support: per split.
    """

    term: tuple[int, ...]
    conditions: tuple[str, ...]
    votes: int | None
    support: Mapping[str, Support]


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The rules that speak for one class of one output; otherwise: the class where none applies, with its support."""

    output: str
    label: str
    rules: tuple[Rule, ...]
    otherwise: str | None
    otherwise_support: Mapping[str, Support]


def rule_groups(model: Model, task: Task, bits: Sequence[Bit], splits: Mapping[str, Split]) -> tuple[RuleGroup, ...]:
    """The rules of a model with their support on every split, those that apply to most training rows first."""
    return tuple(_group(model, task, bits, splits, cover) for cover in range(len(model.terms)))


def conjunction(model: Model, term: Sequence[int]) -> tuple[int, ...]:
    """The literals that must all hold for a term to apply: of a clause, for it to fail."""
    return tuple(term) if model.kind == "sop" else tuple(-literal for literal in term)


def covered(term: Sequence[int], split: Split) -> Bools:
    """bool[rows]: where all literals of a term hold."""
    words = np.full(split.inputs.shape[1], ~np.uint64(0))
    for literal in term:
        row = split.inputs[abs(literal) - 1]
        words = words & (row if literal > 0 else ~row)
    return unpack(words, split.n_rows)


def _group(model: Model, task: Task, bits: Sequence[Bit], splits: Mapping[str, Split], cover: int) -> RuleGroup:
    votes = task.kind == "multiclass"
    output = task.outputs[cover if task.kind == "multioutput" else 0]
    speaks_for = cover if votes else model.spoken
    table = cover if task.kind == "multioutput" else 0
    counted = Counter(conjunction(model, term) for term in model.terms[cover])
    weight = 1 if model.kind == "sop" else -1
    truths = {name: _truth(task, split, table, speaks_for) for name, split in splits.items()}
    rules = []
    for term, n in counted.items():
        held = {name: covered(term, split) for name, split in splits.items()}
        support = {name: _support(held[name], *truths[name], taken=votes and weight < 0) for name in splits}
        words = tuple(comparison.words for comparison in comparisons(signed_bits(term, bits), conjunction=True))
        rules.append(Rule(term, words, weight * n if votes else None, support))
    rules.sort(key=lambda rule: (-abs(rule.votes or 0), -next((s.rows for s in rule.support.values()), 0)))
    otherwise = None if votes else task.classes[1 - speaks_for]
    rest = {} if votes else {name: _rest(rules, split, *truths[name]) for name, split in splits.items()}
    return RuleGroup(output, task.classes[speaks_for], tuple(rules), otherwise, rest)


def _truth(task: Task, split: Split, table: int, speaks_for: int) -> tuple[Bools, Bools]:
    """(rows of the class, rows that count), bool[rows] each."""
    truth = labels(task, split)
    return truth.codes[table] == speaks_for, truth.care[table]


def _support(held: Bools, true: Bools, care: Bools, *, taken: bool) -> Support:
    right: NDArray[np.bool_] = ~true if taken else true
    counts = (held & care, held & care & right, care, care & right)
    return Support(*(int(rows.sum()) for rows in counts))


def _rest(rules: Sequence[Rule], split: Split, true: Bools, care: Bools) -> Support:
    """Support of what is said where no rule applies."""
    some = np.zeros(split.n_rows, dtype=np.bool_)
    for rule in rules:
        some |= covered(rule.term, split)
    return _support(~some, true, care, taken=True)
