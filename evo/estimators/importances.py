"""How much each column matters to a model: its influence on the rows that the model learned from.

The influence of a column is the chance that a prediction changes when the column alone takes the value that it has in
another row, drawn at random: all bits of the column move together, so only values that there are are asked about
(O'Donnell, Analysis of Boolean Functions, 2014, section 8.2, where coordinates are of any kind; the other columns stay
as they are in a row). It is counted, not sampled: a column has few patterns of the bits that a model reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rows import cut_down, predicts, sampled
from evo.models.learned import Learned
from fitness.data.dataset import Bit, Split, Task
from fitness.data.schema import Field
from genomes import portable
from genomes.bits import Bools, pack, unpack
from genomes.deadline import looking

#: Rows looked at, at most, and the slot of the stream that draws them.
ROWS, SLOT = 16_384, 4


@dataclass(frozen=True, slots=True)
class Seen:
    """Training rows as influences are counted on them; fields: the raw columns of the bits."""

    task: Task
    bits: Sequence[Bit]
    fields: Sequence[Field]
    split: Split

    def sample(self, seed: int) -> Seen:
        """At most `ROWS` of the rows, drawn from the seed."""
        return replace(self, split=sampled(self.split, seed, SLOT, ROWS))

    def influences(self, model: Learned) -> dict[str, float]:
        """By column that the model reads; parts of a date count for the date."""
        small, seen, used = cut_down(model, self.split)
        if not used:
            return {}
        column_of = {field.name: field.part[0] if field.part else field.name for field in self.fields}
        columns: dict[str, list[int]] = {}
        for row, number in enumerate(used):
            feature = self.bits[number - 1].feature
            columns.setdefault(column_of.get(feature, feature), []).append(row)
        predict, flags = predicts(small, self.task), unpack(seen.inputs, seen.n_rows)
        mass = np.ones(seen.n_rows, np.int64) if seen.weights is None else seen.weights.units
        clean, whole = predict(seen)[0], int(mass.sum()) ** 2
        shares = dict[str, float]()
        for column, rows in looking(list(columns.items())):
            changed = 0
            for pattern, count in _patterns(flags[rows], mass):
                inputs = seen.inputs.copy()
                inputs[rows] = pack(np.repeat(pattern[:, None], seen.n_rows, axis=1))
                other = predict(replace(seen, inputs=inputs))[0]
                changed += count * int(mass[other != clean].sum())
            shares[column] = changed / whole
        return shares


def _patterns(flags: Bools, mass: NDArray[np.int64]) -> list[tuple[Bools, int]]:
    """Distinct columns of bool[bits, rows], and the mass of their rows."""
    patterns, place = np.unique(flags, axis=1, return_inverse=True)
    counts = np.zeros(patterns.shape[1], dtype=np.int64)
    np.add.at(counts, place.ravel(), mass)
    return list(zip(patterns.T, counts.tolist(), strict=True))


def importances(names: Sequence[str], influences: Mapping[str, float]) -> NDArray[np.float64]:
    """float64[columns]: influences in the order of `names`, made to add up to 1; all 0 of a constant model."""
    values = np.array([influences.get(name, 0.0) for name in names], dtype=np.float64)
    whole = float(portable.summed(values))
    return np.asarray(values / whole if whole > 0 else values)
