"""A pruned tree and gradient boosting from scikit-learn, as baselines; imported only where they are fitted."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import KFold
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from evo.analysis.rows import Codes, Labels
from genomes.bits import Bools
from genomes.deadline import look, looking

FOLDS = 5
#: Prices of a leaf that the folds choose among, and the rows they look at.
PRICES = 8
FOLD_ROWS = 3_000
#: Boosting: few large steps, so that a report of ten classes still takes about a second.
ROUNDS = {"max_iter": 30, "learning_rate": 0.3, "max_leaf_nodes": 15}


def pruned_tree(fitted: Bools, known: Labels, rows: Bools) -> tuple[str, Codes]:
    """Detail and predicted classes; fitted, rows are bool[bits, rows]."""
    tables = looking(zip(known.codes, known.care, strict=True))
    trees = [_tree(fitted[:, care].T, codes[care]) for codes, care in tables]
    leaves = sum(tree.get_n_leaves() for tree in trees)
    return f"{leaves:,} {'leaf' if leaves == 1 else 'leaves'}", np.array([tree.predict(rows.T) for tree in trees])


def boosted(fitted: Bools, known: Labels, rows: Bools) -> tuple[str, Codes]:
    """The same by gradient boosting; one thread, so that sums have one order."""
    of_tables = []
    with _one_thread():
        for codes, care in looking(zip(known.codes, known.care, strict=True)):
            of_tables.append(_boosted(fitted[:, care].T, codes[care], rows.T))
    return f"{ROUNDS['max_iter']} rounds of trees with up to {ROUNDS['max_leaf_nodes']} leaves", np.array(of_tables)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """One thread, and said so: else scikit-learn starts a process that counts the machine's cores."""
    name = "OMP_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = before or "1"
    try:
        with threadpool_limits(1):
            yield
    finally:
        if before is None:
            del os.environ[name]


def _boosted(x: Bools, y: NDArray[np.intp], rows: Bools) -> NDArray[np.intp]:
    if len(np.unique(y)) < 2:
        return np.full(len(rows), y[0])
    model = HistGradientBoostingClassifier(random_state=0, early_stopping=False, **ROUNDS)
    return np.asarray(model.fit(x.astype(np.uint8), y).predict(rows.astype(np.uint8)))


def _tree(x: Bools, y: NDArray[np.intp]) -> Any:
    """The tree at the price of a leaf that has the fewest held-out errors, the dearest of equal ones."""
    few, of_few = x[:FOLD_ROWS], y[:FOLD_ROWS]
    path = DecisionTreeClassifier(random_state=0).cost_complexity_pruning_path(few, of_few).ccp_alphas
    prices = _prices(np.maximum(path, 0.0))
    wrong = np.zeros(len(prices))
    if len(few) >= FOLDS and len(prices) > 1:
        for rest, held_out in KFold(FOLDS, shuffle=True, random_state=0).split(few):
            for i, price in enumerate(looking(prices)):
                tree = DecisionTreeClassifier(random_state=0, ccp_alpha=price).fit(few[rest], of_few[rest])
                wrong[i] += (tree.predict(few[held_out]) != of_few[held_out]).sum()
    look()
    best = prices[int(np.flatnonzero(wrong == wrong.min())[-1])]
    return DecisionTreeClassifier(random_state=0, ccp_alpha=best).fit(x, y)


def _prices(path: NDArray[np.float64]) -> list[float]:
    """Ascending prices between the steps of the path: geometric means, as Breiman et al. take them."""
    means = np.sqrt(path[:-1] * path[1:]) if len(path) > 1 else path
    places = np.unique(np.linspace(0, len(means) - 1, PRICES).round().astype(int))
    return sorted(set(means[places].tolist()))
