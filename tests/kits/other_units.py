"""A stand-in for another machine: an environment that switches off the vector units NumPy and its BLAS would use."""

from __future__ import annotations

import platform

import numpy as np


def other_units() -> dict[str, str]:
    """Environment variables for a child process."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    plain = {"x86_64": "Nehalem", "AMD64": "Nehalem", "aarch64": "ARMV8"}.get(platform.machine(), "")
    return {"NPY_DISABLE_CPU_FEATURES": " ".join(found), "OPENBLAS_CORETYPE": plain}
