"""Confusion counts as a table of texts, laid out for Markdown or for the screen by whoever shows it."""

from __future__ import annotations

from collections.abc import Sequence

#: With more classes a table is wider than any screen or page.
MOST_CLASSES = 20

Counts = list[list[list[int]]]


def confusion_table(
    outputs: Sequence[str], classes: Sequence[str], counts: Counts
) -> tuple[list[str], list[list[str]]] | None:
    """Header and rows: true classes against predicted ones, or one row per output; None for too many classes.

    Args:
        outputs: names of the outputs, one per table of `counts`.
        classes: labels in the order of the counts.
        counts: int[tables, classes, classes], true classes in rows.
    """
    if len(classes) > MOST_CLASSES:
        return None
    if len(outputs) == 1:
        rows = [[f"is {label}", *(f"{n:,}" for n in row)] for label, row in zip(classes, counts[0], strict=True)]
        return [outputs[0], *(f"predicted {label}" for label in classes)], rows
    return ["output", "accuracy", "is 0, predicted 0", "is 0, predicted 1", "is 1, predicted 0", "is 1, predicted 1"], [
        _output_row(name, *table[0], *table[1]) for name, table in zip(outputs, counts, strict=True)
    ]


def _output_row(name: str, *counts: int) -> list[str]:
    true_negative, _, _, true_positive = counts
    share = (true_negative + true_positive) / max(1, sum(counts))
    return [name, f"{100 * share:.1f} %", *(f"{n:,}" for n in counts)]
