"""What is counted of the formula that a run picked: on its rows in memory, or on rows that are read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from evo.analysis.baselines import Baselines
from evo.analysis.on_rows import OnRows, late_note, on_rows
from evo.analysis.robustness import Robustness
from evo.analysis.rules import RuleGroup, rule_groups
from evo.analysis.use import FeatureUse, feature_use
from evo.config.schema import RunConfig
from evo.errors import EvoError
from evo.models.two_level import Model
from evo.records.encoders import read_encoder
from evo.records.formulas import read_model
from evo.records.moved import found_again
from evo.records.runs import read_run
from evo.records.trust import stored_config
from evo.records.unread import LEFT_OUT, unread
from evo.storage.known import BEST
from evo.storage.run_dir import RunDir
from evo.text.formula import formula_lines
from fitness.data.dataset import Bit, Dataset, Task
from fitness.data.encoder import Encoder
from fitness.data.load import load
from fitness.data.rebit import with_bits
from fitness.data.voting import as_votes
from fitness.spec import FitnessSpec


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and what its rows say of it; None what needs rows that are not there, or time (`notes` say so).

    encoder: how its run reads rows, where there is a run.
    """

    model: Model
    task: Task
    bits: tuple[Bit, ...]
    lines: tuple[str, ...]
    rules: tuple[RuleGroup, ...]
    use: tuple[FeatureUse, ...]
    baselines: Baselines | None
    robustness: Robustness | None
    notes: tuple[str, ...] = ()
    encoder: Encoder | None = None


def formula_facts(
    model: Model,
    task: Task,
    bits: tuple[Bit, ...],
    dataset: Dataset | None,
    seed: int,
    fitness: FitnessSpec | None = None,
) -> Formula:
    """What can be said of a formula, with rows or without; fitness: what the run optimised, else accuracy."""
    splits = {} if dataset is None else dataset.splits()
    counted = OnRows() if dataset is None else on_rows(model, dataset, seed, fitness)
    lines, groups = tuple(formula_lines(model, task, bits)), rule_groups(model, task, bits, splits)
    use = feature_use(model, bits, counted.influences, counted.drops)
    notes = late_note(counted.late)
    return Formula(model, task, bits, lines, groups, use, counted.baselines, counted.robustness, notes)


def best_of(run: RunDir, task: Task, n_bits: int) -> Model:
    """The pick of a run.

    Raises:
        CheckpointError: there is none, or its file is damaged.
    """
    return read_model(run, BEST, task, n_bits)


def findings_again(run: RunDir, *, trust: bool) -> tuple[Formula, tuple[str, ...]]:
    """The findings of a run that ended earlier; without its rows (a note says why) only what the model tells.

    trust: read its rows whoever wrote where they lie.

    Raises:
        CheckpointError: a file of the run is missing or damaged.
    """
    encoder = read_encoder(run)
    task, bits = encoder.task, encoder.binarizer.bits
    model = best_of(run, task, len(bits))
    config, record = stored_config(run), read_run(run)
    why = unread(run, record, config, trust=trust)
    dataset, notes = (None, (why,)) if why else rows_again(record, found_again(run, config), encoder)
    facts = formula_facts(model, task, bits, dataset, config.seed, config.fitness)
    return replace(facts, encoder=encoder), notes


def rows_again(
    record: Mapping[str, Any], config: RunConfig, encoder: Encoder
) -> tuple[Dataset | None, tuple[str, ...]]:
    """The rows a run learned from, or a note on why they cannot be had; record: run.json; encoder: its own."""
    try:
        loaded = load(config.data, config.seed)
        loaded = as_votes(loaded) if encoder.task.kind == "multiclass" else loaded
    except EvoError as problem:
        return None, (f"The data cannot be read any more ({problem}); {LEFT_OUT}.",)
    if loaded.dataset.sha256() != record["data_sha256"]:
        return None, (f"The data are not those the run learned from; {LEFT_OUT}.",)
    return with_bits(loaded, encoder.binarizer.bits).dataset, ()
