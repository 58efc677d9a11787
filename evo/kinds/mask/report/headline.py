"""How a mask stands to its controls, in a sentence or two: to chance, to the whole network, to the best of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evo.kinds.mask.report.controls import Control, control_rows
from evo.report.tables import percent


def headline(mask: Mapping[str, Any]) -> list[str]:
    """From the section `mask` of result.json; none where the mask has nothing beside it.

    Differences are those of the figures that the table shows (medians of the seeds).
    """
    own, *others = control_rows(mask)
    by_key = {row.key: row for row in others}
    named = [
        f"{_beside(own, row)} {name}"
        for key, name in (
            ("random", "a random mask of the same density"),
            ("unpruned", "the network as given, unpruned"),
        )
        if (row := by_key.get(key)) is not None
    ]
    if not named:
        return []
    first = f"With {percent(1 - mask['sparsity'])} of the weights it is {' and '.join(named)}."
    return [first, *([_best(own, others, mask["control_seconds"])] if len(others) > 1 else [])]


def _best(own: Control, others: Sequence[Control], seconds: float) -> str:
    """The best of the controls, where one is better; seconds: of each that learns."""
    best = max(others, key=lambda row: row.middle)
    ahead = _tenths(best.middle) - _tenths(own.middle)
    if ahead <= 0:
        return f"No control is better (those that learn had {seconds:.1f} CPU seconds each)."
    return f"The best control is {_points(ahead)} better: {best.name} ({seconds:.1f} CPU seconds)."


def _beside(own: Control, other: Control) -> str:
    ahead = _tenths(own.middle) - _tenths(other.middle)
    if ahead == 0:
        return "as good as"
    return f"{_points(abs(ahead))} {'better than' if ahead > 0 else 'below'}"


def _tenths(share: float) -> int:
    """Tenths of a percent, as tables show them."""
    return round(10 * float(f"{100 * share:.1f}"))


def _points(tenths: int) -> str:
    """``2.1 points``."""
    return f"{tenths / 10:.1f} point{'' if tenths == 10 else 's'}"
