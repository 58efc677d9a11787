"""Errors of this floor."""

from __future__ import annotations

from genomes.errors import EvoError


class DataError(EvoError):
    """Data that cannot be learned from: a missing or damaged file, a wrong column, one class only."""

    exit_code = 3
