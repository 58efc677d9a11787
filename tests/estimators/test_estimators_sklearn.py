"""scikit-learn's own checks, with little effort per fit: they ask what a fit is, not how good it is."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from evo import BooleanNetworkClassifier, POSClassifier, SOPClassifier

#: Folds, which are the default, fit several times as often: one estimator is checked with them.
FOLDS: dict[str, Any] = {"generations": 2, "thresholds": 4}
CHEAP: dict[str, Any] = {**FOLDS, "selection": "price"}
COMPOSED: dict[str, Any] = {"kind": "network", "generations": 1, "thresholds": 4}
WIDE: dict[str, Any] = {"kind": "network", "algorithm": "lut_boost", "units": 12, "sweeps": 0, "thresholds": 4}


#: Checks of what a fit is given and how its parameters are kept: one class does that for all estimators.
OF_THE_BASE = frozenset(
    f"check_{name}"
    for name in (
        "array_api_input", "classifier_data_not_an_array", "classifiers_classes", "dict_unchanged",
        "dont_overwrite_parameters", "dtype_object", "estimator_sparse_array", "estimator_sparse_matrix",
        "estimator_sparse_tag", "estimators_dtypes", "estimators_fit_returns_self", "estimators_overwrite_params",
        "f_contiguous_array_estimator", "fit2d_predict1d", "fit_check_is_fitted", "fit_score_takes_y", "n_features_in",
        "n_features_in_after_fitting", "pipeline_consistency", "positive_only_tag_during_fit", "readonly_memmap_input",
        "sample_weight_equivalence_on_sparse_data", "sample_weights_list", "sample_weights_not_an_array",
        "sample_weights_not_overwritten", "sample_weights_pandas_series", "sample_weights_shape", "supervised_y_2d",
    )
)  # fmt: skip


@parametrize_with_checks([SOPClassifier(**FOLDS), BooleanNetworkClassifier(**COMPOSED)])
def test_scikit_learn_finds_nothing_wrong(estimator: Any, check: Any) -> None:
    """All checks, for formulas and for networks."""
    check(estimator)


OTHERS = [POSClassifier(**CHEAP), BooleanNetworkClassifier(**CHEAP), BooleanNetworkClassifier(**WIDE)]
ITS_OWN = [
    pytest.param(estimator, check, id=f"{type(estimator).__name__}{number}-{check.func.__name__}")
    for number, other in enumerate(OTHERS)
    for estimator, check in estimator_checks_generator(other)
    if check.func.__name__ not in OF_THE_BASE
]


@pytest.mark.parametrize(("estimator", "check"), ITS_OWN)
def test_nor_with_what_others_learn(estimator: Any, check: Any) -> None:
    """For the other estimators, the checks whose answers depend on what is learned."""
    check(estimator)


@pytest.fixture(scope="module")
def table() -> tuple[Any, Any]:
    return make_classification(80, 5, random_state=3)  # type: ignore[no-any-return]


@pytest.mark.parametrize("dumped", ["pickle", "joblib"])
def test_a_stored_estimator_predicts_the_same(kind: Any, dumped: str, table: tuple[Any, Any], tmp_path: Path) -> None:
    x, y = table
    fitted = kind(**CHEAP, warm_start=True).fit(x, y)
    if dumped == "pickle":
        again = pickle.loads(pickle.dumps(fitted))
    else:
        joblib.dump(fitted, tmp_path / "it")
        again = joblib.load(tmp_path / "it")
    assert np.array_equal(again.predict_proba(x), fitted.predict_proba(x))
    assert again.export("json") == fitted.export("json")
    assert again.set_params(generations=3).fit(x, y).n_generations_ == 3


def test_a_clone_has_the_parameters_and_nothing_that_was_learned(table: tuple[Any, Any]) -> None:
    fitted = SOPClassifier(max_terms=7, monotone_features={0: 1}, **CHEAP).fit(*table)
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params()
    assert not hasattr(copy, "classes_")


def test_a_grid_search_runs_over_its_parameters(table: tuple[Any, Any]) -> None:
    search = GridSearchCV(SOPClassifier(**CHEAP), {"max_terms": [1, 8], "price": [1.0, 30.0]}, cv=2).fit(*table)
    assert search.best_params_["price"] == 1.0  # at 30 errors a literal nothing is worth saying
    assert search.score(*table) > 0.8


def test_it_works_as_a_pipelines_last_step_and_under_cross_validation(kind: Any, table: tuple[Any, Any]) -> None:
    x, y = table
    x = x.copy()
    x[::7, 1] = np.nan
    scores = cross_val_score(make_pipeline(SimpleImputer(), kind(**CHEAP)), x, y, cv=3)
    assert len(scores) == 3 and scores.mean() > 0.7


def test_it_survives_parallel_workers_of_joblib(table: tuple[Any, Any]) -> None:
    alone = cross_val_score(SOPClassifier(**CHEAP), *table, cv=2)
    assert np.array_equal(alone, cross_val_score(SOPClassifier(**CHEAP), *table, cv=2, n_jobs=2))


def test_a_composed_network_is_words_exports_and_reasons() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (200, 6))
    y = np.where(x[:, 0] ^ x[:, 2] ^ x[:, 5], "odd", "even")
    fitted = BooleanNetworkClassifier(**COMPOSED).fit(x, y)
    assert fitted.to_dnf(list("abcdef")).splitlines()[0].startswith("u1 = parity(")
    assert (fitted.predict(x) == y).all()
    assert (fitted.predict_proba(x).argmax(axis=1) == (y == "odd")).all()
    assert "u1: parity(" in str(fitted.explain(x[y == "odd"][:1])[0]) or "NOT" in fitted.to_dnf()
    assert "evo_predict" in str(fitted.export("c"))
    assert fitted.rules_ == tuple(fitted.to_dnf().splitlines())
    order = rng.permutation(len(x))
    again = BooleanNetworkClassifier(**COMPOSED).fit(x[order], y[order])
    assert again.export("json") == fitted.export("json")


def test_a_wide_network_is_tables_that_vote_whatever_the_order_of_rows() -> None:
    rng = np.random.default_rng(1)
    x = rng.integers(0, 2, (300, 8))
    y = np.array(list("abc"))[x[:, 1] + x[:, 4] * (1 - x[:, 6])]
    fitted = BooleanNetworkClassifier(**WIDE, inputs=3).fit(x, y)
    assert (fitted.predict(x) == y).mean() > 0.95
    assert "table(" in fitted.to_dnf() and fitted.n_generations_ == 3
    order = rng.permutation(len(x))
    again = BooleanNetworkClassifier(**WIDE, inputs=3).fit(x[order], y[order])
    assert again.export("json") == fitted.export("json")


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"kind": "tree"}, "kind must be 'vote' or 'network', got 'tree'"),
        ({"max_gates": 7}, "max_gates has no use with kind='vote'; leave it at 5000"),
        ({"units": 7}, "units has no use with kind='vote'; leave it at 200"),
        ({"algorithm": "lut_boost"}, "algorithm has no use with kind='vote'; leave it at 'compose'"),
        ({"kind": "network", "algorithm": "x"}, "algorithm must be 'compose' or 'lut_boost', got 'x'"),
        ({"kind": "network", "inputs": 3}, "inputs has no use with algorithm='compose'; leave it at 4"),
        ({**WIDE, "generations": 3}, "generations has no use with algorithm='lut_boost'; leave it at None"),
        ({**WIDE, "inputs": 7}, "inputs must be a whole number from 1 to 6, got 7"),
        ({"kind": "network", "max_literals": 3}, "max_literals has no use with kind='network'; leave it at None"),
    ],
)
def test_a_parameter_of_the_other_kind_is_told(parameters: dict[str, Any], said: str, table: tuple[Any, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        BooleanNetworkClassifier(**parameters).fit(*table)
