"""The sources of kernels as text: what they need, how many kernels they hold, the digest that names their cache."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from genomes.errors import EvoError

FOLDER = Path(__file__).resolve().parents[1] / "kernels"
PACKAGE = "fitness.kernels."
#: What says how kernels are compiled and stored.
DECORATOR = Path(__file__).resolve().parent / "kernel.py"
#: Settings of numba that change the code it makes, by their names in the environment.
SETTINGS = (
    "OPT",
    "BOUNDSCHECK",
    "DEBUGINFO",
    "LOOP_VECTORIZE",
    "SLP_VECTORIZE",
    "ENABLE_AVX",
    "CPU_NAME",
    "CPU_FEATURES",
)
_IMPORT = re.compile(r"^from fitness\.kernels\.([\w.]+) import", re.MULTILINE)
_KERNEL = re.compile(r"^@kernel\(", re.MULTILINE)


@cache
def texts() -> Mapping[str, str]:
    """The source of every module of `fitness.kernels`, by its name (see `name_of`).

    Raises:
        EvoError: there are no files to read.
    """
    paths = sorted(path for path in FOLDER.rglob("*.py") if path.stem != "__init__")
    if not paths:
        raise EvoError("kernels cannot be compiled from an archive; install evo with pip", where=str(FOLDER))
    names = (".".join(path.relative_to(FOLDER).with_suffix("").parts) for path in paths)
    return MappingProxyType({name: path.read_text(encoding="utf-8") for name, path in zip(names, paths, strict=True)})


def name_of(module: str) -> str:
    """What a module is called here and in the cache: ``two_level.beam`` for ``fitness.kernels.two_level.beam``."""
    return module.removeprefix(PACKAGE)


def group_of(name: str) -> tuple[str, ...]:
    """The modules with kernels in the folder of a module; itself alone where it lies in none."""
    room = name.rpartition(".")[0]
    return tuple(other for other in texts() if count(other) and other.rpartition(".")[0] == room) if room else (name,)


def needs(name: str) -> tuple[str, ...]:
    """The modules of kernels that a module imports."""
    return tuple(dict.fromkeys(_IMPORT.findall(texts()[name])))


def closure(names: Iterable[str]) -> tuple[str, ...]:
    """`names` and all modules they need, what is needed first."""
    modules: dict[str, None] = {}
    for name in names:
        modules |= dict.fromkeys((*closure(needs(name)), name))
    return tuple(modules)


def with_needs(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `closure` that hold kernels."""
    return tuple(name for name in closure(names) if count(name))


def count(name: str) -> int:
    """How many kernels a module holds."""
    return len(_KERNEL.findall(texts()[name]))


@cache
def digest() -> str:
    """16 hex digits of everything that compiled kernels depend on; loads numba.

    A setting counts as it stands in the environment: two spellings of one value only cost a second compilation.
    """
    import llvmlite  # noqa: PLC0415 - numba is loaded only where there are kernels to run
    import numba  # noqa: PLC0415
    from llvmlite import binding as llvm  # noqa: PLC0415

    versions = (sys.version, numba.__version__, llvmlite.__version__)
    processor = (llvm.get_default_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    settings = [f"{name}={os.environ.get(f'NUMBA_{name}', '')}" for name in SETTINGS]
    parts = [*versions, *processor, *settings, DECORATOR.read_text(encoding="utf-8")]
    parts += [part for name in closure(filter(count, texts())) for part in (name, texts()[name])]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
