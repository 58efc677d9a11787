"""Formulas in a person's words: literals on one column become one comparison, terms are joined by AND and OR.

Inside a term, thresholds of one column imply each other: ``x <= 5 AND x <= 9`` is ``x <= 5``, and ``x > 5 AND x <= 9``
is ``5 < x <= 9``; categories that are excluded one by one become ``c not in {a, b}``. In a clause the weakest
comparison wins instead. Only words are merged: the stored model keeps every literal, and predictions are the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from evo.model import Model
from fitness.data.checks import number_text
from fitness.data.dataset import Bit, Task
from fitness.data.encoders import shown
from genomes.spec import Kind

Literal = tuple[Bit, bool]


def signed_bits(term: Sequence[int], bits: Sequence[Bit]) -> list[Literal]:
    """(bit, value) for each signed literal of a term or clause."""
    return [(bits[abs(literal) - 1], literal > 0) for literal in term]


def conditions(literals: Sequence[Literal], *, conjunction: bool) -> list[str]:
    """Comparisons whose AND (or OR) equals that of `literals`, in the order their columns first appear."""
    by_feature: dict[str, list[Literal]] = {}
    for literal in literals:
        by_feature.setdefault(literal[0].feature, []).append(literal)
    return [text for group in by_feature.values() for text in _of_feature(group, conjunction=conjunction)]


def _of_feature(group: list[Literal], *, conjunction: bool) -> list[str]:
    strongest = _tightest([lit for lit in group if lit[0].op == "<="], conjunction=conjunction)
    others = [lit for lit in group if lit[0].op != "<="]
    return _interval(strongest, conjunction=conjunction) + _excluded(others, conjunction=conjunction)


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
    return float(operand)


def _interval(bounds: list[Literal], *, conjunction: bool) -> list[str]:
    if conjunction and len(bounds) == 2 and _bound(bounds[0]) < _bound(bounds[1]):
        # the upper bound is false for a missing value, so the pair is an interval of known values
        low, high = (number_text(_bound(bound)) for bound in bounds)
        return [f"{low} < {shown(bounds[0][0].feature)} <= {high}"]
    return [bit.text(value) for bit, value in bounds]


def _excluded(literals: list[Literal], *, conjunction: bool) -> list[str]:
    """Two or more `c != a` of one term become `c not in {a, b}`; everything else is said as it is."""
    ruled_out = [lit for lit in literals if _rules_out(lit)]
    if not conjunction or len(ruled_out) < 2:
        return [bit.text(value) for bit, value in literals]
    values = ", ".join(str(bit.operand) for bit, _ in ruled_out)
    rest = [bit.text(value) for bit, value in literals if not _rules_out((bit, value))]
    return [f"{shown(ruled_out[0][0].feature)} not in {{{values}}}", *rest]


def _rules_out(literal: Literal) -> bool:
    """Whether the literal says ``column != category``."""
    bit, value = literal
    return not value and bit.op == "=" and bit.when_false == f"{shown(bit.feature)} != {bit.operand}"


def term_text(term: Sequence[int], bits: Sequence[Bit], *, conjunction: bool) -> str:
    """One term or clause; the empty term is TRUE, the empty clause FALSE."""
    words = conditions(signed_bits(term, bits), conjunction=conjunction)
    if not words:
        return "TRUE" if conjunction else "FALSE"
    return (" AND " if conjunction else " OR ").join(words)


def cover_lines(model: Model, output: int, bits: Sequence[Bit], *, votes: bool = False) -> list[str]:
    """The terms of one output, one line each, joined by OR (sop) or AND (pos); terms that vote stand alone."""
    terms = model.terms[output]
    if votes:
        return [term_text(term, bits, conjunction=model.kind == "sop") for term in terms] or ["(no term)"]
    if not terms:
        return ["FALSE" if model.kind == "sop" else "TRUE"]
    texts = [term_text(term, bits, conjunction=model.kind == "sop") for term in terms]
    if len(texts) > 1:
        texts = [f"({text})" if " AND " in text or " OR " in text else text for text in texts]
    joint = "OR " if model.kind == "sop" else "AND "
    return [texts[0], *(joint + text for text in texts[1:])]


def headings(task: Task, kind: Kind) -> list[str]:
    """What each cover decides, e.g. ``diagnosis = benign when`` or ``species = setosa gets a vote for each of``."""
    if task.kind == "binary":
        return [f"{task.outputs[0]} = {task.classes[1]} when"]
    if task.kind == "multiclass":
        does = "gets a vote for each that holds" if kind == "sop" else "loses a vote for each that fails"
        return [f"{task.outputs[0]} = {label} {does}" for label in task.classes]
    return [f"{name} = 1 when" for name in task.outputs]


def formula_lines(model: Model, task: Task, bits: Sequence[Bit]) -> list[str]:
    """The whole network as indented lines of text."""
    lines: list[str] = []
    votes = task.kind == "multiclass"
    for output, heading in enumerate(headings(task, model.kind)):
        lines.append(heading)
        lines += [f"  {line}" for line in cover_lines(model, output, bits, votes=votes)]
    if task.kind == "binary":
        lines.append(f"otherwise {task.outputs[0]} = {task.classes[0]}")
    elif task.kind == "multiclass":
        ranked = ", ".join(task.classes[index] for index in task.prior)
        lines.append(f"most votes win; ties go to the first of {ranked}")
    return lines
