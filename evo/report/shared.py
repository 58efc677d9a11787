"""What report.md and report.html say in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evo.kinds.kind import Kind
from evo.kinds.registry import kind_of
from evo.report.tables import percent
from evo.text.measures import SPLITS, measure_of
from genomes.text.quoting import quoted


def picked_by(result: Mapping[str, Any]) -> str:
    """What chose the model, from a result.json: ``5 folds of the training rows``, ``its validation score``."""
    selection = result["selection"]
    if selection["rule"] == "cross_validation":
        price = selection.get("price")
        saved = "" if price is None else f": a literal saves {price:.3g} training errors"
        return f"{selection['folds']} folds of the training rows{saved}"
    if selection["rule"] == "validation":
        return f"the validation rows, by a price: a literal saves {selection['price']:.3g} training errors"
    if selection["rule"] == "price":
        return f"its price: a literal saves {selection['price']:.3g} training errors"
    own: str | None = kind_of(result["genome"]).reporter().picked_by(result)
    return own or f"its {'validation' if 'valid' in result['best']['scores'] else 'training'} score"


def front_table(result: Mapping[str, Any], kind: Kind) -> tuple[list[str], list[list[str]]]:
    """Header and a row for every member of the front: its id, metric and accuracy by split, and sizes."""
    measure, splits, members = measure_of(result["best"]), SPLITS, result["front"]
    own = [split for split in splits if measure.beside_accuracy and measure.of(members[0], split) is not None]
    rows = [
        [
            row["id"],
            *(measure.text(measure.of(row, split)) for split in own),
            *(percent(row[f"{split}_accuracy"]) for split in splits),
            *(str(row[column.name]) for column in kind.sizes),
        ]
        for row in members
    ]
    first = [f"{measure.name} {split}" for split in own]
    second = [f"accuracy {split}" if own else split for split in splits]
    return ["id", *first, *second, *(column.plural for column in kind.sizes)], rows


def formulas(result: Mapping[str, Any]) -> list[str] | None:
    """The members of the front in one line each; None where none of them has words, or none were stored."""
    lines = [row.get("formula", "") for row in result["front"]]
    return lines if any(lines) else None


def counts_elsewhere(classes: int) -> str:
    """In place of confusion counts that are too many to show."""
    return f"The confusion counts of {classes} classes are in result.json."


def column_sentences(data: Mapping[str, Any]) -> list[str]:
    """What was understood of columns and is worth knowing, from the `data` of a result.json."""
    columns = data.get("columns", {})
    gone = [f"column {quoted(name)} left out: {reason}" for name, reason in columns.get("left_out", [])]
    odd = [f"column {quoted(name)}: {said}" for name, said in columns.get("odd", [])]
    return [*columns.get("notes", []), *gone, *odd]
