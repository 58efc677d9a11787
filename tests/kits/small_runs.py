"""Finished runs small enough for a test, each made once."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import evo
from evo.api import Result
from tests.kits.exporters import write_csv_rows


def small_run(folder: Path, data: Mapping[str, Any], *, name: str = "small", seed: int = 3, **sections: Any) -> Result:
    """A run of a few generations in `folder`/runs."""
    document = {
        "schema": 1,
        "name": name,
        "seed": seed,
        "data": dict(data),
        "genome": {"kind": "sop", "terms": 6},
        "search": {"algorithm": "nsga2", "population": 24},
        "stop": {"generations": 6},
        "output": {"root": str(folder / "runs"), "report": ["md"]},
    }
    return evo.run(document | sections, display="quiet")


def flowers(folder: Path, n_rows: int = 150) -> Path:
    """A csv file with numbers, categories, missing cells and three classes that depend on them."""
    rng = random.Random(1)
    rows = []
    for _ in range(n_rows):
        height, soil = round(rng.uniform(1, 9), 1), rng.choice(["clay", "sand", "peat"])
        kind = "tulip" if height > 6 else "rose" if soil == "clay" else "aster"
        shown = "?" if rng.random() < 0.1 else str(height)
        rows.append({"height": shown, "soil": soil, "wet": rng.choice("01"), "kind": kind})
    return write_csv_rows(folder / "flowers.csv", rows)


def csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a csv file as a stranger reads them."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cancer_npz(path: Path) -> Path:
    """scikit-learn's breast cancer data as an archive."""
    from sklearn.datasets import load_breast_cancer  # noqa: PLC0415

    data = load_breast_cancer()
    np.savez(path, X=data.data, y=data.target_names[data.target], feature_names=data.feature_names)
    return path
