"""What a report says of a network beside its scores: units in words, who reads them, on how many rows they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from evo.analysis.rows import sampled
from evo.errors import EvoError
from evo.kinds.network.records import read_network
from evo.models.networks import NetworkModel, shown_as_or
from evo.records.encoders import read_encoder
from evo.records.moved import found_again
from evo.records.results import read_result
from evo.records.runs import read_run
from evo.records.trust import stored_config, unmarked
from evo.storage.known import BEST
from evo.storage.run_dir import RunDir
from evo.text.networks import UnitText, head_lines, unit_texts
from fitness.data.dataset import Bit, Dataset, Split, Task
from fitness.data.pictures.load import load_pictures
from fitness.networks.unit_columns import node_columns
from genomes.bits import popcount
from genomes.deadline import Interrupted

#: Operands of a list that a report shows.
MOST_SHOWN = 12
_HOLD = "on how many rows units hold"
_LEFT_OUT = f"{_HOLD} is left out"
LATE = f"Left out, as stop.seconds was over: {_HOLD}. `evo report` with `--html` counts it without a limit."


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """The pick of a run.

    units, heads: in words; shares: of the training rows, on how many each unit holds as it is shown, None where the
    rows are not there, or time was over (`notes` say so); grown_on: the splits it was grown on in the end, none where
    it is as the search found it.
    """

    model: NetworkModel
    task: Task
    bits: tuple[Bit, ...]
    units: tuple[UnitText, ...]
    heads: tuple[str, ...]
    shares: tuple[float, ...] | None
    grown_on: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def network_facts(run: RunDir, seed: int, task: Task, bits: tuple[Bit, ...], train: Split | None) -> NetworkFacts:
    """What can be said of the pick, with training rows or without.

    Raises:
        CheckpointError: there is none, or a file is damaged.
    """
    model = read_network(run, BEST, task, len(bits))
    units, heads = unit_texts(model, bits, MOST_SHOWN), head_lines(model, task, bits, MOST_SHOWN)
    grown_on = tuple(read_result(run)["network"]["grown_on"])
    found = NetworkFacts(model, task, bits, tuple(units), tuple(heads), None, grown_on)
    try:
        return found if train is None else replace(found, shares=shares_of(model, sampled(train, seed, 0)))
    except Interrupted:
        return replace(found, notes=(LATE,))


def shares_of(model: NetworkModel, split: Split) -> tuple[float, ...]:
    """Per unit, the share of rows on which what is shown of it holds."""
    held = [int(popcount(column)) for column in node_columns(model.network.units, split.inputs, split.n_rows)]
    pairs = zip(held[model.first :], shown_as_or(model.network, model.first), strict=True)
    return tuple((split.n_rows - n if flipped else n) / max(1, split.n_rows) for n, flipped in pairs)


def facts_again(run: RunDir, *, trust: bool) -> tuple[NetworkFacts, tuple[str, ...]]:
    """The facts of a run that ended earlier; without its rows (a note says why) only what the model tells.

    Raises:
        CheckpointError: a file of the run is missing or damaged.
    """
    encoder, config, record = read_encoder(run), stored_config(run), read_run(run)
    foreign = {} if trust else unmarked(run, record, config, ["compute"])
    note = (
        f"Another machine wrote where the data lie ({' and '.join(foreign)}), so they are not read without --trust; "
        f"{_LEFT_OUT}."
    )
    dataset, notes = (None, (note,)) if foreign else _rows_again(record, found_again(run, config))
    train = None if dataset is None else dataset.train
    return network_facts(run, config.seed, encoder.task, encoder.binarizer.bits, train), notes


def _rows_again(record: Mapping[str, Any], config: Any) -> tuple[Dataset | None, tuple[str, ...]]:
    try:
        dataset = load_pictures(config.data, config.seed).dataset
    except EvoError as problem:
        return None, (f"The data cannot be read any more ({problem}); {_LEFT_OUT}.",)
    if dataset.sha256() != record["data_sha256"]:
        return None, (f"The data are not those the run learned from; {_LEFT_OUT}.",)
    return dataset, ()
