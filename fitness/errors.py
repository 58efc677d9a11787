"""Errors of this floor."""

from __future__ import annotations

from genomes.errors import EvoError


class DataError(EvoError):
    """Data that cannot be learned from: a missing or damaged file, a wrong column, one class only."""

    exit_code = 3


class ContainerError(DataError):
    """A file that is not what its name or its own header says, or holds more than may be unpacked."""
