"""All kernels give the same integers on processors with fewer vector instructions; one process compiles them once."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import llvmlite.binding as llvm
import pytest

from tests.fitness.test_fitness_behaviours import results
from tests.gradient.test_gradient_portable import digest
from tests.kits.processes import ROOT, environment
from tests.kits.small_search import after, small_search, state_bytes

HOST = llvm.get_host_cpu_features()
#: numba's names of processors: Haswell has AVX2 and not AVX-512, the generic one has neither.
PROCESSORS = [
    pytest.param(
        "haswell", "-avx512f", marks=pytest.mark.skipif(
            not HOST.get("avx512f"), reason="this processor has no AVX-512: all other tests run without it"
        ),
    ),
    ("generic", "-avx512f,-avx2,-avx"),
]  # fmt: skip


def digests() -> list[str]:
    """Of counts and keys, of gradients, of a memetic search with one formula and one with votes."""
    iris = small_search("memetic", data={"source": "sklearn", "name": "iris"}, population=4)
    searched = [state_bytes(after(search, 4)) for search in (small_search("memetic"), iris)]
    return [results(), digest(40), digest(200), *(hashlib.sha256(state).hexdigest() for state in searched)]


SCRIPT = "from tests.fitness.test_fitness_portable import digests; print(*digests())"


@pytest.mark.parametrize(("processor", "features"), PROCESSORS)
def test_results_do_not_depend_on_vector_instructions(processor: str, features: str, tmp_path: Path) -> None:
    env = {"NUMBA_CPU_FEATURES": features, "NUMBA_CPU_NAME": processor, "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", SCRIPT]
    options = {"cwd": ROOT, "env": environment(env), "capture_output": True, "text": True}
    done = subprocess.run(command, timeout=900, check=True, **options)  # type: ignore[call-overload]
    assert done.stdout.split() == digests()
