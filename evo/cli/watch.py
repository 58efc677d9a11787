"""`evo stop` and `evo report`: what is asked of run directories from outside."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evo.cli.output import say, styled
from evo.cli.places import place, places
from evo.cli.show import shown
from evo.cli.status import state_of
from evo.errors import CheckpointError
from evo.records.results import has_result, read_result
from evo.records.runs import read_run
from evo.report.compare import comparison
from evo.storage.folder import MissingError
from evo.storage.known import REPORT_MD
from evo.storage.outputs import write_output
from evo.storage.run_dir import RunDir, open_run
from genomes.text.printable import printable


def stop(arguments: argparse.Namespace) -> int:
    """Leave a stop request that the running search looks for after every generation."""
    run = open_run(place(arguments.run_dir))
    if not run.is_locked():
        say(f"{run.root}: is not running; nothing to stop")
        return 0
    run.request_stop()
    say(f"{run.root}: asked to stop after the generation under way")
    return 0


def report(arguments: argparse.Namespace) -> int:
    """report.md of one run, or a comparison of several."""
    paths = places(arguments.run_dirs)
    if arguments.pick is not None:
        return _models(paths, arguments.pick)
    runs = [open_run(path) for path in paths]
    if arguments.html is not None:
        return _page(runs, Path(arguments.html), trust=arguments.trust)
    several = [(read_run(run), _result(run)) for run in runs]
    text = comparison(several) if len(runs) > 1 else _report_text(runs[0], trust=arguments.trust)
    lines = [printable(line) for line in text.splitlines()]
    if sys.stdout.isatty():
        styled(_laid_out("\n".join(lines)))
    else:
        say(*lines, whole=True)
    return 0


def _models(paths: Sequence[Path], pick: str) -> int:
    """One model of each run, instead of the reports."""
    for number, path in enumerate(paths):
        say(*([""] if number else []), *shown(path, pick), whole=True)
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
    from evo.report.write import page_again  # noqa: PLC0415 - pages read rows, which takes NumPy

    write_output(path, page_again(runs, [_result(run) for run in runs], trust=trust))
    say(f"report written to {path}")
    return 0


def _report_text(run: RunDir, *, trust: bool) -> str:
    """report.md, or what it would say of a run that was made without it, or of a saved estimator."""
    result = _result(run)
    try:
        return run.read_text(REPORT_MD)
    except MissingError:
        from evo.report.write import markdown_again  # noqa: PLC0415 - it may read rows, which takes NumPy

        return markdown_again(run, result, trust=trust)


def _result(run: RunDir) -> dict[str, Any]:
    if not has_result(run):
        state = state_of(run, read_run(run))
        raise CheckpointError(f"has no result yet: {state}; let it finish or evo resume it", where=str(run.root))
    return read_result(run)
