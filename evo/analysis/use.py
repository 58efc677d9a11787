"""Which columns a model reads, and how much each of them matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evo.models.two_level import Model
from fitness.data.dataset import Bit


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """One column: literals on it, terms that read it, and the sum of its bits' influences (None if not measured)."""

    feature: str
    literals: int
    terms: int
    influence: float | None


def feature_use(model: Model, bits: Sequence[Bit], influences: Mapping[int, float] | None) -> tuple[FeatureUse, ...]:
    """The columns that a model reads, the most influential first, then the most used; equal terms count once."""
    literals: dict[str, int] = {}
    terms: dict[str, int] = {}
    matter: dict[str, float] = {}
    for of_output in model.terms:
        for term in dict.fromkeys(map(tuple, of_output)):
            for number in term:
                feature = bits[abs(number) - 1].feature
                literals[feature] = literals.get(feature, 0) + 1
            for feature in {bits[abs(number) - 1].feature for number in term}:
                terms[feature] = terms.get(feature, 0) + 1
    for number, value in (influences or {}).items():
        feature = bits[number - 1].feature
        matter[feature] = matter.get(feature, 0.0) + value
    uses = [
        FeatureUse(f, n, terms[f], matter.get(f, 0.0) if influences is not None else None) for f, n in literals.items()
    ]
    return tuple(sorted(uses, key=lambda use: (-(use.influence or 0.0), -use.literals, use.feature)))
