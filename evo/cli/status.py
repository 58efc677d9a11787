"""`evo status` and `evo list`: what became of runs, from the ends of their files; no whole journal is loaded."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.cli.output import say
from evo.cli.places import ROOT, places
from evo.errors import CheckpointError, EvoError, UsageError
from evo.kinds.registry import kind_of
from evo.records.genomes import stored_kind
from evo.records.runs import metric_of
from evo.report.tables import aligned, cut, percent
from evo.storage.known import EVENTS, METRICS, RESULT, RUN, TIMING
from evo.storage.lines import last_record
from evo.storage.run_dir import RunDir, open_run
from evo.storage.runs_below import is_folder, is_there, runs_below
from evo.text.measures import Measure

FIRST, LAST = ("run", "state", "generation", "score", "valid", "train"), ("sparsity", "heartbeat")
#: Columns of `evo list`; the folder is what other commands take.
LISTED = ("folder", "state", "seed", "score", "valid", "train", "size", "age")
#: Characters of a reason in the table; the whole of a longer one comes below it.
WIDEST = 40


@dataclass(frozen=True, slots=True)
class Looked:
    """One run: its cells of the tables by column, what is said below it, names of size columns, the exit code."""

    cells: Mapping[str, str]
    notes: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    code: int = 0


def status(arguments: argparse.Namespace) -> int:
    """A table with one line per run, and what is wrong with them below; the exit code of the first that is no run."""
    looked = [look(path) for path in places(arguments.run_dirs)]
    sizes = dict.fromkeys(name for run in looked for name in run.sizes)
    scored = any("score" in run.cells for run in looked)
    header = (*(name for name in FIRST if scored or name != "score"), *sizes, *LAST)
    say(*aligned(header, [[run.cells.get(name, "-") for name in header] for run in looked], widest=80))
    say(*(note for run in looked for note in run.notes))
    return next((run.code for run in looked if run.code), 0)


def list_runs(arguments: argparse.Namespace) -> int:
    """A table with one line per run below a folder, the newest last, where a terminal shows it; always 0 if there is
    such a folder.

    Raises:
        UsageError: there is none.
    """
    root = Path(arguments.root or ROOT)
    if not is_folder(root) and (arguments.root or is_there(str(root))):
        raise UsageError("is not a folder; expected one that runs are in", where=str(root))
    looked = [look(path) for path in runs_below(root)]
    if not looked:
        say(f"{root}: no runs yet; evo run CONFIG makes one")
        return 0
    header = [name for name in LISTED if name not in ("score", "valid") or any(name in run.cells for run in looked)]
    say(*aligned(header, [[run.cells.get(name, "-") for name in header] for run in looked], widest=80))
    say(*(note for run in looked for note in run.notes))
    return 0


def look(path: Path) -> Looked:
    """What there is to say of one run directory."""
    try:
        run = open_run(path)
        return _seen(run, run.read_json(RUN))
    except EvoError as problem:
        kind = "not a run" if isinstance(problem, UsageError) else "unreadable"
        return Looked({"run": str(path), "folder": str(path), "state": kind}, (str(problem),), code=problem.exit_code)


def state_of(run: RunDir, record: dict[str, Any]) -> str:
    """The state of a run with what it stopped for."""
    if record.get("state") in ("created", "running") and not run.is_locked():
        return "killed (evo resume it)"
    reason = record.get("stop_reason")
    return f"{record.get('state')} ({reason})" if reason else str(record.get("state"))


def _seen(run: RunDir, record: dict[str, Any]) -> Looked:
    journals = {name: last_record(run, name) for name in (METRICS, TIMING, EVENTS)}
    last = journals[METRICS].record or {}
    state = state_of(run, record)
    where = str(run.root)
    notes = [f"{where}: {state}"] if len(state) > WIDEST else []
    notes += [f"{where}: {journal.complaint}" for journal in journals.values() if journal.complaint]
    pick = (_ended(run, record) if last else None) or last.get("pick")
    pick = pick if isinstance(pick, dict) else {}
    cells = {
        "run": f"{record.get('name')}/{record.get('id')}",
        "folder": where,
        "seed": str(record.get("seed", "-")),
        "state": cut(state, WIDEST),
        "generation": str(last.get("generation", 0)),
        **_score(record, pick),
        "train": _share(pick.get("train_accuracy")),
        "heartbeat": _age(run),
        "age": _age(run),
    }
    if pick.get("valid_accuracy") is not None:
        cells["valid"] = _share(pick["valid_accuracy"])
    try:
        kind = kind_of(stored_kind(run, record))
    except CheckpointError as problem:
        return Looked(cells, (*notes, str(problem)))
    size = kind.sizes[0]
    number = pick.get(size.name, pick.get(size.formerly))
    cells[size.name] = "-" if number is None else str(number)
    cells["size"] = size.counted(number) if isinstance(number, int) else "-"
    cells["sparsity"] = _share(pick.get("sparsity", kind.sparsity(run, record, pick)))
    return Looked(cells, tuple(notes), (size.name,))


def _ended(run: RunDir, record: dict[str, Any]) -> Any:
    """The model that a finished run ended with, whose cuts are finer than those of its search; None before the end."""
    if record.get("state") != "finished" or not run.is_file(RESULT):
        return None
    result = run.read_json(RESULT)
    return result.get("best") if isinstance(result, dict) else None


def _score(record: dict[str, Any], pick: dict[str, Any]) -> dict[str, str]:
    """The metric of the pick where it is not accuracy, on validation rows where there are some."""
    value = pick.get("valid_score", pick.get("train_score"))
    measure = Measure(metric_of(record))
    if not measure.beside_accuracy or not isinstance(value, int | float):
        return {}
    return {"score": f"{measure.name} {measure.text(value)}"}


def _share(value: object) -> str:
    return percent(value if isinstance(value, int | float) else None)


def _age(run: RunDir) -> str:
    """Since when nothing was written."""
    known = [run.age(name) for name in (TIMING, RUN) if run.is_file(name)]
    seconds = int(next((age for age in known if age is not None), 0))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"
