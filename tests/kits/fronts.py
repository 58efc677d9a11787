"""Made-up members of fronts of formulas."""

from __future__ import annotations

from evo.kinds.registry import kind_of
from evo.monitor import FrontRow

COLUMNS = kind_of("sop").sizes


def formula_row(
    member: str, error: float, sizes: tuple[int, int, int, int], sparsity: float, *scores: float | None
) -> FrontRow:
    """A member with literals, terms, gates and depth; scores: accuracies on training, validation and test rows."""
    named = {column.name: size for column, size in zip(COLUMNS, sizes, strict=True)}
    return FrontRow(member, error, named, sparsity, *scores)  # type: ignore[arg-type]
