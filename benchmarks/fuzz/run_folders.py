"""Run directories of every kind, each with one change: what reading and resuming commands make of them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.fuzz import changes_arrays, changes_links, changes_records
from benchmarks.fuzz.cases import Case, CaseMaker, Step
from benchmarks.fuzz.harness import Limits
from benchmarks.fuzz.sandbox import Sandbox
from benchmarks.fuzz.small_runs import make_runs

#: A change in place of a copy of a run directory; returns what it did in words.
Change = Callable[[Path, random.Random], str]
FAMILIES: dict[str, list[Change]] = {
    "records": changes_records.CHANGES,
    "arrays": changes_arrays.CHANGES,
    "links": changes_links.CHANGES,
}
#: Finished, usage, data, refused; a reading command never ends in another way.
LIMITS = Limits(frozenset({0, 2, 3, 4}))
#: A task that is replayed may fail again.
REPLAYED = Limits(LIMITS.codes | {1})
FORMATS = ("python", "c", "sql", "verilog", "dnf", "json")


def run_folders(box: Sandbox) -> CaseMaker:
    """Cases over changed copies of small runs; `make_runs` leaves rows to predict in rows.csv beside them."""
    kept = box.root / "runs"
    kept.mkdir()
    runs = make_runs(kept)

    def make(rng: random.Random) -> Case:
        source = rng.choice(runs)
        folder = box.work / "run"
        shutil.copytree(source, folder, symlinks=True)
        shutil.copy(kept / "rows.csv", box.work / "rows.csv")
        family = rng.choice(sorted(FAMILIES))
        what = rng.choice(FAMILIES[family])(folder, rng)
        tasks = sorted(path.stem for path in (source / "quarantine").glob("*.npz"))
        changed = Path(what.partition(":")[0])
        task = changed.stem if changed.parts[0] == "quarantine" else rng.choice(tasks) if tasks else None
        return Case(f"{source.name}, {family}: {what}", steps(rng, task))

    return make


def steps(rng: random.Random, task: str | None) -> tuple[Step, ...]:
    """Every command that reads a run directory, `task` among them; resuming comes last because it writes."""
    commands = [
        ("status", "run"),
        ("report", "run"),
        ("report", "run", "--html", "page.html"),
        ("replay", "run", *([task] if task else [])),
        ("predict", "run", "rows.csv", "-o", "predicted.csv"),
        ("evaluate", "run", "rows.csv"),
        ("export", "run", "--format", rng.choice(FORMATS), "-o", "model.out"),
        ("resume", "run", "--plain", "--trust", "-o", "stop.generations=9"),
    ]
    return tuple(Step(command, REPLAYED if command[0] == "replay" else LIMITS) for command in commands)
