"""scikit-learn's bundled sets, read from the installed package's own files.

Importing `sklearn.datasets` costs more than a second, reading the csv file behind it a few milliseconds; so the
loader is the fallback for a release that lays its files out differently. Both ways give the same table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.data.files import read_text
from fitness.data.spec import DataSpec
from fitness.data.table import Column, Table, Target
from fitness.errors import DataError

_CELL = "radius texture perimeter area smoothness compactness concavity concave_points symmetry fractal_dimension"
_CELLS = [name.replace("_", " ") for name in _CELL.split()]


@dataclass(frozen=True, slots=True)
class _Bundled:
    file: str
    names: tuple[str, ...]
    classes: tuple[str, ...] | None
    """None: they stand in the file's first line, after the numbers of rows and columns."""


_SETS = {
    "breast_cancer": _Bundled(
        "breast_cancer.csv",
        tuple([f"mean {c}" for c in _CELLS] + [f"{c} error" for c in _CELLS] + [f"worst {c}" for c in _CELLS]),
        None,
    ),
    "digits": _Bundled(
        "digits.csv.gz",
        tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8)),
        tuple(map(str, range(10))),
    ),
    "wine": _Bundled(
        "wine_data.csv",
        (
            *("alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids"),
            *("nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue"),
            *("od280/od315_of_diluted_wines", "proline"),
        ),
        None,
    ),
    "iris": _Bundled(
        "iris.csv",
        tuple(f"{part} {side} (cm)" for part in ("sepal", "petal") for side in ("length", "width")),
        None,
    ),
}


def read(spec: DataSpec, seed: int) -> Table:
    """The set named by `spec.name`: number columns, class names as labels; `seed` is not used.

    Raises:
        DataError: scikit-learn is not installed.
    """
    name = spec.name
    if name is None:
        raise DataError(f"expected one of {', '.join(_SETS)}, got none", where="data.name")
    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise DataError("scikit-learn is not installed; pip install 'evo-boolean[sklearn]'", where=f"sklearn {name}")
    folder = Path(package.origin).parent / "datasets" / "data"
    table = _from_file(folder, name)
    return _from_loader(name) if table is None else table


def _from_file(folder: Path, name: str) -> Table | None:
    """The table, or None where the file is not laid out as known."""
    bundled = _SETS[name]
    try:
        lines = read_text(str(folder / bundled.file)).splitlines()
        classes = bundled.classes if bundled.classes is not None else tuple(lines.pop(0).split(",")[2:])
        cells = np.loadtxt(lines, delimiter=",", ndmin=2)
    except (DataError, ValueError, IndexError):
        return None
    if cells.shape[1] != len(bundled.names) + 1 or not np.isin(cells[:, -1], np.arange(len(classes))).all():
        return None
    return _table(name, bundled.names, classes, cells[:, :-1], cells[:, -1].astype(np.intp))


def _from_loader(name: str) -> Table:
    bunch: Any = getattr(import_module("sklearn.datasets"), f"load_{name}")()
    classes = [str(label) for label in bunch.target_names]
    return _table(name, [str(f) for f in bunch.feature_names], classes, bunch.data, bunch.target)


def _table(
    name: str, features: Sequence[str], classes: Sequence[str], x: NDArray[np.float64], y: NDArray[np.intp]
) -> Table:
    columns = tuple(Column(f, "number", np.ascontiguousarray(x[:, i])) for i, f in enumerate(features))
    return Table(columns, Target(("target",), np.array(classes, dtype=object)[y]), f"sklearn {name}")
