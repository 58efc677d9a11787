"""What minimization before export removes from the models of finished runs.

python -m benchmarks.minimization RUN_DIR... [--json FILE]

Per run: literals of all models on the front as stored and after exact minimization, and of the picked model also on the
care set (training and validation rows).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from benchmarks.processes import report
from evo.kinds.two_level.columns import COLUMNS
from evo.kinds.two_level.saved import SavedFormulas
from evo.models.two_level import Model
from evo.records.front import read_front


def n_literals(model: Model) -> int:
    return sum(len(term) for terms in model.terms for term in terms)


def figures_of(path: Path) -> dict[str, Any]:
    stored = SavedFormulas.open(path)
    ids = [row.id for row in read_front(stored.run, COLUMNS)]
    return {
        "run": path.name,
        "models": len(ids),
        "front": sum(n_literals(stored.model(member)) for member in ids),
        "front_exact": sum(n_literals(stored.minimized(member).model) for member in ids),
        "best": n_literals(stored.model()),
        "best_exact": n_literals(stored.minimized().model),
        "best_care_set": n_literals(stored.minimized("best", "care-set").model),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run_dirs", nargs="+", type=Path)
    parser.add_argument("--json")
    options = parser.parse_args()
    figures = [figures_of(path) for path in options.run_dirs]
    report(figures, list(figures[0]), [[str(value) for value in one.values()] for one in figures], options.json)


if __name__ == "__main__":
    main()
