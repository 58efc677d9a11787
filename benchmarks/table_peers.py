"""The peers of `benchmarks.tabular`: a pruned tree, logistic regression, boosting, RIPPER.

Each takes a fold and gives test accuracy, literals, terms and CPU seconds; AUC and Brier score where it has
probabilities; a tree also its splits.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.tree import DecisionTreeClassifier

from benchmarks.table_folds import Fold

Figures = dict[str, Any]


def probable(chances: NDArray[np.float64], labels: NDArray[Any], classes: NDArray[Any]) -> Figures:
    """AUC (of several classes the mean of one against the rest) and Brier score (of several the sum over classes).

    chances: float64[rows, classes]; of two classes the score is that of the second (Brier 1950 has twice as much).
    """
    true = np.asarray(labels)[:, None] == np.asarray(classes)[None, :]
    squares = ((chances - true) ** 2).mean(axis=0)
    ranked = [roc_auc_score(true[:, k], chances[:, k]) for k in range(len(classes)) if 0 < true[:, k].sum() < len(true)]
    two = len(classes) == 2
    return {"auc": float(np.mean(ranked)), "brier": float(squares[1] if two else squares.sum())}


def tree(fold: Fold, seed: int) -> Figures:
    """A decision tree pruned by cost complexity, its strength and leaf size picked by five folds of shuffled rows."""
    grid = {"ccp_alpha": [0, 3e-4, 1e-3, 2e-3, 4e-3, 8e-3, 0.016], "min_samples_leaf": [1, 3]}
    start = time.process_time()
    inner = StratifiedKFold(5, shuffle=True, random_state=seed)
    search = GridSearchCV(DecisionTreeClassifier(random_state=seed), grid, cv=inner).fit(fold.inputs, fold.labels)
    seconds = time.process_time() - start
    fitted = search.best_estimator_.tree_
    leaves = fitted.children_left < 0
    depths = _depths(fitted.children_left, fitted.children_right)
    size = {"literals": int(depths[leaves].sum()), "terms": int(leaves.sum()), "splits": int((~leaves).sum())}
    scores = probable(search.predict_proba(fold.test_inputs), fold.test_labels, search.classes_)
    return {"accuracy": search.score(fold.test_inputs, fold.test_labels), **size, **scores, "cpu_seconds": seconds}


def _depths(left: Any, right: Any) -> Any:
    depths = np.zeros(len(left), dtype=int)
    for node in range(len(left)):  # children come after their parent
        for child in (left[node], right[node]):
            if child >= 0:
                depths[child] = depths[node] + 1
    return depths


def logistic(fold: Fold, seed: int) -> Figures:
    """Logistic regression on the bits; literals are its non-zero weights."""
    start = time.process_time()
    model = LogisticRegression(max_iter=2000).fit(fold.inputs, fold.labels)
    seconds = time.process_time() - start
    size = {"literals": int((np.abs(model.coef_) > 1e-8).sum()), "terms": 1}
    return _scored(model, fold.test_inputs, fold) | size | {"cpu_seconds": seconds}


def boosting(fold: Fold, seed: int) -> Figures:
    """scikit-learn's histogram gradient boosting on the numbers themselves, on the bits where a column has none."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - imported by few

    rows, others = _numbers(fold)
    start = time.process_time()
    model = HistGradientBoostingClassifier(random_state=seed).fit(rows, fold.labels)
    seconds = time.process_time() - start
    leaves = sum(int(tree.nodes["is_leaf"].sum()) for trees in model._predictors for tree in trees)
    size = {"literals": leaves, "terms": model.n_iter_}
    return _scored(model, others, fold) | size | {"cpu_seconds": seconds}


def lightgbm(fold: Fold, seed: int) -> Figures:
    """LightGBM (the package lightgbm) with its defaults on the same numbers; literals are leaves, terms are trees."""
    from lightgbm import LGBMClassifier  # noqa: PLC0415 - an optional peer

    rows, others = _numbers(fold)
    start = time.process_time()
    model = LGBMClassifier(random_state=seed, n_jobs=1, verbose=-1).fit(rows, fold.labels)
    seconds = time.process_time() - start
    trees = model.booster_.dump_model()["tree_info"]
    size = {"literals": sum(tree["num_leaves"] for tree in trees), "terms": len(trees)}
    return _scored(model, others, fold) | size | {"cpu_seconds": seconds}


def _numbers(fold: Fold) -> tuple[Any, Any]:
    """Training and test rows as the numbers that they are; their bits where a column has none."""
    try:
        rows, others = (np.array([*part.values()], dtype=float).T for part in (fold.columns, fold.test_columns))
    except ValueError:
        return fold.inputs, fold.test_inputs
    return rows, others


def _scored(model: Any, inputs: Any, fold: Fold) -> Figures:
    scores = probable(model.predict_proba(inputs), fold.test_labels, model.classes_)
    return {"accuracy": float(model.score(inputs, fold.test_labels)), **scores}


def ripper(fold: Fold, seed: int) -> Figures:
    """RIPPER of the package wittgenstein (needs pandas too), default settings."""
    import pandas  # noqa: PLC0415 - an optional peer
    from wittgenstein import RIPPER  # noqa: PLC0415

    names = [f"x{i}" for i in range(fold.inputs.shape[1])]
    model = RIPPER(random_state=seed)
    start = time.process_time()
    model.fit(pandas.DataFrame(fold.inputs.astype(int), columns=names), y=fold.labels.astype(int), pos_class=1)
    seconds = time.process_time() - start
    said = model.predict(pandas.DataFrame(fold.test_inputs.astype(int), columns=names))
    rules = model.ruleset_.rules
    accuracy = float((np.asarray(said).astype(int) == fold.test_labels).mean())
    size = {"literals": sum(len(rule.conds) for rule in rules), "terms": len(rules)}
    return {"accuracy": accuracy, **size, "cpu_seconds": seconds}
