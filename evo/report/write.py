"""The reports of a run as files: at its end from the rows in memory, later from rows that are read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evo.config.load import load_config
from evo.config.schema import RunConfig
from evo.errors import EvoError, UsageError
from evo.model import Model, read_model
from evo.records.encoders import read_encoder
from evo.records.models import BEST
from evo.records.runs import read_run
from evo.report.facts.gather import Facts, Formula, formula_facts, gather
from evo.report.facts.rules import rule_groups
from evo.report.html.page import run_page
from evo.report.markdown import run_report
from evo.report.sentences import rule_lines
from evo.storage.atomic import write_atomic
from evo.storage.run_dir import RunDir
from fitness.data.dataset import Dataset, Task
from fitness.data.load import load
from fitness.data.voting import as_votes


def write_reports(
    run: RunDir, result: Mapping[str, Any], lines: Sequence[str], config: RunConfig, dataset: Any
) -> list[str]:
    """report.md and report.html, as configured, beside a result.json and models that are written; returns their names.

    lines: the model in words; dataset: the run's rows, packed where the model is a formula.
    """
    wanted = config.output.report
    found = _at_the_end(run, config, dataset) if "html" in wanted and isinstance(dataset, Dataset) else None
    if "md" in wanted:
        sentences = _sentences(run, dataset, found) if isinstance(dataset, Dataset) else []
        text = run_report(dict(result), read_run(run), list(lines), sentences)
        write_atomic(run / "report.md", text)
    if "html" in wanted:
        write_atomic(run / "report.html", run_page(gather(run, result, found)))
    return [f"report.{kind}" for kind in ("md", "html") if kind in wanted]


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


def facts_again(run: RunDir, result: Mapping[str, Any]) -> Facts:
    """The facts of a run that ended earlier; without its rows (a note says why) only what models and journals tell.

    Raises:
        CheckpointError: a file of the run is missing or damaged.
    """
    if result.get("genome") == "mask":
        return gather(run, result, None)
    config = load_config(run / "resolved.yaml").config
    encoder = read_encoder(run)
    task, bits = encoder.task, encoder.binarizer.bits
    model = _best(run, task, len(bits))
    dataset, notes = rows_again(run, config)
    return gather(run, result, formula_facts(model, task, bits, dataset, config.seed), notes)


def rows_again(run: RunDir, config: RunConfig) -> tuple[Dataset | None, tuple[str, ...]]:
    """The rows a run learned from, or a note on why they cannot be had."""
    why = "what is counted on rows is left out"
    try:
        loaded = load(config.data, config.seed)
        dataset = (as_votes(loaded) if config.genome.output == "vote" else loaded).dataset
    except EvoError as problem:
        return None, (f"The data cannot be read any more ({problem}); {why}.",)
    if dataset.sha256() != read_run(run)["data_sha256"]:
        return None, (f"The data are not those the run learned from; {why}.",)
    return dataset, ()


def write_page(path: Path, page: str) -> None:
    """A page where the user wants it.

    Raises:
        UsageError: it cannot be written there.
    """
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"cannot be written ({problem.strerror})", where=str(path)) from None
