"""What must have the same bytes whatever vector instructions there are: cases by name, functions to bytes or text.

`python -m tests.kits.unit_cases` prints the digest of each as JSON.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import evo
from evo.config.load import config_from_dict
from evo.kinds.common.preparing import prepare
from evo.kinds.two_level.model_selection import choose_by_folds
from fitness.data.binarize import Binarizer
from fitness.data.load import load
from fitness.data.spec import BinarizeSpec, DataSpec, SplitSpec
from fitness.data.table import Column, Table
from fitness.networks.work import work
from fitness.objectives.metrics import METRICS
from fitness.objectives.sizes import SIZES, sparsity
from genomes import portable
from genomes.two_level.cover import CoverSpace
from genomes.two_level.spec import Kind
from tests.fitness.test_fitness_behaviours import results
from tests.golden.regenerate import NAMES, golden_run, stored
from tests.kits.small_networks import OUTPUTS, THREE, TWO, every_step, small_networks
from tests.kits.small_search import KINDS, after, arrays_bytes, small_search, state_bytes
from tests.kits.tables import batch_of, random_terms

WINE = {"source": "sklearn", "name": "wine", "binarize": {"bits": 2}}
ADDER = {"source": "function", "function": "adder", "bits": 2, "split": {"valid": 0, "test": 0.4}}
NOISY = {
    "source": "function", "function": "random_dnf", "inputs": 10, "terms": 3, "literals": 3, "samples": 90,
    "noise": 0.1, "split": {"valid": 0, "test": 0.3},
}  # fmt: skip
#: What of result.json a clock or a folder decides.
CLOCK = ("seconds", "cpu_seconds", "run_id", "backend")

Case = Callable[[], bytes | str]


def _golden(name: str, kind: str) -> str:
    return json.dumps(golden_run(name, kind))


def _metric(metric: str, data: Mapping[str, Any], algorithm: str) -> bytes:
    """A search that is steered by a metric, its classes weighted."""
    weights = {"class_weight": "balanced"} if metric == "weighted" else {}
    search = small_search(algorithm, data=data, population=4, fitness={"metric": metric, **weights})
    return state_bytes(after(search, 4))


def _folds(data: Mapping[str, Any], metric: str) -> str:
    """The choice by cross-validation among the models of a short search."""
    weights = {"class_weight": "balanced"} if metric == "weighted" else {}
    document = {
        "schema": 1, "seed": 5, "data": dict(data), "search": {"prices": 3},
        "fitness": {"metric": metric, "selection": "cross_validation", **weights}, "stop": {"generations": 2},
    }  # fmt: skip
    job = prepare(config_from_dict(document, Path.cwd()))
    choice = choose_by_folds(job, after(job.search, 2), lambda search, state, number: search.step(state))
    return json.dumps([choice.member, choice.to_json()])


def _bits() -> str:
    """Thresholds of columns with ties, zeros of both signs, missing values and many or few distinct values."""
    rng = np.random.default_rng(3)
    skewed = (1.0 / (0.05 + rng.random(500))).round(3)
    columns = {
        "even": rng.random(500) - 0.5, "skewed": skewed, "whole": rng.integers(-5, 6, 500).astype(np.float64),
        "zeros": np.where(rng.random(500) < 0.7, rng.choice([0.0, -0.0], 500), skewed),
        "missing": np.where(rng.random(500) < 0.2, np.nan, skewed),
    }  # fmt: skip
    table = Table(tuple(Column(name, "number", values) for name, values in columns.items()), None, "here")
    found = [
        Binarizer.fit(table, BinarizeSpec(method=method, bits=bits)).to_json()
        for method in ("thermometer", "onehot")
        for bits in (1, 3, 9, 200)
    ]
    return json.dumps(found)


def _splits() -> str:
    """Which rows go where, with noise on their labels."""
    made = []
    for seed, shares in enumerate([(0.15, 0.15), (1 / 3, 1 / 7), (0.3, 0.0)]):
        split = SplitSpec(valid=shares[0], test=shares[1])
        made.append(load(DataSpec(source="sklearn", name="wine", split=split), seed).dataset.sha256())
    return json.dumps(made)


def _sizes(votes: bool) -> str:
    """Every size of random covers; the copies among votes included."""
    rng = random.Random(7)
    genomes = [random_terms(rng, 30, 3, most) for most in (0, 1, 5, 12, 40)]
    batch, _ = batch_of("sop", [[[*terms, *terms[:2]] for terms in covers] for covers in genomes], 30)
    space = CoverSpace("sop", 30, 3, 64, votes)
    return json.dumps([size(batch, space).tolist() for size in (*SIZES.values(), sparsity)])


def _estimator(name: str, data: str, **parameters: Any) -> str:
    """What a fitted estimator says of every row."""
    from sklearn import datasets  # noqa: PLC0415

    x, y = getattr(datasets, f"load_{data}")(return_X_y=True)
    fitted = getattr(evo, name)(generations=2, thresholds=3, random_state=2, **parameters).fit(x, y)
    said = [fitted.predict(x), fitted.predict_proba(x), fitted.decision_function(x)]
    words = [fitted.to_dnf(), *(str(rule) for rule in fitted.rules_), *map(str, fitted.explain(x[:20]))]
    return json.dumps([[values.tolist() for values in said], words, [asdict(row) for row in fitted.front_]])


def _run(kind: Kind, **sections: Any) -> str:
    """All files of a run that no clock decides."""
    with tempfile.TemporaryDirectory() as folder:
        document = {
            "schema": 1, "seed": 4, "data": NOISY, "genome": {"kind": kind}, "stop": {"generations": 4},
            "output": {"root": folder, "report": []}, "compute": {"backend": "local"}, **sections,
        }  # fmt: skip
        run = evo.run(document, display="quiet").run_dir
        kept = ["metrics.jsonl", "front.csv", "encoder.json", *sorted(f"models/{p.name}" for p in run.glob("models/*"))]
        result = json.loads((run / "result.json").read_text(encoding="utf-8"))
        rest = {key: value for key, value in result.items() if key not in CLOCK}
        return json.dumps([*((name, (run / name).read_text(encoding="utf-8")) for name in kept), rest])


def _networks(data: Mapping[str, Any], **fitness: str) -> bytes:
    """What every step of a search for networks makes of parents and of nothing, and a short search."""
    search = small_networks(data, fitness=fitness)
    state = after(search, 2)
    results = work(search.problem, 20, every_step(search, state.archive.genomes))
    return state_bytes(state) + arrays_bytes({**results.genomes.to_arrays("made"), "worth": results.objectives})


def _functions() -> bytes:
    """The portable functions on many numbers."""
    x = np.linspace(-30, 30, 5001)
    return b"".join(found.tobytes() for found in (portable.exp(x), portable.log(portable.exp(x)), portable.summed(x)))


ISLANDS = {"islands": {"count": 2, "every": 2}}
GOLDEN: Mapping[str, tuple[str, str]] = {f"golden: {name}, {kind}": (name, kind) for name in NAMES for kind in KINDS}
CASES: Mapping[str, Case] = {
    **{case: partial(_golden, *run) for case, run in GOLDEN.items()},
    **{f"memetic by {m}, three classes": partial(_metric, m, WINE, "memetic") for m in METRICS},
    **{f"nsga2 by {m}, three outputs": partial(_metric, m, ADDER, "nsga2 with local steps") for m in METRICS},
    "memetic, three outputs": partial(_metric, "accuracy", ADDER, "memetic"),
    "folds, two classes": partial(_folds, NOISY, "accuracy"),
    "folds, weighted": partial(_folds, NOISY, "weighted"),
    "folds, three outputs": partial(_folds, ADDER, "accuracy"),
    "counts and keys": results,
    "thresholds": _bits,
    "splits": _splits,
    "sizes": partial(_sizes, votes=False),
    "sizes of votes": partial(_sizes, votes=True),
    "portable functions": _functions,
    "SOPClassifier": partial(_estimator, "SOPClassifier", "breast_cancer", class_weight="balanced"),
    "POSClassifier": partial(_estimator, "POSClassifier", "iris", class_weight={0: 0.3, 1: 1.7, 2: 0.9}),
    "BooleanNetworkClassifier": partial(_estimator, "BooleanNetworkClassifier", "wine"),
    "networks, two classes": partial(_networks, TWO),
    "networks, three classes": partial(_networks, THREE, metric="weighted", class_weight="balanced"),
    "networks, three outputs": partial(_networks, OUTPUTS, metric="balanced_accuracy"),
    "a run": partial(_run, "sop"),
    "a run of nsga2 on islands": partial(_run, "pos", search={"algorithm": "nsga2", "population": 12, **ISLANDS}),
    "a run on islands": partial(_run, "pos", search={"prices": 4, **ISLANDS}),
}


def digests() -> dict[str, str]:
    """SHA-256 of what every case gives here, by name."""
    return {name: _sha256(case()) for name, case in CASES.items()}


def wanted() -> dict[str, str]:
    """The same with the golden runs as they are stored: that they come out so here is a test of its own."""
    golden = {name: _sha256(json.dumps(stored(run)[kind])) for name, (run, kind) in GOLDEN.items()}
    return golden | {name: _sha256(case()) for name, case in CASES.items() if name not in GOLDEN}


def _sha256(said: bytes | str) -> str:
    return hashlib.sha256(said if isinstance(said, bytes) else said.encode()).hexdigest()


if __name__ == "__main__":
    json.dump(digests(), sys.stdout)
