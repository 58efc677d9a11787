"""A row to try: the page sets the columns that the model reads, and its script predicts as `evo predict` does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evo.report.html.embedded import embedded
from evo.report.html.parts import Section


def try_row(model: Mapping[str, Any] | None, noun: str) -> Section | None:
    """The section; model: see `evo.export.what_if`, None where there is nothing to try; noun: what its marks are."""
    if model is None:
        return None
    return Section("try", "Try a row", "try_row.html.j2", {"model": embedded(model), "noun": noun})
