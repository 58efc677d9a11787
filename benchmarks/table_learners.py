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

from benchmarks.table_folds import Columns, Fold
from benchmarks.table_peers import boosting, lightgbm, logistic, probable, ripper, tree
from evo.api import run
from evo.config.load import config_from_dict
from evo.estimators import SOPClassifier
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
    """30 generations, then the price that five inner folds choose."""
    return _evo(fold, seed, GENERATIONS, _by_folds)


def _by_folds(job: Job, state: State) -> Choice:
    return choose_by_folds(job, state, lambda search, inner, _: search.step(inner))


def evo_quick(fold: Fold, seed: int) -> Figures:
    """12 generations and `fitness.selection: price`, the price found."""
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


def evo_run(fold: Fold, seed: int) -> Figures:
    """`evo run` as it comes: 15 % of the training rows are held out, which choose a price."""
    return _run(fold, seed, {}, "literals", "terms", split={})


def evo_run_holdout(fold: Fold, seed: int) -> Figures:
    """The same with `fitness.selection: holdout`: the best score on these rows."""
    return _run(fold, seed, {"fitness": {"selection": "holdout"}}, "literals", "terms", split={})


def network(fold: Fold, seed: int) -> Figures:
    """Composed networks on columns as they are written; literals are AND gates, terms the units."""
    return _run(fold, seed, {"genome": {"kind": "network"}}, "gates", "units")


def wide(fold: Fold, seed: int) -> Figures:
    """Votes of many small tables (`search.algorithm: lut_boost`); literals are AND gates, terms the units."""
    return _run(fold, seed, WIDE, "gates", "units")


def _raw(fold: Fold, seed: int, *, refine: bool) -> Figures:
    own = {"genome": {"terms": 128}, "stop": {"generations": GENERATIONS}}
    return _run(fold, seed, own, "literals", "terms", refine=refine)


def _run(fold: Fold, seed: int, own: Figures, literals: str, terms: str, **data_keys: Any) -> Figures:
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


def estimator(fold: Fold, seed: int) -> Figures:
    """`SOPClassifier` as it comes, on columns as they are written."""
    return _fitted(fold, SOPClassifier(random_state=seed))


def estimator_fixed(fold: Fold, seed: int) -> Figures:
    """The same with 40 generations and a price of 2, as estimators once were."""
    return _fitted(fold, SOPClassifier(random_state=seed, generations=40, price=2.0))


def _fitted(fold: Fold, model: SOPClassifier) -> Figures:
    rows, others = (np.array([*part.values()], dtype=object).T for part in (fold.columns, fold.test_columns))
    start = time.process_time()
    model.fit(rows, fold.labels)
    seconds = time.process_time() - start
    row = next(row for row in model.front_ if row.id == model._fitted.model.id)
    scores = probable(model.predict_proba(others), fold.test_labels, model.classes_)
    size = {"literals": row.sizes["literals"], "terms": row.sizes["terms"]}
    return {"accuracy": float(model.score(others, fold.test_labels)), **size, **scores, "cpu_seconds": seconds}


LEARNERS: dict[str, Callable[[Fold, int], Figures]] = {
    "evo": evo, "evo quick": evo_quick, "evo raw": evo_raw, "evo unrefined": evo_unrefined, "evo run": evo_run,
    "evo run holdout": evo_run_holdout, "estimator": estimator, "estimator fixed": estimator_fixed,
    "network": network, "wide": wide, "boosting": boosting, "lightgbm": lightgbm, "ripper": ripper, "tree": tree,
    "logistic": logistic,
}  # fmt: skip
#: Learners that need packages which do not come with the project.
OPTIONAL = {"ripper": ("wittgenstein", "pandas"), "lightgbm": ("lightgbm",)}
