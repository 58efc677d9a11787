"""The learners of `benchmarks.tabular`: each takes a fold and gives test accuracy, literals, terms and CPU seconds.

All but two learn from the fold's bits; `evo raw` and `evo unrefined` read its columns as `evo run` reads a CSV file.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

from benchmarks.table_folds import Columns, Fold
from evo.api import run
from evo.config.load import config_from_dict
from evo.kinds.common.job import Job
from evo.kinds.common.preparing import prepare
from evo.kinds.two_level.model_selection import Choice, choose_by_folds, choose_by_price
from evo.kinds.two_level.scorer import test_scores
from evo.search.state import State

GENERATIONS = 30
QUICK_GENERATIONS = 12
#: Name of the class in files of raw rows.
TARGET = "target"
Figures = dict[str, Any]
#: Settings of wide networks that fit tables of a few hundred rows and more.
WIDE = {"genome": {"kind": "network", "gate_limit": 20_000}, "search": {"algorithm": "lut_boost", "units": 100}}


def evo(fold: Fold, seed: int) -> Figures:
    """30 generations, then the paired one-standard-error rule over five inner folds."""
    return _evo(fold, seed, GENERATIONS, _by_folds)


def _by_folds(job: Job, state: State) -> Choice:
    return choose_by_folds(job, state, lambda search, inner, _: search.step(inner))


def evo_quick(fold: Fold, seed: int) -> Figures:
    """12 generations and `fitness.selection: price` with its default price."""
    return _evo(fold, seed, QUICK_GENERATIONS, choose_by_price)


def _evo(fold: Fold, seed: int, generations: int, choose: Callable[[Job, State], Choice]) -> Figures:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        np.savez(folder / "train.npz", X=fold.inputs, y=fold.labels)
        np.savez(folder / "test.npz", X=fold.test_inputs, y=fold.test_labels)
        data: dict[str, Any] = {"source": "npz", "path": "train.npz", "test_path": "test.npz", "split": {"valid": 0.0}}
        document = {
            "schema": 1,
            "seed": seed,
            "data": data | {"binarize": {"method": "none"}},
            "genome": {"terms": 128},
        }
        start = time.process_time()
        job = prepare(config_from_dict(document, folder))
    state = job.search.start()
    for _ in range(generations):
        state = job.search.step(state)
    member = choose(job, state).member
    seconds = time.process_time() - start
    row = next(row for row in job.scorer.rows(state.archive) if row.id == member)
    scores = test_scores(job.search.problem, job.dataset, "sop", state.archive.genomes)
    accuracy = scores[state.archive.ids().index(member)]["accuracy"]
    return {"accuracy": accuracy, "literals": row.literals, "terms": row.terms, "cpu_seconds": seconds}


def evo_raw(fold: Fold, seed: int) -> Figures:
    """The same search and folds on columns as they are written, thresholds refined at the end."""
    return _raw(fold, seed, refine=True)


def evo_unrefined(fold: Fold, seed: int) -> Figures:
    """The same with `data.refine: false`."""
    return _raw(fold, seed, refine=False)


def network(fold: Fold, seed: int) -> Figures:
    """Composed networks on columns as they are written; literals are AND gates, terms the units."""
    return _run(fold, seed, {"genome": {"kind": "network"}}, "gates", "units")


def wide(fold: Fold, seed: int) -> Figures:
    """Votes of many small tables (`search.algorithm: lut_boost`); literals are AND gates, terms the units."""
    return _run(fold, seed, WIDE, "gates", "units")


def _raw(fold: Fold, seed: int, *, refine: bool) -> Figures:
    own = {"genome": {"terms": 128}, "stop": {"generations": GENERATIONS}}
    return _run(fold, seed, own, "literals", "terms", refine=refine)


def _run(fold: Fold, seed: int, own: Figures, literals: str, terms: str, **data_keys: bool) -> Figures:
    """What `evo run` makes of a fold; own: further sections; literals, terms: the sizes that are shown as these."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _write(folder / "train.csv", fold.columns, fold.labels)
        _write(folder / "test.csv", fold.test_columns, fold.test_labels)
        data = {"source": "table", "path": str(folder / "train.csv"), "test_path": str(folder / "test.csv")}
        document = {
            "schema": 1,
            "seed": seed,
            "data": data | {"target": TARGET, "header": True, "split": {"valid": 0.0}} | data_keys,
            "output": {"report": []},
            **own,
        }
        start = time.process_time()
        best = run(document, run_dir=folder / "run", display="quiet").best
        seconds = time.process_time() - start
    size = {"literals": best.sizes[literals], "terms": best.sizes[terms]}
    return {"accuracy": best.test_accuracy, **size, "cpu_seconds": seconds}


def _write(path: Path, columns: Columns, labels: Any) -> None:
    """A fold's rows as a CSV file, the class last."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*columns, TARGET])
        writer.writerows(zip(*columns.values(), labels.tolist(), strict=True))


def tree(fold: Fold, seed: int) -> Figures:
    """A decision tree pruned by cost complexity, its strength and leaf size picked by five folds."""
    grid = {"ccp_alpha": [0, 3e-4, 1e-3, 2e-3, 4e-3, 8e-3, 0.016], "min_samples_leaf": [1, 3]}
    start = time.process_time()
    search = GridSearchCV(DecisionTreeClassifier(random_state=seed), grid, cv=5).fit(fold.inputs, fold.labels)
    seconds = time.process_time() - start
    fitted = search.best_estimator_.tree_
    leaves = fitted.children_left < 0
    depths = _depths(fitted.children_left, fitted.children_right)
    size = {"literals": int(depths[leaves].sum()), "terms": int(leaves.sum())}
    return {"accuracy": search.score(fold.test_inputs, fold.test_labels), **size, "cpu_seconds": seconds}


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
    weights = int((np.abs(model.coef_) > 1e-8).sum())
    accuracy = float(model.score(fold.test_inputs, fold.test_labels))
    return {"accuracy": accuracy, "literals": weights, "terms": 1, "cpu_seconds": seconds}


def boosting(fold: Fold, seed: int) -> Figures:
    """scikit-learn's histogram gradient boosting on the numbers themselves, on the bits where a column has none."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - imported by few

    try:
        rows, others = (np.array([*part.values()], dtype=float).T for part in (fold.columns, fold.test_columns))
    except ValueError:
        rows, others = fold.inputs, fold.test_inputs
    start = time.process_time()
    model = HistGradientBoostingClassifier(random_state=seed).fit(rows, fold.labels)
    seconds = time.process_time() - start
    leaves = sum(int(tree.nodes["is_leaf"].sum()) for trees in model._predictors for tree in trees)
    accuracy = float(model.score(others, fold.test_labels))
    return {"accuracy": accuracy, "literals": leaves, "terms": model.n_iter_, "cpu_seconds": seconds}


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


LEARNERS: dict[str, Callable[[Fold, int], Figures]] = {
    "evo": evo, "evo quick": evo_quick, "evo raw": evo_raw, "evo unrefined": evo_unrefined, "network": network,
    "wide": wide, "boosting": boosting,
    "ripper": ripper, "tree": tree, "logistic": logistic,
}  # fmt: skip
