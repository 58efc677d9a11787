"""What a user knows beforehand is kept to, in every model of the front where it binds the search."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest

from evo import BooleanNetworkClassifier, POSClassifier, SOPClassifier
from tests.kits.people import as_array, people

FORMULAS = pytest.mark.parametrize("formula", [SOPClassifier, POSClassifier])


def terms(fitted: Any) -> list[list[dict[str, Any]]]:
    exported = json.loads(str(fitted.export("json", minimize=False)))
    return [term for cover in exported["covers"] for term in cover["terms"]]


def used(fitted: Any) -> set[str]:
    return {literal["column"] for term in terms(fitted) for literal in term}


def test_a_forbidden_column_is_never_used(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people()
    x = as_array(rows)
    free, bound = kind(**quick).fit(x, labels), kind(**quick, forbidden_features=["x2", 0]).fit(x, labels)
    assert used(free) & {"x0", "x2"} and used(bound) and not used(bound) & {"x0", "x2"}
    assert bound.n_features_in_ == 4


def test_a_required_column_is_used(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people()
    for feature in ("x0", "x3"):
        assert feature in used(kind(**quick, required_features=[feature]).fit(as_array(rows), labels))


def test_a_required_column_that_no_model_uses_is_an_error(quick: dict[str, Any]) -> None:
    x = [[value, 7] for value in range(40)]
    with pytest.raises(ValueError, match="no model that was found fulfils required_features"):
        SOPClassifier(**quick, required_features=[1]).fit(x, [int(value > 19) for value, _ in x])


@pytest.mark.parametrize("most", [1, 2])
def test_terms_have_at_most_so_many_literals(kind: Any, most: int, quick: dict[str, Any]) -> None:
    draw = random.Random(3)
    x = [[draw.randint(0, 1) for _ in range(5)] for _ in range(90)]
    y = [int(row[0] and row[1] and not row[2]) or int(row[3] and row[4] and row[2]) for row in x]
    quick["price"] = 0.5
    free, bound = kind(**quick).fit(x, y), kind(**quick, max_term_literals=most).fit(x, y)
    assert max(map(len, terms(free))) > most >= max(map(len, terms(bound)))


@pytest.mark.parametrize("most", [1, 2])
def test_there_are_at_most_so_many_terms(kind: Any, most: int, quick: dict[str, Any]) -> None:
    rows, labels = people()
    fitted = kind(most, **quick | {"price": 0.2}).fit(as_array(rows), labels)
    exported = json.loads(str(fitted.export("json", minimize=False)))
    assert max(len(cover["terms"]) for cover in exported["covers"]) <= most


def test_the_whole_model_has_at_most_so_many_literals(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people()
    plain = quick | {"price": None, "selection": "error"}
    best = [kind(**plain, max_literals=most).fit(as_array(rows), labels) for most in (0, 1, 3, 1000)]
    sizes = [sum(len(set(map(str, term))) for term in distinct(fitted)) for fitted in best]
    assert all(size <= most for size, most in zip(sizes, (0, 1, 3, 1000), strict=True))
    scores = [fitted.score(as_array(rows), labels) for fitted in best]
    assert scores == sorted(scores) and scores[0] < scores[-1]


def distinct(fitted: Any) -> list[list[dict[str, Any]]]:
    """Terms, each once per cover: a weight is no literal."""
    exported = json.loads(str(fitted.export("json", minimize=False)))
    return [list(term) for cover in exported["covers"] for term in {str(t): t for t in cover["terms"]}.values()]


@FORMULAS
@pytest.mark.parametrize("direction", [1, -1])
def test_a_monotone_column_only_acts_in_its_direction(formula: Any, direction: int, quick: dict[str, Any]) -> None:
    draw = random.Random(8)
    values = [step / 8 for step in range(72)]  # more than a search has cuts for: they are refined
    x: Any = [[draw.choice([None, *values]), draw.randint(0, 8), draw.randint(0, 1)] for _ in range(150)]
    # more of the first column makes 1 likelier, but not where the third is 1: a free model uses both directions
    y = [int(a is None or (a > 4.3) != bool(c) or b > 7) for a, b, c in x]
    free = formula(**quick).fit(x, y)
    bound = formula(**quick, monotone_features={"x0": direction}).fit(x, y)

    def broken(fitted: Any) -> int:
        """Pairs of rows that differ in the first column alone and are predicted against the direction."""
        grid = [[a, b, c] for a in values for b in range(9) for c in (0, 1)]
        table = fitted.predict(grid).reshape(len(values), -1)
        return int((direction * np.diff(table.astype(int), axis=0) < 0).sum())

    assert broken(free) > 0 == broken(bound)
    coarse = formula(**quick, monotone_features={"x0": direction}, refine=False).fit(x, y)
    moved = set(bound._fitted.encoder.binarizer.bits) - set(coarse._fitted.encoder.binarizer.bits)
    assert moved or direction < 0
    assert bound.score(x, y) > max(np.mean(y), 1 - np.mean(y))


@FORMULAS
def test_a_column_that_rises_with_the_answer_stays_useful_when_it_must(formula: Any, quick: dict[str, Any]) -> None:
    x = [[value] for value in range(60)]
    y = [int(value > 29) for (value,) in x]
    assert formula(**quick, monotone_features={0: 1}).fit(x, y).score(x, y) == 1.0
    assert used(formula(**quick, monotone_features={0: -1}).fit(x, y)) == set()


def test_several_classes_have_no_direction(quick: dict[str, Any]) -> None:
    rows, labels = people(classes=("low", "mid", "top"))
    with pytest.raises(ValueError, match="monotone_features needs two classes, got 3"):
        SOPClassifier(**quick, monotone_features={0: 1}).fit(as_array(rows), labels)
    assert "monotone_features" not in BooleanNetworkClassifier().get_params()
