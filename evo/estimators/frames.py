"""The front of a fitted estimator as a frame of pandas, and as a picture of matplotlib; both load when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evo.kinds.kind import SizeColumn
from evo.monitor import FrontRow
from evo.text.measures import Measure

#: Scores of a front that are left out where no member has them.
SCORES = ("train_accuracy", "valid_accuracy", "train_score", "valid_score")
#: A dot of every member, and the one of the pick.
SMALL, LARGE = 18, 90


def front_frame(rows: Sequence[FrontRow], pick: str) -> Any:
    """A row of a pandas frame per member: id, error, sizes, sparsity, scores, formula, and whether it is the pick.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas  # noqa: PLC0415 - not needed otherwise
    except ModuleNotFoundError:
        raise ImportError("front_frame needs the package pandas; pip install pandas") from None
    known = [name for name in SCORES if any(getattr(row, name) is not None for row in rows)]
    return pandas.DataFrame(
        {
            "id": [row.id for row in rows],
            "error": [row.error for row in rows],
            **{name: [row.sizes[name] for row in rows] for name in rows[0].sizes},
            "sparsity": [row.sparsity for row in rows],
            **{name: [getattr(row, name) for row in rows] for name in known},
            "formula": [row.formula for row in rows],
            "picked": [row.id == pick for row in rows],
        }
    )


def plot_front(rows: Sequence[FrontRow], pick: str, size: SizeColumn, metric: str, ax: Any = None) -> Any:
    """Draw score against size, the pick marked, and return the axes; ax: axes of matplotlib, new ones where None.

    Raises:
        ImportError: matplotlib is not installed.
    """
    ax = _new_axes() if ax is None else ax
    ordered = sorted(rows, key=lambda row: (row.size, row.id))
    sizes = [row.size for row in ordered]
    picked = next(row for row in ordered if row.id == pick)
    for colour, (split, scores) in enumerate(_scores(ordered).items()):
        ax.plot(sizes, scores, color=f"C{colour}", linewidth=1, drawstyle="steps-post" if colour == 0 else "default")
        ax.scatter(sizes, scores, s=SMALL, color=f"C{colour}", label=split)
    score = next(iter(_scores([picked]).values()))[0]
    ax.scatter(
        [picked.size],
        [score],
        s=LARGE,
        facecolors="none",
        edgecolors="C3",
        linewidths=1.8,
        label=f"pick: {size.counted(picked.size)}",
    )
    ax.set_xlabel(size.plural)
    ax.set_ylabel(Measure(metric).title)
    ax.legend(loc="lower right")
    return ax


def _scores(rows: Sequence[FrontRow]) -> dict[str, list[float]]:
    """By split, as far as it is known, the metric of every member."""
    scores = {"training rows": [1.0 - row.error for row in rows]}
    held_out = [row.valid_accuracy if row.valid_score is None else row.valid_score for row in rows]
    known = [score for score in held_out if score is not None]
    return scores | ({"held-out rows": known} if len(known) == len(rows) else {})


def _new_axes() -> Any:
    try:
        from matplotlib import pyplot  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise ImportError("plot_front needs the package matplotlib; pip install 'evo-boolean[plots]'") from None
    return pyplot.subplots(layout="constrained")[1]
