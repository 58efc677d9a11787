"""Which columns a network reads: by how many of their comparisons, and by how many units and heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evo.analysis.use import FeatureUse, in_order
from evo.models.networks import NetworkModel
from fitness.data.dataset import Bit


def column_use(
    model: NetworkModel,
    bits: Sequence[Bit],
    influences: Mapping[int, float] | None = None,
    drops: Mapping[str, float] | None = None,
) -> tuple[FeatureUse, ...]:
    """The columns that a network reads: different comparisons on each, and units and heads that read one of them."""
    compared = dict[str, int]()
    for number in model.used:
        feature = bits[number - 1].feature
        compared[feature] = compared.get(feature, 0) + 1
    readers = dict[str, int]()
    sets = [unit.literals for unit in model.network.units]
    sets += [tuple(literal for literal, _ in head.votes) for head in model.network.heads]
    for literals in sets:
        for feature in {bits[(lit >> 1) - 1].feature for lit in literals if 0 < lit >> 1 < model.first}:
            readers[feature] = readers.get(feature, 0) + 1
    return in_order(compared, readers, bits, influences, drops)
