"""A process names the vector instructions that it computes with."""

from __future__ import annotations

import platform

import numpy as np
import pytest

from fitness.machine.vector_units import vector_units
from tests.kits.processes import python

SIMD = np.show_config(mode="dicts")["SIMD Extensions"]
FOUND = SIMD.get("found", [])
ASK = "from fitness.machine.vector_units import vector_units; print(vector_units())"


def said(script: str, **variables: str) -> str:
    """What a new process prints."""
    done = python("-c", script, env=variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_name_is_the_same_in_every_process_whatever_it_imported() -> None:
    assert said("import numba;" + ASK) == said(ASK) == vector_units()


def test_naming_does_not_import_numba() -> None:
    assert said(ASK + "; import sys; print('numba' in sys.modules)").endswith("False")


@pytest.mark.skipif(not FOUND, reason="NumPy found no instructions here that it could leave out")
def test_what_is_switched_off_is_not_named() -> None:
    off = said(ASK, NPY_DISABLE_CPU_FEATURES=" ".join(FOUND), NUMBA_CPU_NAME="generic").split("; ")
    assert off[0] == f"numpy {'+'.join(SIMD['baseline'])}"
    assert off[2] == "llvm generic"


def test_another_kernel_of_blas_has_another_name() -> None:
    if "openblas" not in vector_units() or platform.machine() != "x86_64":
        pytest.skip("this NumPy multiplies with another library, or knows other kernels")
    assert said(ASK, OPENBLAS_CORETYPE="Prescott") != said(ASK, OPENBLAS_CORETYPE="Sandybridge")
