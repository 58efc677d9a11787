"""The classes in `evo check`: rows of each by split, and where there are too few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from evo.kinds.common.job import AnyJob
from evo.report.tables import aligned, cut
from genomes.text.printable import printable

#: Rows of a class from which on its scores mean something; classes and warnings that are shown; characters of a class.
FEW, CLASSES, WARNINGS, NAME = 5, 20, 5, 30
#: Sources whose rows are a truth table: all there are, however few.
TRUTH_TABLES = ("pla", "function")


def class_lines(job: AnyJob) -> list[str]:
    """Rows of each class by split, and a warning where a split has too few of one."""
    by_split = job.dataset.class_rows()
    classes, splits = list(by_split["train"]), list(by_split)
    rows = [[name, *(f"{by_split[split][name]:,}" for split in splits), _share(by_split, name)] for name in classes]
    shown = aligned(["class", *splits, "share"], rows[:CLASSES], NAME)
    more = [f"#   and {len(rows) - CLASSES:,} more classes"] if len(rows) > CLASSES else []
    warnings = [] if job.config.data.source in TRUTH_TABLES else _too_few(by_split)
    return [f"# classes   {len(classes):,}", *(f"#   {line}" for line in shown), *more, *warnings]


def _share(by_split: Mapping[str, Mapping[str, int]], name: str) -> str:
    train = by_split["train"]
    return f"{100 * train[name] / max(1, sum(train.values())):.1f} %"


def _too_few(by_split: Mapping[str, Mapping[str, int]]) -> list[str]:
    few: list[tuple[str, str, int]] = []
    for split, counts in by_split.items():
        few += [(split, name, n) for name, n in counts.items() if n < FEW]
    lines = []
    for split, name, n in few[:WARNINGS]:
        rows = "no row" if n == 0 else f"only {n} row{'s' * (n > 1)}"
        lines.append(f"# warning   the {split} split has {rows} of class {cut(printable(name), NAME)!r}")
    rest = Counter(split for split, _, _ in few[WARNINGS:])
    return lines + [f"# warning   and {n:,} more classes with too few {split} rows" for split, n in rest.items()]
