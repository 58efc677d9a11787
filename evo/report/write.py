"""The reports of a run as files: at its end from the rows in memory, later from rows that are read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evo.analysis.gather import Facts, Formula, formula_facts, gather
from evo.analysis.rules import rule_groups
from evo.config.schema import RunConfig
from evo.errors import CheckpointError, EvoError, StorageError
from evo.models.two_level import Model, read_model
from evo.records.encoders import read_encoder
from evo.records.runs import read_run
from evo.records.trust import stored_config, unmarked
from evo.report.html.page import run_page
from evo.report.markdown import run_report
from evo.report.sentences import rule_lines
from evo.storage.known import BEST, REPORT_HTML, REPORT_MD
from evo.storage.run_dir import RunDir
from fitness.data.dataset import Dataset, Task
from fitness.data.load import load
from fitness.data.voting import as_votes

_LEFT_OUT = "what is counted on rows is left out"


def write_reports(
    run: RunDir,
    result: Mapping[str, Any],
    lines: Sequence[str],
    config: RunConfig,
    dataset: Any,
    tell: Callable[[str], None],
) -> list[str]:
    """report.md and report.html, as configured, beside a result.json and models that are written; returns their names.

    lines: the model in words; dataset: the run's rows, packed where the model is a formula; tell: takes one line on a
    report that cannot be written, which is no reason for a run to fail.
    """
    wanted = config.output.report
    found = _at_the_end(run, config, dataset) if "html" in wanted and isinstance(dataset, Dataset) else None

    def markdown() -> str:
        sentences = _sentences(run, dataset, found) if isinstance(dataset, Dataset) else []
        return run_report(dict(result), read_run(run), list(lines), sentences)

    makers = {"md": (REPORT_MD, markdown), "html": (REPORT_HTML, lambda: run_page(gather(run, result, found)))}
    written = []
    for name, make in (maker for kind, maker in makers.items() if kind in wanted):
        try:
            run.replace(name, make())
            written.append(name)
        except (CheckpointError, StorageError) as problem:
            tell(f"warning: {name} is not written: {problem}")
    return written


def _at_the_end(run: RunDir, config: RunConfig, dataset: Dataset) -> Formula:
    return formula_facts(_best(run, dataset.task, dataset.n_bits), dataset.task, dataset.bits, dataset, config.seed)


def _best(run: RunDir, task: Task, n_bits: int) -> Model:
    return read_model(run, BEST, task, n_bits)


def _sentences(run: RunDir, dataset: Dataset, found: Formula | None) -> list[str]:
    task = dataset.task
    if found is None:
        model = _best(run, task, dataset.n_bits)
        groups = rule_groups(model, task, dataset.bits, dataset.splits())
    else:
        groups = found.rules
    return rule_lines(groups, [task.classes[i] for i in task.prior])


def facts_again(run: RunDir, result: Mapping[str, Any], *, trust: bool = False) -> Facts:
    """The facts of a run that ended earlier; without its rows (a note says why) only what models and journals tell.

    trust: read its rows whoever wrote where they lie.

    Raises:
        CheckpointError: a file of the run is missing or damaged.
    """
    if result.get("genome") == "mask":
        return gather(run, result, None)
    encoder = read_encoder(run)
    task, bits = encoder.task, encoder.binarizer.bits
    model = _best(run, task, len(bits))
    config, record = stored_config(run), read_run(run)
    foreign = {} if trust else unmarked(record, config, ["compute"])
    dataset, notes = (None, (_foreign(foreign),)) if foreign else rows_again(record, config, task)
    return gather(run, result, formula_facts(model, task, bits, dataset, config.seed), notes)


def _foreign(places: Mapping[str, str]) -> str:
    keys = " and ".join(places)
    return f"Another machine wrote where the data lie ({keys}), so they are not read without --trust; {_LEFT_OUT}."


def rows_again(record: Mapping[str, Any], config: RunConfig, task: Task) -> tuple[Dataset | None, tuple[str, ...]]:
    """The rows a run learned from, or a note on why they cannot be had; record: run.json; task: of its encoder."""
    try:
        loaded = load(config.data, config.seed)
        dataset = (as_votes(loaded) if task.kind == "multiclass" else loaded).dataset
    except EvoError as problem:
        return None, (f"The data cannot be read any more ({problem}); {_LEFT_OUT}.",)
    if dataset.sha256() != record["data_sha256"]:
        return None, (f"The data are not those the run learned from; {_LEFT_OUT}.",)
    return dataset, ()
