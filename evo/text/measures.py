"""The measure that leads wherever scores are shown: the configured metric, with accuracy behind it if that is another.

Scores of members of a front are read from their records: `train_score`, `valid_score` and `test_score` hold the metric
where it is not accuracy (`evo.monitor.FrontRow`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evo.text.numbers import percent

SPLITS = ("train", "valid", "test")


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric by its name in the config."""

    key: str

    @property
    def name(self) -> str:
        """``balanced accuracy``."""
        return "weighted accuracy" if self.key == "weighted" else self.key.replace("_", " ")

    @property
    def title(self) -> str:
        """``Balanced accuracy``: the name where a sentence or heading begins."""
        return "MCC" if self.key == "mcc" else f"{self.name[0].upper()}{self.name[1:]}"

    @property
    def beside_accuracy(self) -> bool:
        """Whether it is another than accuracy, which is then shown second."""
        return self.key != "accuracy"

    @property
    def lowest(self) -> float:
        """The least value it can have."""
        return -1.0 if self.key == "mcc" else 0.0

    def text(self, value: float | None) -> str:
        """An accuracy in percent, any other metric with three digits; `-` where there is none."""
        if value is None:
            return "-"
        return f"{value:.3f}" if self.beside_accuracy else f"{percent(value)} %"

    def of(self, member: Mapping[str, Any], split: str) -> float | None:
        """The value of a member of a front on a split; runs of earlier versions know theirs on training rows alone."""
        if not self.beside_accuracy:
            return member.get(f"{split}_accuracy")
        known: float | None = member.get(f"{split}_score")
        return 1.0 - member["error"] if known is None and split == "train" else known

    def of_best(self, best: Mapping[str, Any], split: str) -> float | None:
        """The value of the pick of a result.json."""
        if not self.beside_accuracy:
            return best.get(f"{split}_accuracy")
        score: float | None = best["scores"].get(split, {}).get(self.key)
        return score


ACCURACY = Measure("accuracy")


def measure_of(best: Mapping[str, Any]) -> Measure:
    """The measure that leads a run, from the `best` of its result.json."""
    return Measure(best.get("metric", "accuracy"))
