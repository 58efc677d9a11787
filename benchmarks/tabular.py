"""Tables: accuracy and size of evo's formulas beside RIPPER, a pruned tree and logistic regression, on the same bits.

`evo raw` and `evo unrefined` read the columns themselves, as `evo run` does, and refine thresholds or do not; `network`
reads them so, too, and searches for composed networks, whose literals here are AND gates, `wide` for votes of small
tables. `estimator` is `SOPClassifier()` on the same columns, `estimator fixed` that at a price of 2 and 40 generations.
`evo run` is the command with its defaults, so that 15 % of the training rows choose its model; of `evo run holdout` the
best score on them does. Of more than two classes are, on demand, `--tables balance_scale,iris,wine,digits,nursery
classes`; the first is made here, the next three are scikit-learn's. `boosting` is scikit-learn's of histograms, on
numbers as they are.

python -m benchmarks.tabular TABLE_FOLDER [--learners evo,ripper,...] [--tables adult,...] [--seed 0] [--json FILE]

TABLE_FOLDER holds *.csv.gz with the class in the column `target`; scikit-learn's breast cancer data come with it. Folds
and bits are those of `benchmarks.table_folds`, learners those of `benchmarks.table_learners`; a cell shows the mean
over folds (and over the seeds in FILE) of test accuracy, literals and CPU seconds of one fit (evo: reading the rows,
the search and the inner folds). Literals of a tree are the depths of its leaves, the number of its splits stands in
brackets. A second table has AUC (of several classes one against the rest) and Brier score (of several their sum) of the
learners with probabilities. RIPPER needs `pip install wittgenstein pandas`, and minutes on adult, LightGBM `pip install
lightgbm`; without these packages they are left out. With --json what FILE holds already is kept.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.processes import table
from benchmarks.table_folds import Fold, folds, names
from benchmarks.table_learners import LEARNERS, OPTIONAL, evo_raw

Figures = list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--learners", default=",".join(filter(installed, LEARNERS)))
    parser.add_argument("--tables")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    learners = options.learners.split(",")
    tables = options.tables.split(",") if options.tables else names(options.folder)
    figures = read(options.json)
    warm_up(options.folder)
    for name in tables:
        for number, fold in enumerate(folds(options.folder, name)):
            for learner in learners:
                figures += measure(figures, learner, name, number, fold, options.seed)
                if options.json:
                    options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(overview(figures, learners, tables) + "\n")
    probable = [name for name in learners if any("auc" in figure for figure in figures if figure["learner"] == name)]
    if probable:
        sys.stdout.write(overview(figures, probable, tables, ("AUC", "Brier"), probabilities) + "\n")
    sys.stdout.write("\n".join(comparisons(figures, learners)) + "\n")


def installed(learner: str) -> bool:
    """Whether the packages are there that it needs."""
    return all(find_spec(package) for package in OPTIONAL.get(learner, ()))


def read(path: Path | None) -> Figures:
    """The figures of an earlier call, to be completed."""
    return list(json.loads(path.read_text(encoding="utf-8"))) if path and path.exists() else []


def warm_up(folder: Path) -> None:
    """Kernels are compiled, or loaded, before the first clock starts."""
    fold = next(folds(folder, "breast_cancer"))
    first, few = (
        {name: cells[:n] for name, cells in columns.items()}
        for columns, n in ((fold.columns, 80), (fold.test_columns, 9))
    )
    evo_raw(Fold(fold.inputs[:80], fold.labels[:80], fold.test_inputs[:9], fold.test_labels[:9], first, few), 0)


def measure(known: Figures, learner: str, name: str, number: int, fold: Fold, seed: int) -> Figures:
    """Figures of one fit, unless they are there already."""
    place = {"learner": learner, "table": name, "fold": number, "seed": seed}
    if any(place.items() <= figure.items() for figure in known):
        return []
    return [place | LEARNERS[learner](fold, seed)]


def means(figures: Figures, learner: str, name: str) -> dict[str, float] | None:
    """Means over folds and seeds, of what each of them has."""
    mine = [figure for figure in figures if figure["learner"] == learner and figure["table"] == name]
    keys = ("accuracy", "literals", "terms", "cpu_seconds", "splits", "auc", "brier")
    kept = [key for key in keys if all(key in figure for figure in mine)]
    return {key: statistics.mean(figure[key] for figure in mine) for key in kept} if mine else None


def overview(
    figures: Figures,
    learners: list[str],
    tables: list[str],
    columns: tuple[str, ...] = ("%", "literals", "s"),
    shown: Callable[[dict[str, float]], str] | None = None,
) -> str:
    """A row per table, and the means over the tables that every learner was run on."""
    cells = {(name, learner): means(figures, learner, name) for name in tables for learner in learners}
    shown = shown or text
    rows = [[name, *(shown(cell) if (cell := cells[name, of]) else "-" for of in learners)] for name in tables]
    common = [name for name in tables if all(cells[name, learner] for learner in learners)]
    if common:
        rows.append([f"mean of {len(common)}", *(shown(_mean([cells[n, of] for n in common])) for of in learners)])
    return table(["table", *(f"{learner}: {' / '.join(columns)}" for learner in learners)], rows)


def _mean(cells: list[Any]) -> dict[str, float]:
    return {key: statistics.mean(cell[key] for cell in cells) for key in cells[0] if all(key in cell for cell in cells)}


def text(cell: dict[str, float]) -> str:
    splits = f" ({cell['splits']:.1f})" if "splits" in cell else ""
    return f"{100 * cell['accuracy']:.1f} / {cell['literals']:.1f}{splits} / {cell['cpu_seconds']:.1f}"


def probabilities(cell: dict[str, float]) -> str:
    return f"{cell['auc']:.3f} / {cell['brier']:.3f}" if "auc" in cell else "-"


def comparisons(figures: Figures, learners: list[str]) -> list[str]:
    """evo against every other learner over the tables both were run on."""
    lines = []
    for mine in [learner for learner in learners if learner.startswith("evo")]:
        for other in [learner for learner in learners if learner != mine]:
            pairs = [
                (ours, theirs)
                for name in sorted({figure["table"] for figure in figures})
                if (ours := means(figures, mine, name)) and (theirs := means(figures, other, name))
            ]
            if pairs:
                sizes = [statistics.mean(side["literals"] for side in of) for of in zip(*pairs, strict=True)]
                gain = statistics.mean(ours["accuracy"] - theirs["accuracy"] for ours, theirs in pairs)
                ratios = [math.log(max(ours["literals"], 0.5) / max(theirs["literals"], 0.5)) for ours, theirs in pairs]
                lines.append(
                    f"{mine} against {other}, {len(pairs)} tables: {100 * gain:+.2f} points of accuracy, "
                    f"{math.exp(statistics.mean(ratios)):.2f} of its literals (geometric mean; "
                    f"{sizes[0]:.1f} and {sizes[1]:.1f} on average)"
                )
    return lines


if __name__ == "__main__":
    main()
