"""Which vector instructions this process computes with: what NumPy dispatches to, its BLAS kernel, numba's target.

Sums and exponentials of floats have other last bits where they are computed in vectors of another width. Formulas and
votes do not depend on them; masks do, because their loss is a sum of floats over samples. Two processes with the same
name here, and the same versions of the packages, give masks the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

#: LLVM's names of the instructions that change how floats are grouped or rounded.
GROUPING = ("avx", "avx2", "fma", "avx512f", "neon", "sve")


@cache
def vector_units() -> str:
    """The name of this process's units, such as "numpy X86_V3; openblas Haswell; llvm znver3 avx+avx2+fma".

    It stays the same for a process's whole life and does not depend on what is imported already. Neither numba nor a
    kernel is loaded for it (llvmlite is: 0.1 s, once).
    """
    return "; ".join((f"numpy {_numpy()}", _blas(), f"llvm {_llvm(os.environ)}"))


def differing(one: str, other: str) -> tuple[str, str]:
    """What is not the same in two names of units, each side in words: ("numpy X86_V2", "numpy X86_V3")."""
    parts = [name.split("; ") for name in (one, other)]
    if len(parts[0]) != len(parts[1]):
        return one, other
    pairs = [pair for pair in zip(*parts, strict=True) if pair[0] != pair[1]]
    return "; ".join(a for a, _ in pairs), "; ".join(b for _, b in pairs)


def _numpy() -> str:
    """The instruction groups that NumPy found and was not told to leave out (NPY_DISABLE_CPU_FEATURES)."""
    known = np.show_config(mode="dicts")["SIMD Extensions"]
    return "+".join(known.get("found") or known.get("baseline") or ["baseline"])


def _blas() -> str:
    """Library and kernel of NumPy's matrix products; where several are loaded, the one that NumPy brought along."""
    from threadpoolctl import threadpool_info  # noqa: PLC0415 - it looks through all loaded libraries

    loaded = [library for library in threadpool_info() if library["user_api"] == "blas"]
    own = [library for library in loaded if "numpy" in "/".join(Path(library["filepath"]).parts[-3:])] or loaded
    names = {f"{library['internal_api']} {library.get('architecture', '')}".strip() for library in own}
    return "+".join(sorted(names)) or "blas unknown"


def _llvm(environ: Mapping[str, str]) -> str:
    """Processor and instructions that numba compiles for: the host's, or what its variables say instead."""
    import llvmlite.binding as llvm  # noqa: PLC0415 - only masks need the name

    host = llvm.get_host_cpu_features()
    if environ.get("NUMBA_ENABLE_AVX") == "0":
        host.update({name: False for name in host if name.startswith("avx")})
    processor = environ.get("NUMBA_CPU_NAME") or llvm.get_host_cpu_name()
    switches = environ.get("NUMBA_CPU_FEATURES", "" if processor == "generic" else host.flatten()).split(",")
    return " ".join([processor, "+".join(name for name in GROUPING if f"+{name}" in switches)]).strip()
