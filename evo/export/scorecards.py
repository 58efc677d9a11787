"""Soft scorecards as texts and programs: what classes they predict, and how probable these are.

Programs from circuits (C, SQL, SMT-LIB, Verilog and the others) decide by the points, as they do by votes: a class
scores its points, and points against a class are points for it where the term does not hold. They say in a comment what
totals mean. Python has `predict_proba` and JSON the points themselves.

JSON has format ``evo-scorecard-1``: `terms` with literals as in ``evo-rules-2`` (evo/export/json_rules.py) and
`points`; a row's totals are `base` plus the points of all terms whose literals all hold. Two classes have one total, of
classes[1], the other has 0; more have one each. With o = 2 ** (total / double) the probability of a class is its o over
the sum of all. The highest total is predicted, ties go to the class first in `prior`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from evo.export import CIRCUITS, Exported
from evo.export.circuit import Circuit, Score
from evo.export.columns import wide_columns
from evo.export.json_rules import column_records, literal_record, task_record
from evo.export.names import comment
from evo.export.python_source import STRIPPED, docstring
from evo.export.raw_cells import bit_test, prelude
from evo.models.scorecard import DOUBLE, Scorecard
from evo.storage.texts import dump_json
from evo.text.conditions import signed_bits
from evo.text.points import point_lines
from fitness.data.encoder import Encoder
from fitness.data.tables.cells import MISSING
from genomes.circuits.builder import Builder

TITLE = "Scorecard, made by evo."


def to_text(card: Scorecard, encoder: Encoder) -> str:
    """The points in words and what totals mean."""
    return "\n".join(point_lines(card, encoder.task, encoder.binarizer.bits)) + "\n"


def to_json(card: Scorecard, encoder: Encoder) -> str:
    """The points as indented JSON, see the head of this module."""
    bits = encoder.binarizer.bits
    terms = [
        {"points": points, "literals": [literal_record(bit, value) for bit, value in signed_bits(term, bits)]}
        for term, points in zip(card.terms, card.points, strict=True)
    ]
    record = {"format": "evo-scorecard-1", "double": DOUBLE, "task": task_record(encoder.task)}
    read = {"missing": sorted(MISSING), "columns": column_records(card.used, encoder)}
    return dump_json(record | read | {"base": card.base, "terms": terms}, indent=1) + "\n"


def to_python(card: Scorecard, encoder: Encoder) -> str:
    """Source text of a module with ``predict(row)`` and ``predict_proba(row)``, a dict of classes."""
    task, binarizer = encoder.task, encoder.binarizer
    wide, field_of = wide_columns(binarizer), {field.name: field for field in binarizer.fields}
    test_of = {
        n: bit_test(bit, field_of[bit.feature], wide=bit.feature in wide)
        for n in card.used
        for bit in [binarizer.bits[n - 1]]
    }
    described = "\n".join(f"#   {comment(line)}" for line in point_lines(card, task, binarizer.bits))
    lines = []
    for term, points in zip(card.terms, card.points, strict=True):
        tests = [test_of[number] if number > 0 else f"not {test_of[-number]}" for number in term]
        lines.append(f"        ({' and '.join(tests)}, {points!r}),\n")
    body = _PYTHON.format(
        terms="".join(lines),
        base=card.base,
        classes=task.classes,
        ranked=tuple(task.classes[place] for place in card.prior),
        double=DOUBLE,
        stripped=STRIPPED,
        predicts=docstring(f"The most probable {task.outputs[0]}."),
        tells=docstring(f"The probability of each {task.outputs[0]}, by class."),
    )
    return f"# {comment(TITLE)}\n# In words:\n{described}\n{prelude(body)}\n\n{body}"


_PYTHON = '''\
def _terms(row):
    return [
{terms}    ]


def totals(row):
    """The points of each class."""
    row = {stripped}
    sums = list({base!r})
    for holds, points in _terms(row):
        if holds:
            sums = [a + b for a, b in zip(sums, points)]
    classes = {classes!r}
    return dict(zip(classes, sums if len(sums) > 1 else [0, *sums]))


def predict_proba(row):
    {tells}
    points = totals(row)
    most = max(points.values())
    odds = {{label: 2.0 ** max((total - most) / {double}, -1000.0) for label, total in points.items()}}
    return {{label: share / sum(odds.values()) for label, share in odds.items()}}


def predict(row):
    {predicts}
    points = totals(row)
    return max({ranked!r}, key=points.__getitem__)
'''


def circuit_of(card: Scorecard, encoder: Encoder) -> Circuit:
    """The scorecard as gates over the bits that it uses, with a score per class."""
    bits, numbers = encoder.binarizer.bits, card.used
    build = Builder(len(numbers))
    place = {number: 2 * node for node, number in enumerate(numbers, start=1)}
    literals = [build.all([place[abs(number)] ^ (number < 0) for number in term]) for term in card.terms]
    return Circuit(
        title=TITLE,
        words=tuple(point_lines(card, encoder.task, bits)),
        task=replace(encoder.task, kind="multiclass"),
        bits=tuple(bits[number - 1] for number in numbers),
        numbers=tuple(numbers),
        binarizer=encoder.binarizer,
        graph=build.graph(),
        outputs=(),
        scores=_scores(card, literals),
        parts=tuple(literals),
    ).cleaned()


def _scores(card: Scorecard, literals: list[int]) -> tuple[Score, ...]:
    """Points against a class are points for it where the term does not hold; all scores are then moved alike."""
    base, points = card.base, card.points
    if len(base) == 1:  # a total of the second class alone: what is against it is for the first
        base = (max(-base[0], 0), max(base[0], 0))
        points = tuple((max(-p, 0), max(p, 0)) for (p,) in points)
    biases, weights = list(base), [Counter[int]() for _ in base]
    for literal, of_class in zip(literals, points, strict=True):
        for c, p in enumerate(of_class):
            if p:
                weights[c][literal if p > 0 else literal ^ 1] += abs(p)
                biases[c] += min(p, 0)
    least = min(biases)
    return tuple(Score.of(bias - least, of_class) for bias, of_class in zip(biases, weights, strict=True))


def _from_circuit(write: Callable[[Circuit], Exported]) -> Callable[[Scorecard, Encoder], Exported]:
    return lambda card, encoder: write(circuit_of(card, encoder))


SCORECARDS: Mapping[str, Callable[[Scorecard, Encoder], Exported]] = MappingProxyType(
    {
        "text": to_text,
        "json": to_json,
        "python": to_python,
        **{name: _from_circuit(write) for name, write in CIRCUITS.items()},
    }
)
