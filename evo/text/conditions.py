"""Literals in a person's words: those on one column become one comparison.

Inside a term, thresholds of one column imply each other: ``x <= 5 AND x <= 9`` is ``x <= 5``, and ``x > 5 AND x <= 9``
is ``5 < x <= 9``; categories that are excluded one by one become ``c not in {a, b}``, unless ``c = d`` says more. In a
clause the weakest comparison wins instead, and allowed categories become ``c in {a, b}``. Columns of few values are
said by these (`evo.text.values`). Where literals say whether a value is missing, comparisons need not say it again.
Only words are merged: the stored model keeps every literal, and predictions are the same. Every comparison has two
texts: symbols, for formulas, and words, for sentences (`evo.text.phrases`).

How to read a comparison of a value that training did not have. Bits are the positive tests (``x <= 5``, ``c = a``) and
a missing or unseen value passes none of them; every other comparison is the opposite of a bit (``x > 5`` of ``x <= 5``,
``c != a`` of ``c = a``; of two categories the second is the bit) and holds whenever the bit's test does not. Intervals
are bits at both ends: a missing value lies in none of them. Texts by values speak of the values that training had.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from evo.text.phrases import allows_missing, between, named, one_of, phrase
from evo.text.values import said_by_values
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


def literal_text(bit: Bit, value: bool) -> str:
    """The comparison that holds when `bit` has `value`, as formulas say it."""
    return " AND ".join(conditions([(bit, value)], conjunction=True))


def _of_feature(group: list[Literal], *, conjunction: bool) -> list[Comparison]:
    said = said_by_values(group, conjunction=conjunction)
    if said is not None:
        return [Comparison(*both) for both in said]
    strongest = _tightest([lit for lit in group if lit[0].op == "<="], conjunction=conjunction)
    others = [lit for lit in group if lit[0].op != "<="]
    return _beside_missing(strongest, others, conjunction=conjunction) or _interval(
        strongest, conjunction=conjunction
    ) + _categories(others, conjunction=conjunction)


def _beside_missing(bounds: list[Literal], others: list[Literal], *, conjunction: bool) -> list[Comparison]:
    """Comparisons of numbers beside a literal on whether there is a number; none where that must be said as it is.

    In a term a number that must be known needs no word on missing ones, and a missing one passes just the opposites of
    tests. In a clause such an opposite allows missing ones already, and a known number passes whatever its test is.
    """
    states = [lit for lit in others if lit[0].op == "missing"]
    tests = bounds + [lit for lit in others if lit[0].op == "in"]
    if len(states) != 1 or not tests or len(bounds) + len(others) > len(tests) + 1:
        return []
    opposites = [lit for lit in tests if not lit[1]]
    if states[0][1] != conjunction and conjunction:  # known, and tests
        rest = [_known(bit, value) for bit, value in tests if bit.op == "in"]
        return _interval(bounds, conjunction=True, known=True) + rest
    if states[0][1] == conjunction:  # missing, and opposites; or: known, or tests
        return [_single(*states[0])] if len(opposites) == (len(tests) if conjunction else 0) else []
    return [_single(bit, value) for bit, value in tests] if opposites else []


def _known(bit: Bit, value: bool) -> Comparison:
    """The comparison where the number is known to be there."""
    symbols, words = bit.text(value), phrase(bit, value)
    if not value and allows_missing(bit):
        inner = symbols[1:-1].removesuffix(f" or {bit.name} is missing")
        return Comparison(f"({inner})" if " or " in inner else inner, words.removesuffix(" (or missing)"))
    return Comparison(symbols, words)


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


def _interval(bounds: list[Literal], *, conjunction: bool, known: bool = False) -> list[Comparison]:
    if conjunction and len(bounds) == 2 and _bound(bounds[0]) < _bound(bounds[1]):
        # the upper bound is false for a missing value, so the pair is an interval of known values
        bit, (low, high) = bounds[0][0], map(_bound, bounds)
        symbols = f"{bit.number(low)} < {bit.name} <= {bit.number(high)}"
        return [Comparison(symbols, between(bit, low, high))]
    return [(_known if known else _single)(bit, value) for bit, value in bounds]


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
