"""Tables that are pictures: intervals on a common scale, bars, confusion counts shaded by their share."""

from __future__ import annotations

from collections.abc import Sequence

from evo.analysis.gather import Score
from evo.report.html.parts import Bar, Cell, Row, Shade, Table, Track
from evo.report.tables import percent


def track(value: float, low: float, high: float, scale: tuple[float, float]) -> Track:
    """A share with its interval on a line that stands for `scale`."""
    start, span = scale[0], (scale[1] - scale[0]) or 1.0
    left, right, at = (100 * (v - start) / span for v in (low, high, value))
    title = f"{percent(value)}, 95 % interval {percent(low)} to {percent(high)}"
    return Track(title, f"{left:.1f}", f"{right - left:.1f}", f"{at:.1f}")


def bar(value: float, most: float) -> Bar:
    """A bar as long as the value's part of `most`."""
    return Bar(f"{100 * value / most if most else 0:.1f}")


def interval(low: float, high: float) -> str:
    """``85.4 to 96.7 %``."""
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"


def accuracy_cells(score: Score, scale: tuple[float, float]) -> list[Cell]:
    """An accuracy, its interval in words, and both on a line that stands for `scale`."""
    line = track(score.accuracy, score.low, score.high, scale)
    return [percent(score.accuracy), interval(score.low, score.high), line]


def plain_table(header: Sequence[str], rows: Sequence[Sequence[str]], label: str, kind: str | None = None) -> Table:
    """A table of texts, as wide as these."""
    return Table(header, [Row(row) for row in rows], label, kind)


def full_table(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    label: str,
    *,
    wide: int | None = None,
    marked: tuple[int, str] | None = None,
    tried: bool = False,
) -> Table:
    """A table as wide as the page; marked: a row, and the class that it gets; tried: row k is mark k of the model."""
    place, kind = marked or (None, None)
    made = [Row(row, kind if i == place else None, i if tried else None) for i, row in enumerate(rows)]
    return Table(header, made, label, None, True, wide)


def shaded(text: str, share: float, *, diagonal: bool = False) -> Shade:
    """A cell of a matrix, as dark as its share."""
    return Shade(text, f"{0.5 * share:.2f}", diagonal)


Shades = list[tuple[str, list[Shade], str]]


def confusion(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> Shades:
    """Rows of true classes: name, counts of predictions as dark as their share of the row, share that is right."""
    rows = []
    for i, (name, row) in enumerate(zip(classes, counts, strict=True)):
        total = max(1, sum(row))
        cells = [shaded(f"{n:,}", n / total, diagonal=j == i) for j, n in enumerate(row)]
        rows.append((name, cells, percent(row[i] / total) if sum(row) else "-"))
    return rows
