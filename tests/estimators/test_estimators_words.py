"""Probabilities, reasons and exports, against exported json rules that are read in plain Python."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest

from evo import SOPClassifier
from evo.errors import ExportError
from evo.export import EXPORTERS
from tests.kits.people import as_array, firing, people, predicted

TWO, THREE = ("no", "yes"), ("low", "mid", "top")


@pytest.fixture(params=[TWO, THREE], ids=["two", "three"])
def case(request: pytest.FixtureRequest, kind: Any, quick: dict[str, Any]) -> Any:
    """(fitted, training rows, their labels, rows to predict) of raw rows called x0, x1, ..."""
    rows, labels = people(classes=request.param)
    fitted = kind(**quick, probability="formula").fit(as_array(rows), labels)
    new, _ = people(60, seed=77)
    renamed = [[{f"x{i}": cell for i, cell in enumerate(row.values())} for row in part] for part in (rows, new)]
    return fitted, renamed[0], labels, renamed[1]


def rules(fitted: Any) -> str:
    return str(fitted.export("json", minimize=False))


def test_exported_rules_predict_what_it_predicts(case: Any) -> None:
    fitted, _, _, new = case
    for minimize in (False, True):
        exported = str(fitted.export("json", minimize=minimize))
        assert fitted.predict(as_array(new)).tolist() == [predicted(exported, row) for row in new]


def test_exported_python_predicts_what_it_predicts(case: Any) -> None:
    fitted, _, _, new = case
    module: dict[str, Any] = {}
    exec(compile(str(fitted.export("python")), "exported", "exec"), module)
    cells = [{name: int(cell) if isinstance(cell, bool) else cell for name, cell in row.items()} for row in new]
    assert fitted.predict(as_array(new)).tolist() == [module["predict"](row) for row in cells]


def expected_chances(fitted: Any, train: list[Any], labels: list[Any], row: Any) -> list[float]:
    """By counting in plain Python: see docs/estimators.md."""
    exported, classes = rules(fitted), fitted.classes_.tolist()
    description = json.loads(exported)
    votes = description["task"]["kind"] == "multiclass"
    sizes = [len(term) for cover in description["covers"] for term in cover["terms"]]

    def fired(one: Any) -> list[int]:
        flat = [value for cover in firing(exported, one) for value in cover]
        return [i for i, value in enumerate(flat) if value and (sizes[i] > 0 or not votes)]

    def shares(members: list[Any]) -> list[float]:
        counts = Counter(members)
        return [(counts[label] + 1) / (len(members) + len(classes)) for label in classes]

    of_row = [fired(one) for one in train]
    mine = fired(row)
    if not mine:
        chances = shares([label for label, on in zip(labels, of_row, strict=True) if not on])
    else:
        each = [shares([label for label, on in zip(labels, of_row, strict=True) if i in on]) for i in mine]
        if votes:
            means = [math.prod(column) ** (1 / len(each)) for column in zip(*each, strict=True)]
            chances = [mean / sum(means) for mean in means]
        else:
            spoken = classes.index(predicted(exported, row))
            best = max(share[spoken] for share in each)
            chances = [best if c == spoken else 1 - best for c in range(2)]
    winner = classes.index(predicted(exported, row))
    if chances[winner] <= max(chances[:winner] + chances[winner + 1 :]):
        return []  # the prediction leads by a hair: another test's matter
    return chances


def test_probabilities_are_the_precisions_of_terms_counted_by_hand(case: Any) -> None:
    fitted, train, labels, new = case
    found = fitted.predict_proba(as_array(new)).tolist()
    compared = 0
    for row, chances in zip(new, found, strict=True):
        expected = expected_chances(fitted, train, labels, row)
        assert not expected or chances == pytest.approx(expected, abs=3e-6)
        compared += bool(expected)
    assert compared > len(new) / 2


def test_probabilities_add_up_to_1_and_agree_with_predict_and_decision(case: Any) -> None:
    fitted, _, _, new = case
    x = as_array(new)
    chances, decision = fitted.predict_proba(x), fitted.decision_function(x)
    assert np.allclose(chances.sum(axis=1), 1.0, atol=1e-12) and (chances > 0).all()
    assert (fitted.classes_[chances.argmax(axis=1)] == fitted.predict(x)).all()
    leads = decision.argmax(axis=1) if decision.ndim == 2 else (decision > 0).astype(int)
    assert (fitted.classes_[leads] == fitted.predict(x)).all()


def test_of_several_classes_the_decision_is_their_votes(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people(classes=THREE)
    fitted = kind(**quick).fit(as_array(rows), labels)
    named = [{f"x{i}": cell for i, cell in enumerate(row.values())} for row in rows]
    sign = -1 if json.loads(rules(fitted))["kind"] == "pos" else 1
    votes = [[sign * sum(cover) for cover in firing(rules(fitted), row)] for row in named]
    assert np.floor(fitted.decision_function(as_array(rows))).astype(int).tolist() == votes


def test_class_weights_weigh_the_rows_that_precisions_count(quick: dict[str, Any]) -> None:
    x, y = [["a"]] * 30 + [["b"]] * 30, [0] * 5 + [1] * 25 + [0] * 25 + [1] * 5
    fitted = SOPClassifier(**quick, class_weight={0: 3, 1: 1}, probability="formula").fit(x, y)
    mean = (3 * 30 + 30) / 60
    expected = (25 / mean + 1) / ((3 * 5 + 25) / mean + 2)
    assert fitted.predict_proba([["a"]])[0, 1] == pytest.approx(expected)


def test_reasons_are_the_rules_that_hold_and_their_numbers_are_counts(case: Any) -> None:
    fitted, train, _, new = case
    exported, positive = rules(fitted), {rule.when: rule for rule in fitted.rules_}
    assert len(positive) == len(fitted.rules_) or json.loads(exported)["task"]["kind"] == "multiclass"
    on_train = [sum(map(sum, firing(exported, row))) for row in train]
    assert sum(rule.rows * abs(rule.votes) for rule in fitted.rules_) == sum(on_train) - constants(exported) * len(
        train
    )
    for row, reason in zip(new, fitted.explain(as_array(new)), strict=True):
        fired = sum(map(sum, firing(exported, row))) - constants(exported)
        assert sum(abs(rule.votes) for rule in reason.fired) == fired
        assert reason.label == predicted(exported, row)
        assert str(reason).startswith(f"predicted {reason.label} (probability ")
        assert ("because no rule fires" in str(reason)) == (fired == 0)


def constants(exported: str) -> int:
    """Votes of terms without literals, which are no rules."""
    description = json.loads(exported)
    votes = description["task"]["kind"] == "multiclass"
    return sum(votes and not term for cover in description["covers"] for term in cover["terms"])


def test_a_reason_names_the_values_and_a_refusal_what_failed(quick: dict[str, Any]) -> None:
    x = [[age, job] for age in (20, 30, 50, 60) for job in ("cook", "smith", "clerk") * 5]
    y = [int(age > 40 and job == "smith") for age, job in x]
    fitted = SOPClassifier(**quick).fit(x, y)
    yes, no = fitted.explain([[50, "smith"], [50, "cook"]])
    (rule,) = fitted.rules_
    assert (yes.label, yes.fired, no.label, no.fired) == (1, (rule,), 0, ())
    assert "x0 is 50, x1 is smith" in str(yes) and rule.when in str(yes)
    assert "x1 = smith does not hold, x1 is cook" in str(no) and "x0 is 50" not in str(no)
    said = f"right on {sum(y)} of {sum(y)} training rows: expect {100 * rule.precision:.0f} % of new rows"
    assert str(rule) == f"IF {rule.when} THEN 1 ({said}, {100 * rule.low:.0f} to 100 %)"
    assert rule.precision == pytest.approx((sum(y) + 3 * sum(y) / len(y)) / (sum(y) + 3)) and 0 < rule.low < 0.9


def test_other_names_change_the_words_alone(case: Any) -> None:
    fitted, train, _, _ = case
    names = ["the age", "x0", "or x0 is missing", "job = smith"]
    rows = [dict(zip(names, row.values(), strict=True)) for row in train]
    exported = str(fitted.export("json", names))
    assert [predicted(exported, row) for row in rows] == fitted.predict(as_array(train)).tolist()
    swapped = fitted.to_dnf(["<0>", "<1>", "<2>", "<3>"])
    for place in range(4):
        swapped = swapped.replace(f"<{place}>", f"x{place}")
    assert swapped == fitted.to_dnf()
    assert fitted.to_dnf(["x0", "x1", "x2", "x3"]) == fitted.to_dnf()


def test_names_must_be_one_per_column(case: Any) -> None:
    with pytest.raises(ValueError, match="must be 4 different names"):
        case[0].to_dnf(["a", "b"])
    with pytest.raises(ValueError, match="must be 4 different names"):
        case[0].to_dnf(["a", "b", "c", "c"])


def test_an_unknown_format_is_refused_with_the_nearest(case: Any) -> None:
    with pytest.raises(ExportError, match="did you mean verilog"):
        case[0].export("verilogg")


def test_every_format_is_written(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people()
    fitted = kind(**quick).fit(as_array(rows), labels)
    assert all(fitted.export(fmt) for fmt in EXPORTERS)


def test_the_front_goes_from_a_constant_to_the_lowest_error(case: Any) -> None:
    fitted, train, labels, _ = case
    errors, sizes = [row.error for row in fitted.front_], [row.literals for row in fitted.front_]
    assert errors == sorted(errors) and sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == 0 and math.isclose(errors[-1], 1 - max(Counter(labels).values()) / len(train))
