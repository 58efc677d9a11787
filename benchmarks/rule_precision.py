"""How far the precision that `rules_` quotes holds on rows that the rules have never seen.

python -m benchmarks.rule_precision TABLE_FOLDER [--tables adult,...] [--json FILE] [--kind sop|pos]

Every table of `benchmarks.table_folds` (numbers as they are, text as categories) is learned by SOPClassifier (or
POSClassifier) as it stands, once per outer fold, and each rule is looked up on the fold's test rows. A rule counts
where it applies to a test row. Its quoted interval holds if the share of these test rows that it is right for lies in
it, ends included. The last columns say how much more is quoted than test rows say, and how much more the share on
training rows would have been (means, each test row of a rule counted once). Of more than 12,000 training rows every
second, third, ... is learned from. With --json what FILE holds already is kept.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.processes import table
from benchmarks.table_folds import BALANCE, BUNDLED, NURSERY, Columns, Fold, folds, names
from evo.estimators.classifiers import POSClassifier, SOPClassifier

MOST_ROWS = 12_000
MISSING = ("", "?", "NA", "NaN", "nan")
KINDS = {"sop": SOPClassifier, "pos": POSClassifier}
Figures = list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tables")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--kind", choices=list(KINDS), default="sop")
    options = parser.parse_args()
    every = [*names(options.folder), BALANCE, *(name for name in BUNDLED if name != "digits"), NURSERY]
    chosen = options.tables.split(",") if options.tables else every
    figures: Figures = json.loads(options.json.read_text()) if options.json and options.json.exists() else []
    for name in chosen:
        for number, fold in enumerate(folds(options.folder, name)):
            place = {"table": name, "fold": number, "kind": options.kind}
            if not any(place.items() <= figure.items() for figure in figures):
                figures += [place | rule for rule in measured(fold, options.kind)] or [place | {"rows": 0}]
            if options.json:
                options.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")
    sys.stdout.write(overview([figure for figure in figures if figure["rows"]], chosen) + "\n")


def measured(fold: Fold, kind: str) -> Figures:
    """What each rule of one fit quotes, and its test rows."""
    n = len(fold.labels)
    cells = frame({name: [*fold.columns[name], *fold.test_columns[name]] for name in fold.columns})
    few = np.arange(0, n, -(-n // MOST_ROWS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = KINDS[kind]().fit(cells[:n][few], fold.labels[few])
        fired = [set(reason.fired) for reason in model.explain(cells[n:])]
    found = []
    for rule in model.rules_:
        on = np.array([rule in of_row for of_row in fired])
        right = (fold.test_labels[on] == rule.label) == (rule.votes > 0)
        quoted = {"train": rule.right / max(1.0, rule.rows), "quoted": rule.precision}
        found.append(quoted | {"low": rule.low, "high": rule.high, "rows": int(on.sum()), "right": int(right.sum())})
    return found


def frame(columns: Columns) -> np.ndarray[Any, Any]:
    """object[rows, columns]: numbers where a column has no other cells, None for a missing one."""
    return np.array([_cells(cells) for cells in columns.values()], dtype=object).T


def _cells(cells: list[str]) -> list[Any]:
    known = [None if cell in MISSING else cell for cell in cells]
    try:
        return [None if cell is None else float(cell) for cell in known]
    except ValueError:
        return known


def overview(figures: Figures, tables: list[str]) -> str:
    """A row per table, and one of all."""
    rows = []
    for name in tables:
        mine = [figure for figure in figures if figure["table"] == name]
        rows += [line(name, mine)] if mine else []
    head = ["table", "rules", "test share within, %", "mean width", "quoted - test, points", "training - test, points"]
    return table(head, [*rows, line("all", figures)])


def line(name: str, figures: Figures) -> list[str]:
    shares = np.array([figure["right"] / figure["rows"] for figure in figures])
    low, high, quoted, train = (np.array([f[key] for f in figures]) for key in ("low", "high", "quoted", "train"))
    weights = np.array([figure["rows"] for figure in figures])
    within = (low <= shares + 1e-9) & (shares <= high + 1e-9)
    flattered = [100 * float(np.average(said - shares, weights=weights)) for said in (quoted, train)]
    held = [str(len(figures)), f"{100 * within.mean():.1f}", f"{(high - low).mean():.3f}"]
    return [name, *held, *(f"{points:+.2f}" for points in flattered)]


if __name__ == "__main__":
    main()
