"""The reports of a run as files: at its end from the rows in memory, later from rows that are read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evo.analysis.gather import Facts, gather
from evo.analysis.missing import missing_line
from evo.config.schema import RunConfig
from evo.errors import CheckpointError, StorageError
from evo.kinds.registry import kind_of
from evo.records.encoders import read_columns
from evo.records.runs import read_run
from evo.report.html.compare_page import compare_page
from evo.report.html.page import run_page
from evo.report.markdown import run_report
from evo.report.reporter import Reporter
from evo.storage.known import REPORT_HTML, REPORT_MD
from evo.storage.run_dir import RunDir


def write_reports(
    run: RunDir,
    result: Mapping[str, Any],
    lines: Sequence[str],
    config: RunConfig,
    dataset: Any,
    tell: Callable[[str], None],
) -> list[str]:
    """report.md and report.html, as configured, beside a result.json and models that are written; returns their names.

    lines: the model in words; dataset: the run's rows; tell: takes one line on a report that cannot be written, which
    is no reason for a run to fail.
    """
    wanted, reporter = config.output.report, _reporter(result)
    findings, notes = reporter.at_the_end(run, config, dataset) if "html" in wanted else (None, ())
    for note in notes:
        tell(f"report: {note}")

    def markdown() -> str:
        return _markdown(run, result, reporter.markdown(run, result, lines, dataset, findings), notes)

    makers = {
        "md": (REPORT_MD, markdown),
        "html": (REPORT_HTML, lambda: run_page(gather(run, result, findings, notes))),
    }
    written = []
    for name, make in (maker for kind, maker in makers.items() if kind in wanted):
        try:
            run.replace(name, make())
            written.append(name)
        except (CheckpointError, StorageError) as problem:
            tell(f"warning: {name} is not written: {problem}")
    return written


def markdown_again(run: RunDir, result: Mapping[str, Any], *, trust: bool) -> str:
    """report.md of a run that ended without one, or of a saved estimator, of what its directory and its rows tell.

    trust: read its rows whoever wrote where they lie.

    Raises:
        CheckpointError: a file of the run is missing or damaged.
    """
    reporter = _reporter(result)
    findings, notes = reporter.again(run, trust=trust)
    saved: Any = kind_of(result["genome"]).saved(run.root)
    lines = saved.words().rstrip("\n").split("\n")
    return _markdown(run, result, reporter.markdown(run, result, lines, None, findings), notes)


def _markdown(run: RunDir, result: Mapping[str, Any], model: Sequence[str], notes: tuple[str, ...]) -> str:
    return run_report(dict(result), read_run(run), model, notes, missing_line(read_columns(run)))


def page_again(runs: Sequence[RunDir], results: Sequence[dict[str, Any]], *, trust: bool) -> str:
    """The page about one run that ended earlier, or about several beside each other.

    trust: read their rows whoever wrote where they lie.

    Raises:
        CheckpointError: a file of a run is missing or damaged.
    """
    if len(runs) == 1:
        return run_page(facts_again(runs[0], results[0], trust=trust))
    names = [f"{i}" for i in range(1, len(runs) + 1)]
    several_kinds = len({type(kind_of(result["genome"])) for result in results}) > 1
    own = [] if several_kinds else _reporter(results[0]).compared(runs, names, trust=trust)
    return compare_page([(read_run(run), result) for run, result in zip(runs, results, strict=True)], names, own)


def facts_again(run: RunDir, result: Mapping[str, Any], *, trust: bool) -> Facts:
    """The facts of a run that ended earlier; without its rows (a note says why) only what models and journals tell.

    trust: read its rows whoever wrote where they lie.

    Raises:
        CheckpointError: a file of the run is missing or damaged.
    """
    findings, notes = _reporter(result).again(run, trust=trust)
    return gather(run, result, findings, notes)


def _reporter(result: Mapping[str, Any]) -> Reporter:
    reporter: Reporter = kind_of(result["genome"]).reporter()
    return reporter
