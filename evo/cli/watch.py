"""`evo status`, `evo stop` and `evo report`: looking at run directories from outside."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from evo.cli.output import say, styled
from evo.errors import CheckpointError, StorageError
from evo.records.results import has_result, read_result
from evo.records.runs import read_run
from evo.report.compare import comparison
from evo.report.summary import aligned, percent
from evo.storage.jsonl import read_journal
from evo.storage.run_dir import STOP_REQUEST, RunDir, open_run
from genomes.printable import printable


def status(arguments: argparse.Namespace) -> int:
    """A table with one line per run."""
    rows = [_status_row(open_run(Path(path))) for path in arguments.run_dirs]
    header = ["run", "state", "generation", "valid", "train", "literals", "sparsity", "heartbeat"]
    say(*aligned(header, rows))
    return 0


def _status_row(run: RunDir) -> list[str]:
    record = read_run(run)
    last = _last(run)
    pick = last.get("pick", {})
    return [
        f"{record['name']}/{record['id']}",
        _state(run, record),
        str(last.get("generation", 0)),
        percent(pick.get("valid_accuracy")),
        percent(pick.get("train_accuracy")),
        str(pick.get("literals", "-")),
        percent(_sparsity(run, pick) if pick else None),
        _age(run),
    ]


def _sparsity(run: RunDir, pick: dict[str, Any]) -> float:
    """As in `fitness.sizes`, from what the journal has; a mask's is in it."""
    if "sparsity" in pick:
        return float(pick["sparsity"])
    positions = pick["terms"] * len(run.read_json("encoder.json")["binarizer"]["bits"])
    return 1 - pick["literals"] / positions if positions else 1.0


def _last(run: RunDir) -> dict[str, Any]:
    lines = read_journal(run.metrics)
    return lines[-1] if lines else {}


def _state(run: RunDir, record: dict[str, Any]) -> str:
    if record["state"] in ("created", "running") and not run.is_locked():
        return "killed (evo resume it)"
    reason = record.get("stop_reason")
    return f"{record['state']} ({reason})" if reason else str(record["state"])


def _age(run: RunDir) -> str:
    path = run.timing if run.timing.exists() else run / "run.json"
    seconds = max(0, int(time.time() - path.stat().st_mtime))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def stop(arguments: argparse.Namespace) -> int:
    """Leave a stop request that the running search looks for after every generation."""
    run = open_run(Path(arguments.run_dir))
    if not run.is_locked():
        say(f"{run.root}: is not running; nothing to stop")
        return 0
    try:
        (run / STOP_REQUEST).touch()
    except OSError as problem:
        raise StorageError.of(problem, run / STOP_REQUEST) from None
    say(f"{run.root}: asked to stop after the generation under way")
    return 0


def report(arguments: argparse.Namespace) -> int:
    """report.md of one run, or a comparison of several."""
    runs = [open_run(Path(path)) for path in arguments.run_dirs]
    if arguments.html is not None:
        return _page(runs, Path(arguments.html), trust=arguments.trust)
    several = [(read_run(run), _result(run)) for run in runs]
    text = comparison(several) if len(runs) > 1 else _report_text(runs[0])
    lines = [printable(line) for line in text.splitlines()]
    if sys.stdout.isatty():
        styled(_laid_out("\n".join(lines)))
    else:
        say(*lines, whole=True)
    return 0


def _laid_out(markdown: str) -> str:
    """The report as it looks best on this terminal."""
    from rich.markdown import Markdown  # noqa: PLC0415 - rich takes longer to import than most commands run

    from evo.display.rich_display import make_console  # noqa: PLC0415
    from evo.display.streams import TolerantStream  # noqa: PLC0415

    console = make_console(TolerantStream(sys.stdout))
    with console.capture() as captured:
        console.print(Markdown(markdown, hyperlinks=False))
    return captured.get()


def _page(runs: list[RunDir], path: Path, *, trust: bool) -> int:
    from evo.report.html.compare_page import compare_page  # noqa: PLC0415 - pages read rows, which takes NumPy
    from evo.report.html.page import run_page  # noqa: PLC0415
    from evo.report.write import facts_again, write_page  # noqa: PLC0415

    results = [_result(run) for run in runs]
    alone = len(runs) == 1
    page = (
        run_page(facts_again(runs[0], results[0], trust=trust)) if alone else compare_page(runs, results, trust=trust)
    )
    write_page(path, page)
    say(f"report written to {path}")
    return 0


def _report_text(run: RunDir) -> str:
    _result(run)
    if not run.exists("report.md"):
        raise CheckpointError("this run was made without a report (output.report)", where=run.where("report.md"))
    return run.read_text("report.md")


def _result(run: RunDir) -> dict[str, Any]:
    if not has_result(run):
        state = _state(run, read_run(run))
        raise CheckpointError(f"has no result yet: {state}; let it finish or evo resume it", where=str(run.root))
    return read_result(run)
