"""Figures and tables as text."""

from __future__ import annotations

from collections.abc import Sequence

from genomes.text.printable import printable


def percent(value: float | None) -> str:
    """0.95614 -> ``95.6 %``; None -> ``-``."""
    return "-" if value is None else f"{100 * value:.1f} %"


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]], widest: int = 200) -> list[str]:
    """A table for the screen, one line per row; cells longer than `widest` are cut."""
    cells = [[cut(printable(cell), widest) for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def cut(text: str, widest: int) -> str:
    """The text, or its beginning and three dots."""
    return text if len(text) <= widest else f"{text[: widest - 3]}..."
