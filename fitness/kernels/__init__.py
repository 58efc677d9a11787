"""Bit-parallel kernels. `numpy_packed` is the plain reference; the others are compiled by numba, loaded when needed."""

from __future__ import annotations

from pathlib import Path


def is_compiled() -> bool:
    """Whether compiled kernels lie ready from an earlier run; else their first import takes some 15 seconds."""
    return any((Path(__file__).parent / "__pycache__").glob("*.nbi"))
