"""Literals in a person's words: those on one column become one comparison.

Inside a term, thresholds of one column imply each other: ``x <= 5 AND x <= 9`` is ``x <= 5``, and ``x > 5 AND x <= 9``
is ``5 < x <= 9``; categories that are excluded one by one become ``c not in {a, b}``, unless ``c = d`` says more. In a
clause the weakest comparison wins instead, and allowed categories become ``c in {a, b}``. Only words are merged: the
stored model keeps every literal, and predictions are the same. Every comparison has two texts: symbols, for formulas,
and words, for sentences (`evo.text.phrases`).

How to read a comparison of a value that training did not have. Bits are the positive tests (``x <= 5``, ``c = a``) and
a missing or unseen value passes none of them; every other comparison is the opposite of a bit (``x > 5`` of ``x <= 5``,
``c != a`` of ``c = a``; of two categories the second is the bit) and holds whenever the bit's test does not. Intervals
are bits at both ends: a missing value lies in none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from evo.text.phrases import between, named, one_of, phrase
from fitness.data.dataset import Bit
from genomes.text.quoting import plain_word

Literal = tuple[Bit, bool]


class Comparison(NamedTuple):
    """One comparison on a column, as a formula and as a sentence says it."""

    symbols: str
    words: str


def signed_bits(term: Sequence[int], bits: Sequence[Bit]) -> list[Literal]:
    """(bit, value) for each signed literal of a term or clause."""
    return [(bits[abs(literal) - 1], literal > 0) for literal in term]


def comparisons(literals: Sequence[Literal], *, conjunction: bool) -> list[Comparison]:
    """What together, joined by AND (or OR), equals `literals`, in the order their columns first appear."""
    by_feature: dict[str, list[Literal]] = {}
    for literal in literals:
        by_feature.setdefault(literal[0].feature, []).append(literal)
    return [comparison for group in by_feature.values() for comparison in _of_feature(group, conjunction=conjunction)]


def conditions(literals: Sequence[Literal], *, conjunction: bool) -> list[str]:
    """The symbols of `comparisons`: their AND (or OR) equals that of `literals`."""
    return [comparison.symbols for comparison in comparisons(literals, conjunction=conjunction)]


def term_text(term: Sequence[int], bits: Sequence[Bit], *, conjunction: bool) -> str:
    """One term or clause; the empty term is TRUE, the empty clause FALSE."""
    words = conditions(signed_bits(term, bits), conjunction=conjunction)
    if not words:
        return "TRUE" if conjunction else "FALSE"
    return (" AND " if conjunction else " OR ").join(words)


def _single(bit: Bit, value: bool) -> Comparison:
    return Comparison(bit.text(value), phrase(bit, value))


def _of_feature(group: list[Literal], *, conjunction: bool) -> list[Comparison]:
    strongest = _tightest([lit for lit in group if lit[0].op == "<="], conjunction=conjunction)
    others = [lit for lit in group if lit[0].op != "<="]
    return _interval(strongest, conjunction=conjunction) + _categories(others, conjunction=conjunction)


def _tightest(thresholds: list[Literal], *, conjunction: bool) -> list[Literal]:
    """At most one upper and one lower bound: the strictest in a term, the weakest in a clause."""
    upper = [lit for lit in thresholds if lit[1]]
    lower = [lit for lit in thresholds if not lit[1]]
    first, last = (min, max) if conjunction else (max, min)
    kept = [last(lower, key=_bound)] if lower else []
    return kept + ([first(upper, key=_bound)] if upper else [])


def _bound(literal: Literal) -> float:
    operand = literal[0].operand
    assert isinstance(operand, (int, float))
    return operand


def _interval(bounds: list[Literal], *, conjunction: bool) -> list[Comparison]:
    if conjunction and len(bounds) == 2 and _bound(bounds[0]) < _bound(bounds[1]):
        # the upper bound is false for a missing value, so the pair is an interval of known values
        bit, (low, high) = bounds[0][0], map(_bound, bounds)
        symbols = f"{bit.number(low)} < {bit.name} <= {bit.number(high)}"
        return [Comparison(symbols, between(bit, low, high))]
    return [_single(bit, value) for bit, value in bounds]


def _categories(literals: list[Literal], *, conjunction: bool) -> list[Comparison]:
    """Categories that a term excludes, or a clause allows, become one set; a literal that says more replaces them.

    In a term ``c = a`` implies ``c != b``; in a clause ``c != a`` already allows ``c = b``.
    """
    decisive = {lit[0].operand for lit in literals if _is_choice(lit[0]) and lit[1] == conjunction}
    listed = [bit for bit, value in literals if _is_choice(bit) and value != conjunction]
    if decisive:
        implied = {bit for bit in listed if decisive - {bit.operand}}
        return [_single(bit, value) for bit, value in literals if bit not in implied or value == conjunction]
    if len(listed) < 2:
        return [_single(bit, value) for bit, value in literals]
    bit, members = listed[0], [plain_word(str(bit.operand)) for bit in listed]
    symbols = f"{bit.name} {'not in' if conjunction else 'in'} {{{', '.join(members)}}}"
    rest = [_single(bit, value) for bit, value in literals if bit not in listed]
    return [Comparison(symbols, one_of(named(bit), members, negated=conjunction)), *rest]


def _is_choice(bit: Bit) -> bool:
    """Whether the bit is one category among several, its opposite being ``column != category``."""
    return bit.op == "=" and isinstance(bit.operand, str) and bit.when_false.startswith(f"{bit.name} != ")
