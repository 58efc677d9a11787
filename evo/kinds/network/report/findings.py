"""What a report says of a network beside its scores: units in words, who reads them, what rows say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from evo.analysis.baselines import Baselines
from evo.analysis.on_rows import in_time, late_note, on_rows
from evo.analysis.robustness import Robustness
from evo.analysis.rows import sampled
from evo.analysis.use import FeatureUse
from evo.errors import EvoError
from evo.kinds.network.records import read_network
from evo.kinds.network.report.reading import column_use
from evo.models.networks import NetworkModel, shown_as_or
from evo.records.encoders import read_encoder
from evo.records.moved import found_again
from evo.records.runs import read_run
from evo.records.trust import stored_config
from evo.records.unread import LEFT_OUT, unread
from evo.storage.known import BEST
from evo.storage.run_dir import RunDir
from evo.text.networks import UnitText, head_lines, unit_texts
from fitness.data.dataset import Bit, Dataset, Split, Task
from fitness.data.encoder import Encoder
from fitness.data.picture import Picture
from fitness.data.pictures.load import load_pictures
from fitness.networks.unit_columns import node_columns
from fitness.spec import FitnessSpec
from genomes.bits import popcount
from genomes.deadline import look

#: Operands of a list that a report shows.
MOST_SHOWN = 12
_HOLD = "on how many rows units hold"


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """The pick of a run.

    units, heads: in words; use: of columns; shares: of the training rows, on how many each unit holds as it is shown.
    None is what needs rows that are not there, or time (`notes` say so). picture: where the inputs lie of rows that are
    pictures; encoder: how the run reads rows.
    """

    model: NetworkModel
    task: Task
    bits: tuple[Bit, ...]
    units: tuple[UnitText, ...]
    heads: tuple[str, ...]
    use: tuple[FeatureUse, ...]
    shares: tuple[float, ...] | None = None
    baselines: Baselines | None = None
    robustness: Robustness | None = None
    notes: tuple[str, ...] = ()
    picture: Picture | None = None
    encoder: Encoder | None = None

    @property
    def flipped(self) -> list[bool]:
        """Per unit, whether people see an OR (`evo.models.networks.shown_as_or`)."""
        return shown_as_or(self.model.network, self.model.first)


def network_facts(
    run: RunDir, seed: int, task: Task, bits: tuple[Bit, ...], dataset: Dataset | None, fitness: FitnessSpec
) -> NetworkFacts:
    """What can be said of the pick, with rows or without.

    Raises:
        CheckpointError: there is none, or a file is damaged.
    """
    model = read_network(run, BEST, task, len(bits))
    units, heads = unit_texts(model, bits, MOST_SHOWN), head_lines(model, task, bits, MOST_SHOWN)
    found = NetworkFacts(model, task, bits, tuple(units), tuple(heads), column_use(model, bits))
    return found if dataset is None else _on_rows(found, dataset, seed, fitness)


def _on_rows(found: NetworkFacts, dataset: Dataset, seed: int, fitness: FitnessSpec) -> NetworkFacts:
    """The same with what rows say."""
    model, late, shares = found.model, list[str](), None
    with in_time(_HOLD, late):
        look()
        shares = shares_of(model, sampled(dataset.train, seed, 0))
    counted = on_rows(model, dataset, seed, fitness)
    use, notes = column_use(model, found.bits, counted.influences, counted.drops), late_note((*late, *counted.late))
    found = replace(found, shares=shares, use=use, notes=notes)
    return replace(found, baselines=counted.baselines, robustness=counted.robustness)


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
    why = unread(run, record, config, trust=trust)
    dataset, notes = (None, (why,)) if why else _rows_again(record, found_again(run, config))
    task, bits = encoder.task, encoder.binarizer.bits
    found = network_facts(run, config.seed, task, bits, dataset, config.fitness)
    return replace(found, picture=encoder.picture, encoder=encoder), notes


def _rows_again(record: Mapping[str, Any], config: Any) -> tuple[Dataset | None, tuple[str, ...]]:
    try:
        dataset = load_pictures(config.data, config.seed).dataset
    except EvoError as problem:
        return None, (f"The data cannot be read any more ({problem}); {LEFT_OUT}.",)
    if dataset.sha256() != record["data_sha256"]:
        return None, (f"The data are not those the run learned from; {LEFT_OUT}.",)
    return dataset, ()
