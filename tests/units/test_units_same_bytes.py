"""Formulas, votes and estimators have the same bytes on processors with fewer vector instructions.

NumPy, its BLAS and numba each choose their code by the instructions that the processor has, and each can be told to do
without some. A child process per level runs all cases. Kernels are compiled once more for the last level only, a minute
on one core; they stay beside the others, as those of another processor would.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pytest

from tests.kits.processes import python
from tests.kits.unit_cases import CASES, wanted

#: What this NumPy found here beyond what it was built for, in its own words: they differ between its versions.
FOUND = tuple(np.show_config(mode="dicts")["SIMD Extensions"].get("found", ()))
WITH_512_BITS = tuple(name for name in FOUND if "AVX512" in name or name == "X86_V4")

LEVELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "AVX2": {"NPY_DISABLE_CPU_FEATURES": " ".join(WITH_512_BITS), "OPENBLAS_CORETYPE": "Haswell"},
        "baseline": {
            "NPY_DISABLE_CPU_FEATURES": " ".join(FOUND),
            "OPENBLAS_CORETYPE": "Prescott",
            "NUMBA_CPU_NAME": "generic",
            "NUMBA_CPU_FEATURES": "",
            "NUMBA_OPT": "1",  # compiled sooner, and one more thing that must not matter
        },
    }
)
#: Seconds, on a busy machine.
TO_COMPILE = 900.0
NO_512_BITS = pytest.mark.skipif(not WITH_512_BITS, reason="NumPy found no AVX-512 here: all other tests do without it")


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    """The digests with all instructions that this machine has."""
    return wanted()


@pytest.mark.parametrize("level", [pytest.param("AVX2", marks=NO_512_BITS), "baseline"])
def test_the_bytes_do_not_depend_on_vector_instructions(level: str, here: dict[str, str]) -> None:
    done = python("-m", "tests.kits.unit_cases", env=LEVELS[level], timeout=TO_COMPILE)
    assert done.returncode == 0, done.stderr
    there = json.loads(done.stdout)
    assert [name for name in CASES if there[name] != here[name]] == []
