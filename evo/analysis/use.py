"""Which columns a model reads, and how much each of them matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evo.models.two_level import Model
from fitness.data.dataset import Bit


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """One column: literals on it, terms (or units) that read it, what of it was measured, else None.

    influence: the sum of its bits' influences; drop: what is lost where its values are shuffled (`importances`).
    """

    feature: str
    literals: int
    terms: int
    influence: float | None
    drop: float | None = None


def feature_use(
    model: Model,
    bits: Sequence[Bit],
    influences: Mapping[int, float] | None,
    drops: Mapping[str, float] | None = None,
) -> tuple[FeatureUse, ...]:
    """The columns that a model reads, the most influential first, then the most used; equal terms count once."""
    literals: dict[str, int] = {}
    terms: dict[str, int] = {}
    for of_output in model.terms:
        for term in dict.fromkeys(map(tuple, of_output)):
            for number in term:
                feature = bits[abs(number) - 1].feature
                literals[feature] = literals.get(feature, 0) + 1
            for feature in {bits[abs(number) - 1].feature for number in term}:
                terms[feature] = terms.get(feature, 0) + 1
    return in_order(literals, terms, bits, influences, drops)


def in_order(
    literals: Mapping[str, int],
    readers: Mapping[str, int],
    bits: Sequence[Bit],
    influences: Mapping[int, float] | None,
    drops: Mapping[str, float] | None,
) -> tuple[FeatureUse, ...]:
    """Columns with how often they are read, the most influential first, then the most used."""
    matter: dict[str, float] = {}
    for number, value in (influences or {}).items():
        feature = bits[number - 1].feature
        matter[feature] = matter.get(feature, 0.0) + value
    uses = [
        FeatureUse(f, n, readers[f], matter.get(f, 0.0) if influences is not None else None, (drops or {}).get(f))
        for f, n in literals.items()
    ]
    return tuple(sorted(uses, key=lambda use: (-(use.influence or 0.0), -use.literals, use.feature)))
