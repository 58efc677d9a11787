from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score
from sklearn.utils.class_weight import compute_class_weight

from fitness.data.dataset import Dataset, TaskKind
from fitness.errors import DataError
from fitness.evaluation import problem as problem_module
from fitness.evaluation.problem import Problem, evaluate, make_problem
from fitness.spec import FormulaFitnessSpec
from genomes.two_level.spec import FormulaGenomeSpec
from tests.kits import oracle
from tests.kits.oracle import Covers
from tests.kits.tables import Labelled, batch_of, labelled, random_terms

N = 5


def problem_of(table: Labelled, **keys: Any) -> Problem:
    dataset = Dataset(table.task, (), N, table.split(), None, None)
    bits = replace(dataset, bits=tuple([None] * N))  # type: ignore[arg-type] - only their number matters
    return make_problem(bits, FormulaGenomeSpec(kind="sop", terms=9), FormulaFitnessSpec(**keys))


def counted(table: Labelled) -> list[int]:
    """The class of every row that counts, in order."""
    labels = [[plane[i] for plane in table.planes] for i in range(len(table.rows))]
    classes = [row.index(True) if table.task.kind == "multiclass" else int(row[0]) for row in labels]
    return [label for label, care in zip(classes, table.care[0], strict=True) if care]


@pytest.mark.parametrize(("kind", "covers"), [("binary", 1), ("multiclass", 4), ("multioutput", 2)])
def test_the_space_has_a_cover_per_output_and_only_classes_vote(kind: TaskKind, covers: int) -> None:
    tables = (labelled(random.Random(seed), kind, N, 60) for seed in range(50))
    space = problem_of(next(table for table in tables if table.task.n_covers == covers)).space
    assert (space.kind, space.n_inputs, space.n_outputs, space.max_terms) == ("sop", N, covers, 9)
    assert space.votes == (kind == "multiclass")


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_balanced_weights_are_those_of_scikit_learn(kind: TaskKind) -> None:
    table = labelled(random.Random(4), kind, N, 100)
    labels = counted(table)
    expected = compute_class_weight("balanced", classes=np.arange(len(table.task.classes)), y=labels)
    weights = problem_of(table, metric="weighted", class_weight="balanced").class_weights
    assert weights.tolist() == pytest.approx(expected.tolist())


def test_given_weights_belong_to_their_class_and_others_weigh_one() -> None:
    table = labelled(random.Random(4), "binary", N, 60)
    assert problem_of(table, metric="weighted", class_weight={"yes": 3.0}).class_weights.tolist() == [1.0, 3.0]
    assert problem_of(table).class_weights.tolist() == [1.0, 1.0]


def test_a_weight_for_an_unknown_class_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        problem_of(labelled(random.Random(4), "binary", N, 60), class_weight={"yes": 2.0, "maybe": 1.0})
    assert str(caught.value) == "fitness.class_weight: no such class: maybe; the classes are no, yes"


def test_objectives_are_columns_in_the_asked_order() -> None:
    rng = random.Random(6)
    table = labelled(rng, "binary", N, 90)
    problem = problem_of(table, metric="weighted", class_weight={"no": 5.0}, objectives=("terms", "error", "literals"))
    genomes: list[Covers] = [random_terms(rng, N, 1, 6) for _ in range(5)]
    results = evaluate(problem, batch_of("sop", genomes, N)[0])
    weights = [5.0 if label == 0 else 1.0 for label in counted(table)]
    for (n_terms, error, n_literals), (terms,) in zip(results.objectives.tolist(), genomes, strict=True):
        said = [oracle.output_of("sop", terms, row) for row, c in zip(table.rows, table.care[0], strict=True) if c]
        assert n_terms == len(terms)
        assert n_literals == sum(map(len, terms))
        assert error == pytest.approx(1 - accuracy_score(counted(table), said, sample_weight=weights))
    assert not results.failed.any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_candidate_without_a_finite_score_fails_with_infinite_objectives(
    bad: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = labelled(random.Random(6), "binary", N, 90)
    problem = problem_of(table)
    batch, _ = batch_of("sop", [[[[1]]], [[[2]]], [[[3]]]], N)
    sound = evaluate(problem, batch).objectives.tolist()
    monkeypatch.setattr(problem_module, "METRICS", {"accuracy": lambda c, w: np.array([0.5, bad, 0.25])})
    results = evaluate(problem, batch)
    assert results.failed.tolist() == [False, True, False]
    assert results.objectives.tolist() == [[0.5, sound[0][1]], [np.inf, np.inf], [0.75, sound[2][1]]]
