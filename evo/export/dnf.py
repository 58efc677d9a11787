"""The formula as text, with the data's own thresholds and categories."""

from __future__ import annotations

from evo.models.two_level import Model
from evo.text.formula import formula_lines
from fitness.data.encoder import Encoder


def to_dnf(model: Model, encoder: Encoder) -> str:
    """One line per term (or clause), under a heading per output or class."""
    return "\n".join(formula_lines(model, encoder.task, encoder.binarizer.bits)) + "\n"
