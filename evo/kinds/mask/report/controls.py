"""What a report says of a mask beside its scores: the controls, and what flips of connections cost; as tables."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evo.report.tables import percent

#: Curves of brittleness: name in result.json, and in words.
BRITTLE = (("kept", "of the kept"), ("dropped", "of the dropped"), ("all", "of all"))


@dataclass(frozen=True, slots=True)
class NotedTable:
    """A table with a title and a note on how to read it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Control:
    """A line of the controls: its key, its name, and the accuracies of its seeds."""

    key: str
    name: str
    sparsity: str
    accuracies: tuple[float, ...]

    @property
    def middle(self) -> float:
        """The median accuracy."""
        return statistics.median(self.accuracies)

    @property
    def text(self) -> str:
        """The median, with the lowest and the highest of several."""
        return _spread(self.accuracies) if len(self.accuracies) > 1 else percent(self.middle)


def mask_tables(mask: Mapping[str, Any]) -> list[NotedTable]:
    """Tables from the section `mask` of result.json: what is beside it, where anything is, and what flips cost."""
    rows = control_rows(mask)
    beside = [_controls(mask, rows)] if len(rows) > 1 else []
    return beside + ([_brittleness(mask)] if mask.get("brittleness") else [])


def _controls(mask: Mapping[str, Any], rows: Sequence[Control]) -> NotedTable:
    texts = tuple((row.name, row.sparsity, row.text) for row in rows)
    return NotedTable(controls_title(mask), ("what", "sparsity", "accuracy"), texts, controls_note(mask))


def controls_title(mask: Mapping[str, Any]) -> str:
    """What the table is called."""
    return "Beside the controls" if "baselines" in mask else "Beside the unpruned network"


def control_rows(mask: Mapping[str, Any]) -> list[Control]:
    """The mask, then the network without one, then its controls; as far as the run has them."""
    same = percent(mask["sparsity"])
    rows = [Control("mask", "this mask", same, (mask["accuracy"],))]
    if "unpruned" in mask:
        rows.append(Control("unpruned", "the network as given, unpruned", percent(0.0), (mask["unpruned"],)))
    return rows + (_baselines(mask["baselines"], same) if "baselines" in mask else [])


def _baselines(baselines: Mapping[str, Any], same: str) -> list[Control]:
    popup, magnitude = baselines["edge_popup"], baselines["magnitude"]
    rows = [
        Control("random", "random mask of the same density", same, tuple(baselines["random"])),
        Control("shuffled", "this mask, shuffled in its layers", same, tuple(baselines["shuffled"])),
    ]
    if popup is not None:
        name = f"edge-popup {_settings(popup)}"
        rows.append(Control("edge_popup", name, percent(1 - popup["keep"]), tuple(popup["accuracy"])))
    if magnitude is not None:
        trained = "weights trained by Adam"
        rows += [
            Control("dense", f"{trained}, all kept", percent(0.0), tuple(magnitude["dense"])),
            Control("pruned", f"{trained}, the largest kept", same, tuple(magnitude["pruned"])),
            Control(
                "rewound", f"{trained}, the largest trained again from the start", same, tuple(magnitude["rewound"])
            ),
        ]
    return rows


def controls_note(mask: Mapping[str, Any]) -> str:
    """How to read the controls."""
    if "baselines" not in mask:
        return f"Accuracy on the {mask['split']} rows."
    seeds = len(mask["baselines"]["random"])
    return (
        f"Accuracy on the {mask['split']} rows: median (lowest to highest) of {seeds} seeds. Controls that learn had "
        f"{mask['control_seconds']:.1f} CPU seconds each (output.control_seconds; without it as many in all as the "
        "search took); all prune the same network with the same biases. If the shuffled mask were as good, only the "
        "layers' densities would matter."
    )


def _settings(popup: Mapping[str, Any]) -> str:
    """``(keeps 50 %, rate 0.1, logits x 4)``."""
    scale = "" if popup["scale_factor"] == 1 else f", logits x {popup['scale_factor']:g}"
    return f"(keeps {100 * popup['keep']:.0f} %, rate {popup['rate']:g}{scale})"


def _brittleness(mask: Mapping[str, Any]) -> NotedTable:
    curves = mask["brittleness"]
    shares = tuple(f"{100 * share:g} %" for share in curves["shares"])
    rows = tuple((text, *map(percent, curves[name])) for name, text in BRITTLE)
    note = (
        f"Mean accuracy on the {mask['split']} rows when a share of the connections flips (kept to dropped or back) at "
        "random places, five draws each. Where flips of dropped ones cost as much as flips of kept ones, the dropped "
        "ones were no spare parts: leaving them out is what the mask has learned."
    )
    return NotedTable("How brittle it is", ("flipped", *shares), rows, note)


def _spread(values: Sequence[float]) -> str:
    return f"{percent(statistics.median(values))} ({percent(min(values))} to {percent(max(values))})"
