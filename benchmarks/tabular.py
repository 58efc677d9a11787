"""Tables: accuracy and size of evo's formulas beside RIPPER, a pruned tree and logistic regression, on the same bits.

`evo raw` and `evo unrefined` read the columns themselves, as `evo run` does, and refine thresholds or do not; `network`
reads them so, too, and searches for composed networks, whose literals here are AND gates, `wide` for votes of small
tables. Of more than two classes are, on demand, `--tables balance_scale,iris,wine,digits,nursery classes`; the first is
made here, the next three are scikit-learn's. `boosting` is scikit-learn's of histograms, on numbers as they are.

python -m benchmarks.tabular TABLE_FOLDER [--learners evo,ripper,...] [--tables adult,...] [--seed 0] [--json FILE]

TABLE_FOLDER holds *.csv.gz with the class in the column `target`; scikit-learn's breast cancer data come with it. Folds
and bits are those of `benchmarks.table_folds`, learners those of `benchmarks.table_learners`; a cell shows the mean
over folds (and over the seeds in FILE) of test accuracy, literals and CPU seconds of one fit (evo: reading the rows,
the search and the inner folds). RIPPER needs `pip install wittgenstein pandas`, and minutes on adult. With --json what
FILE holds already is kept.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.processes import table
from benchmarks.table_folds import Fold, folds, names
from benchmarks.table_learners import LEARNERS, evo_raw

Figures = list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--learners", default=",".join(LEARNERS))
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
    sys.stdout.write("\n".join(comparisons(figures, learners)) + "\n")


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
    """Means over folds."""
    mine = [figure for figure in figures if figure["learner"] == learner and figure["table"] == name]
    keys = ("accuracy", "literals", "terms", "cpu_seconds")
    return {key: statistics.mean(figure[key] for figure in mine) for key in keys} if mine else None


def overview(figures: Figures, learners: list[str], tables: list[str]) -> str:
    """A row per table."""
    rows = []
    for name in tables:
        cells = [means(figures, learner, name) for learner in learners]
        rows.append([name, *("-" if cell is None else text(cell) for cell in cells)])
    return table(["table", *(f"{learner}: % / literals / s" for learner in learners)], rows)


def text(cell: dict[str, float]) -> str:
    return f"{100 * cell['accuracy']:.1f} / {cell['literals']:.1f} / {cell['cpu_seconds']:.1f}"


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
