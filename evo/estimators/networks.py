"""Composed networks for scikit-learn users: what a fit leaves, and what it says of rows.

Probabilities come from the training rows: of rows that are predicted as one class, the share of each true class, with
one row of every class added (Laplace).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rows import codes_of
from evo.estimators.evidence import Floats
from evo.estimators.fitting import Fitted
from evo.estimators.importances import Seen
from evo.estimators.origin import Origin
from evo.estimators.tables import cell_text
from evo.estimators.words import Explanation
from evo.export import Exported
from evo.export.added import written_by
from evo.kinds.common.saved import check_format
from evo.kinds.network.circuit import circuit_of_network
from evo.kinds.network.export import EXPORTERS, to_words
from evo.kinds.network.saved import evaluator
from evo.models.networks import NetworkModel
from evo.models.scorecard import led_by
from evo.monitor import FrontRow
from evo.search.state import State
from evo.text.networks import Wording, network_lines
from fitness.data.dataset import Split
from fitness.data.encoder import Encoder
from fitness.data.table import Table
from fitness.networks.unit_columns import node_columns
from genomes import portable
from genomes.bits import unpack
from genomes.text.printable import printable


@dataclass(frozen=True, slots=True)
class NetworkMember:
    """A network of the front as the pick of an estimator; shares: see `FittedNetwork`."""

    model: NetworkModel
    shares: Floats


@dataclass(frozen=True, slots=True)
class NetworkMembers:
    """Knows every member of a front by its id.

    known: influences that were counted; seen: the rows that further ones are counted on, None where all are known.
    """

    members: Mapping[str, NetworkMember]
    known: Mapping[str, Mapping[str, float]]
    seen: Seen | None

    def member(self, member: str) -> NetworkMember:
        """One of them."""
        return self.members[member]

    def influences(self, member: str) -> Mapping[str, float]:
        """By column what it matters to a member; see `evo.estimators.importances`."""
        return self.known[member] if self.seen is None else self.seen.influences(self.members[member].model)


@dataclass(frozen=True, slots=True)
class FittedNetwork:
    """What a fit leaves.

    names: of all columns; shares: float64[classes, classes], of rows that are predicted as a class (first axis) the
    share of each true one; members: of the front, to pick from; origin: what files say of it; begun: the search's name
    and end, for a warm start.
    """

    names: tuple[str, ...]
    classes: NDArray[Any]
    encoder: Encoder
    model: NetworkModel
    front: tuple[FrontRow, ...]
    shares: Floats
    generations: int
    members: NetworkMembers
    origin: Origin
    begun: tuple[str, State[Any]] | None

    def picked(self, member: str) -> FittedNetwork:
        """The same with another member of the front as the model."""
        of = self.members.member(member)
        return replace(self, model=of.model, shares=of.shares)

    def influences(self) -> Mapping[str, float]:
        """By column how much it matters to the network."""
        return self.members.influences(self.model.id)

    def without_state(self) -> FittedNetwork:
        """The same without the end of the search, which may be large."""
        return replace(self, begun=None)

    def codes(self, split: Split) -> NDArray[np.intp]:
        """The number of the predicted class: intp[rows]."""
        planes = evaluator(self.model, self.encoder.task, split).predictions(self.model.batch())[0]
        return np.asarray(codes_of(self.encoder.task, planes, split.n_rows)[0])

    def chances(self, split: Split) -> Floats:
        """Class probabilities: float64[rows, classes]."""
        codes = self.codes(split)
        return led_by(self.shares[codes], codes)

    def scores(self, split: Split) -> Floats:
        """Of several classes the logarithms of their probabilities: float64[rows, classes]."""
        return portable.log(self.chances(split))

    def words(self, encoder: Encoder) -> str:
        """A line per unit, then what the heads decide."""
        return to_words(self.model, encoder)

    def exported(self, fmt: str, encoder: Encoder, *, minimize: bool) -> Exported:
        """The network in a format; it is in its normal form already."""
        check_format(fmt, EXPORTERS)
        return written_by(fmt, EXPORTERS, (self.model, encoder), lambda: circuit_of_network(self.model, encoder))

    def rules(self) -> tuple[str, ...]:
        """The lines of `words`."""
        task, bits = self.encoder.task, self.encoder.binarizer.bits
        return tuple(network_lines(self.model, task, bits))

    def explained(self, table: Table, split: Split) -> list[Explanation]:
        """Per row the inputs and units that hold on it, of those that anything reads."""
        codes, chances = self.codes(split), self.chances(split)
        holds = unpack(np.stack(node_columns(self.model.network.units, split.inputs, split.n_rows)), split.n_rows)
        labels = self.classes.tolist()
        return [
            self._explained(table, row, labels[code], float(chances[row, code]), holds[:, row])
            for row, code in enumerate(codes.tolist())
        ]

    def _explained(self, table: Table, row: int, label: Any, chance: float, holds: NDArray[np.bool_]) -> Explanation:
        wording = Wording.of(self.model, self.encoder.binarizer.bits)
        units = [f"{wording.name(k)}: {wording.unit(k, unit)}" for k, unit in enumerate(self.model.network.units)]
        said = [text for k, text in enumerate(units) if holds[self.model.first + k] != wording.flipped[k]]
        lines = [f"predicted {label} (probability {chance:.2f})"]
        lines += [f"  {text} holds" for text in said] or ["  no unit holds"]
        features = dict.fromkeys(self.encoder.binarizer.bits[number - 1].feature for number in self.model.used)
        columns = {column.name: column for column in table.columns}
        cells = [f"{name} is {cell_text(columns[name], row)}" for name in features if name in columns]
        text = "\n".join(printable(line) for line in [*lines, f"  where {', '.join(cells)}"] if line.strip() != "where")
        return Explanation(label, chance, (), text)


#: What a fit of any estimator leaves.
Learned = Fitted | FittedNetwork
