"""Tables that are pictures: intervals on a common scale, bars, confusion counts shaded by their share."""

from __future__ import annotations

from collections.abc import Sequence

from evo.report.html.markup import Markup, element, scroll, shown
from evo.report.tables import percent

Counts = Sequence[Sequence[int]]


def track(value: float, low: float, high: float, scale: tuple[float, float]) -> Markup:
    """A share with its interval on a line that stands for `scale`."""
    start, span = scale[0], (scale[1] - scale[0]) or 1.0
    left, right, at = (100 * (v - start) / span for v in (low, high, value))
    bar = element("i", {"style": f"left:{left:.1f}%;width:{right - left:.1f}%"})
    title = f"{percent(value)}, 95 % interval {percent(low)} to {percent(high)}"
    return element("div", {"class": "track", "title": title}, bar, element("b", {"style": f"left:{at:.1f}%"}))


def bar(value: float, most: float) -> Markup:
    """A bar as long as the value's part of `most`."""
    return element("span", {"class": "bar", "style": f"width:{100 * value / most if most else 0:.1f}%"})


def interval(low: float, high: float) -> str:
    """``85.4 to 96.7 %``."""
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"


def marked_table(
    header: Sequence[str], rows: Sequence[Sequence[Markup]], marked: Sequence[bool], label: str, wide: int, kind: str
) -> Markup:
    """A table some of whose rows are marked with a class; column `wide` takes the room that is left."""
    head = element("tr", None, *(element("th", {"scope": "col"}, shown(cell)) for cell in header))
    body = []
    for row, mark in zip(rows, marked, strict=True):
        cells = [element("th", {"scope": "row"}, row[0])]
        cells += [element("td", {"class": "wide" if i == wide else None}, cell) for i, cell in enumerate(row) if i]
        body.append(element("tr", {"class": kind if mark else None}, *cells))
    inside = element("table", {"style": "width:100%"}, element("thead", None, head), element("tbody", None, *body))
    return scroll(inside, label)


def confusion(classes: Sequence[str], counts: Counts, label: str) -> Markup:
    """True classes in rows, predicted ones in columns; a cell is as dark as its share of the row."""
    head = [
        element("th", {"scope": "col"}, shown(text))
        for text in ("true class", *(f"said {c}" for c in classes), "right")
    ]
    body = []
    for i, (name, row) in enumerate(zip(classes, counts, strict=True)):
        total = max(1, sum(row))
        cells = [
            element(
                "td",
                {
                    "class": "diagonal" if j == i else None,
                    "style": f"background:rgb(var(--tint)/{0.5 * n / total:.2f})",
                },
                f"{n:,}",
            )
            for j, n in enumerate(row)
        ]
        right = element("td", None, percent(row[i] / total) if sum(row) else "-")
        body.append(element("tr", None, element("th", {"scope": "row"}, shown(name)), *cells, right))
    inside = element("thead", None, element("tr", None, *head)) + element("tbody", None, *body)
    return scroll(element("table", {"class": "matrix"}, inside), label)
