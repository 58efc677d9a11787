"""Refined covers against all cuts, tried one by one on rows as Python sees them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.data.binarize import Binarizer
from fitness.data.dataset import Dataset
from fitness.data.encoder import Encoder
from fitness.data.encoders import Words, cut_like
from fitness.data.row_weights import RowWeights
from fitness.data.schema import Field
from fitness.data.table import Column, Table, Target
from fitness.data.task import make_task
from fitness.evaluation.problem import make_problem
from fitness.local.refinement.columns import Columns
from fitness.local.refinement.literals import Literal, Rows
from fitness.local.refinement.refine import Refiner
from fitness.spec import FormulaFitnessSpec
from genomes.two_level.spec import FormulaGenomeSpec

CLOSE = 1e-9
Model = list[list[list[Literal]]]


@dataclass(frozen=True)
class Case:
    """Rows, a model of cubes per output (or class), and what an error costs."""

    table: Table
    kind: str
    metric: str
    inverted: bool
    weights: list[int] | None
    model: Model
    refiner: Refiner

    def error(self, model: Model) -> float:
        """1 - score, or of a linear metric the cost of all errors; in plain Python."""
        assert self.table.target is not None
        n, task = self.table.n_rows, self.refiner.problem.train.task
        weights = self.weights or [1] * n
        if task.kind == "multiclass":
            return self._votes(model, weights)
        errors = []
        for output, terms in enumerate(model):
            counts = {(t, p): 0.0 for t in (0, 1) for p in (0, 1)}
            for row in range(n):
                true = self._label(row, output)
                if true >= 0:
                    said = any(all(self._holds(lit, row) for lit in term) for term in terms)
                    counts[true, int(said ^ self.inverted ^ (self.kind == "pos"))] += weights[row]
            errors.append(1 - score(counts, self.metric))
        return sum(errors) / len(errors)

    def _label(self, row: int, output: int) -> int:
        target = self.table.target
        assert target is not None
        return int(target.values[row, output]) if target.several else int(target.values[row] == "b")

    def _holds(self, literal: Literal, row: int) -> bool:
        column = next(c for c in self.table.columns if c.name == literal.bit.feature)
        value = float(column.values[row])
        if literal.bit.op == "missing":
            return math.isnan(value) == literal.positive
        assert literal.cut is not None
        return (value <= literal.cut) == literal.positive

    def _votes(self, model: Model, weights: list[int]) -> float:
        assert self.table.target is not None
        task = self.refiner.problem.train.task
        cost = 0.0
        labels = self.table.target.values.tolist()
        for row, label in enumerate(labels):
            sign = 1 if self.kind == "sop" else -1
            votes = [sign * sum(all(self._holds(lit, row) for lit in term) for term in terms) for terms in model]
            best = min(range(len(votes)), key=lambda c: (-votes[c], task.prior.index(c)))
            of_class = sum(w for w, other in zip(weights, labels, strict=True) if other == label)
            per_row = 1 / of_class if self.metric == "balanced_accuracy" else 1.0
            cost += (task.classes[best] != label) * weights[row] * per_row
        return cost


def score(counts: dict[tuple[int, int], float], metric: str) -> float:
    tn, fp, fn, tp = (counts[pair] for pair in ((0, 0), (0, 1), (1, 0), (1, 1)))
    if metric == "accuracy":
        return (tn + tp) / max(CLOSE, tn + fp + fn + tp)
    if metric == "balanced_accuracy":
        recalls = [part / whole for part, whole in ((tn, tn + fp), (tp, tp + fn)) if whole]
        return sum(recalls) / max(1, len(recalls))
    if metric == "f1":
        return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0
    spread = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(spread) if spread else 0.0


def neighbours(case: Case, model: Model) -> Iterator[Model]:
    """The model with one literal cut anywhere else, and with one literal or one term less."""
    for output, terms in enumerate(model):
        for number, term in enumerate(terms):

            def put(new: list[list[Literal]], output: int = output) -> Model:
                return [*model[:output], new, *model[output + 1 :]]

            yield put([*terms[:number], *terms[number + 1 :]])
            for place, literal in enumerate(term):
                yield put([*terms[:number], [*term[:place], *term[place + 1 :]], *terms[number + 1 :]])
                if literal.cut is not None:
                    values = next(c for c in case.table.columns if c.name == literal.bit.feature).values
                    for cut in sorted(set(values[~np.isnan(values)].tolist()))[:-1]:
                        moved = replace(literal, bit=cut_like(literal.bit, cut, missing=False))
                        other = [*term[:place], moved, *term[place + 1 :]]
                        yield put([*terms[:number], other, *terms[number + 1 :]])


@st.composite
def cases(draw: st.DrawFn, *, classes: int = 2) -> Case:
    n = draw(st.integers(6, 22))
    cell = st.sampled_from([-2.5, -1.25, -0.5, 0.0, 0.125, 1.0, 1.006, 2.75, math.nan])
    names, outputs = ("a", "b"), draw(st.integers(1, 2)) if classes == 2 else 1
    columns = tuple(Column(x, "number", np.array(draw(st.lists(cell, min_size=n, max_size=n)))) for x in names)
    bits = tuple(Words.of(c).at_most(cut, str(cut)) for c in columns for cut in (-1.0, 0.5, 1.5))
    if outputs > 1:
        cell_of = st.lists(st.sampled_from([0, 1, -1]), min_size=2, max_size=2)
        values = np.array(draw(st.lists(cell_of, min_size=n, max_size=n)), dtype=np.int8)
        target = Target(("o1", "o2"), values)
    else:
        labels = draw(st.lists(st.sampled_from("abc"[:classes]), min_size=n - classes, max_size=n - classes))
        target = Target(("y",), np.array([*labels, *"abc"[:classes]], dtype=object))
    table = Table(columns, target, "rows")
    task = make_task(target)
    encoder = Encoder(task, Binarizer((Field("a", "number"), Field("b", "number")), bits))
    split = encoder.encode(table)
    kind, votes = draw(st.sampled_from(["sop", "pos"])), classes > 2
    linear = ["accuracy", "balanced_accuracy"]
    metric = draw(st.sampled_from(linear if votes else [*linear, "f1", "mcc"]))
    weights = draw(st.none() | st.lists(st.sampled_from([1, 2, 5, 6]), min_size=n, max_size=n))
    split = replace(split, weights=None if weights is None else RowWeights(np.array(weights, dtype=np.int64), 2.0))
    spec = FormulaGenomeSpec(kind=kind)
    problem = make_problem(Dataset(task, bits, 2, split, None, None), spec, FormulaFitnessSpec(metric=metric))
    literal = st.builds(Literal, st.sampled_from(bits), st.booleans())
    term = st.lists(literal, min_size=1, max_size=3, unique_by=lambda lit: lit.bit)
    model = [draw(st.lists(term, max_size=3)) for _ in range(task.n_covers)]
    inverted = not votes and draw(st.booleans())
    refiner = Refiner(Rows(split, bits, Columns(columns)), problem)
    return Case(table, kind, metric, inverted, weights, model, refiner)


def check(case: Case) -> None:
    refined = case.refiner.refined(case.model, lambda: False, inverted=case.inverted)
    now, size = case.error(refined), sum(len(term) for terms in refined for term in terms)
    assert now <= case.error(case.model) + CLOSE
    assert size <= sum(len(term) for terms in case.model for term in terms)
    known = {(lit.bit.feature, lit.positive) for terms in case.model for term in terms for lit in term}
    assert {(lit.bit.feature, lit.positive) for terms in refined for term in terms for lit in term} <= known
    for other in neighbours(case, refined):
        smaller = sum(len(term) for terms in other for term in terms) < size
        assert case.error(other) > now - CLOSE
        assert not smaller or case.error(other) > now + CLOSE


@settings(max_examples=150)
@given(cases())
def test_no_cut_of_a_refined_formula_is_better_and_nothing_is_superfluous(case: Case) -> None:
    check(case)


@settings(max_examples=75)
@given(cases(classes=3))
def test_no_cut_of_refined_votes_is_better(case: Case) -> None:
    refined = case.refiner.refined(case.model, lambda: False)
    if all(len({tuple(term) for term in terms}) == len(terms) for model in (case.model, refined) for terms in model):
        check(case)
