"""The section `mask` of result.json: what the mask keeps, the controls beside it, what flipped connections cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NotRequired

from annotated_types import Gt, Le, MinLen
from typing_extensions import TypedDict

from evo.records.kinds import Count, Number, Score, Seconds, Text
from evo.records.results import Accuracies, SplitName
from evo.records.shapes import fault


class PopupRecord(TypedDict):
    """Edge-popup with its tuned settings."""

    accuracy: Accuracies
    keep: Score
    rate: Number
    scale_factor: Number


class MagnitudeRecord(TypedDict):
    """Accuracies of the trained network, of its largest weights, and of these trained again."""

    dense: Accuracies
    pruned: Accuracies
    rewound: Accuracies


class ControlsRecord(TypedDict):
    """Accuracies by control."""

    random: Accuracies
    shuffled: Accuracies
    edge_popup: PopupRecord | None
    magnitude: MagnitudeRecord | None


class BrittlenessRecord(TypedDict):
    """Accuracies by share of flipped connections."""

    shares: Annotated[list[Annotated[float, Gt(-1), Le(1)]], MinLen(1)]
    kept: Accuracies
    dropped: Accuracies
    all: Accuracies


class MaskRecord(TypedDict):
    """The section `mask`."""

    about: list[Text]
    kept: Count
    weights: Count
    sparsity: Score
    loss: Number
    logit_scale: Number
    split: SplitName
    accuracy: Score
    unpruned: NotRequired[Score]
    baselines: NotRequired[ControlsRecord]
    control_seconds: NotRequired[Seconds]
    brittleness: NotRequired[BrittlenessRecord | None]


class SectionRecord(TypedDict):
    """What a result.json has more."""

    mask: MaskRecord


def section_fault(result: Mapping[str, Any]) -> str | None:
    """What is wrong with the section `mask` of a result.json."""
    wrong = fault(SectionRecord, result)
    if wrong is not None:
        return wrong
    mask = result["mask"]
    if ("baselines" in mask) != ("control_seconds" in mask):
        return "mask: baselines and control_seconds belong together"
    curves = mask.get("brittleness") or {}
    lengths = {len(curves[name]) for name in BrittlenessRecord.__required_keys__ if name in curves}
    return "mask.brittleness: its curves have different lengths" if len(lengths) > 1 else None
