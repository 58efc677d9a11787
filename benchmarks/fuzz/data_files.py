"""Data files of every source, and weights, each with something wrong: what commands that read them make of them.

A source has a sound file, a config over it and a run that learned from it. A case changes the file (or puts something
else in its place) and lets every command read it: as training rows, as rows to predict, as rows to evaluate.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.fuzz import changes_archives, changes_bytes, changes_databases, changes_places, changes_tables
from benchmarks.fuzz.cases import Case, CaseMaker, Step
from benchmarks.fuzz.data_sources import SOURCES, WEIGHTS, Source, make_run
from benchmarks.fuzz.harness import Limits
from benchmarks.fuzz.sandbox import Sandbox

#: Finished, usage, data.
LIMITS = Limits(frozenset({0, 2, 3}))
#: A change of the file in place; returns what it did in words.
Change = Callable[[Path, random.Random], str]
#: Changes by the kind of file they are for; those of bytes and places are for every kind.
CHANGES: Mapping[str, list[Change]] = {
    "csv": changes_tables.CSV,
    "pla": changes_tables.PLA,
    "npz": changes_archives.NPZ,
    "weights": changes_archives.NPZ,
    "idx": changes_archives.IDX,
    "gz": changes_archives.GZIP,
    "parquet": changes_databases.PARQUET,
    "json": changes_databases.JSON,
    "zst": changes_databases.ZSTD,
}


def data_files(box: Sandbox) -> CaseMaker:
    """Cases over all sources."""
    kept = box.root / "sources"

    def make(rng: random.Random) -> Case:
        source = rng.choice(SOURCES)
        if not (kept / source.name).exists():
            make_run(kept / source.name, source)
        for file in (kept / source.name / "files").iterdir():
            shutil.copy(file, box.work / file.name)
        target = box.work / rng.choice(source.targets)
        what = rng.choice(rng.choice(_families(source, target)))(target, rng)
        return Case(f"{source.name}, {target.name}: {what}", steps(source, kept / source.name / "run"))

    return make


def _families(source: Source, target: Path) -> list[list[Change]]:
    """Lists of changes, the particular ones more often than those that any file can suffer."""
    kinds = source.kinds if target.name != WEIGHTS else ("weights",)
    own = [CHANGES[kind] for kind in kinds]
    return [*own, *own, changes_bytes.CHANGES, changes_places.CHANGES]


def steps(source: Source, run: Path) -> tuple[Step, ...]:
    """Every command that reads data files."""
    commands: list[tuple[str | Path, ...]] = [
        ("check", "config.yaml"),
        ("run", "config.yaml", "--run-dir", "out", "--quiet"),
        ("predict", run, source.file, "-o", "predicted.csv"),
        ("evaluate", run, source.file),
    ]
    return tuple(Step(command, LIMITS) for command in commands)
