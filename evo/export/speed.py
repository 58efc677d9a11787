"""How fast and how large the exported C is on this machine, measured by compiling and running it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from distributed.scratch import scratch_folder
from evo.errors import ExportError
from evo.export.aiger import and_inverters
from evo.export.c_source import to_c
from evo.export.c_words import to_c_bitsliced
from evo.export.circuit import Circuit
from evo.export.decide import decided
from evo.export.drivers import rows_driver, words_driver
from evo.export.gates import gates_of
from evo.export.share import shared
from evo.export.verilog import to_verilog

FLAGS = ("-std=c99", "-O3")


def measured(circuit: Circuit, budget: float = 0.5, megabytes: int = 256) -> dict[str, Any]:
    """Figures of the C exports, of the circuit, and of yosys where it is installed (else null).

    Args:
        circuit: the model.
        budget: CPU seconds of each of five loops.
        megabytes: size of the array that is larger than the caches.

    Raises:
        ExportError: no C compiler, or one that fails.
    """
    compiler = _compiler()
    operations = shared(gates_of(decided(circuit))).n_operations
    with scratch_folder("evo-bench") as folder:
        (folder / "rows.c").write_text(to_c(circuit), encoding="utf-8")
        (folder / "words.c").write_text(to_c_bitsliced(circuit), encoding="utf-8")
        flags = _flags(compiler, folder)
        rows = _timed(compiler, flags, folder, "rows", rows_driver(circuit, "rows.c", budget))
        words = _timed(compiler, flags, folder, "words", words_driver(circuit, "words.c", budget, megabytes))
        cells = synthesized(circuit, folder)
    aig = and_inverters(circuit)
    levels = aig.graph.levels()
    return {
        "compiler": _run([compiler, "--version"], Path.cwd()).splitlines()[0],
        "flags": " ".join(flags),
        "c": rows,
        "c-bitsliced": words | {"operations_per_word": operations, "operations_per_sample": operations / 64},
        "aig": {"ands": len(aig.graph), "levels": max(levels[literal >> 1] for literal in aig.outputs)},
        "yosys": cells,
    }


def _compiler() -> str:
    wanted = os.environ.get("CC", "").split()
    compiler = next((path for path in map(shutil.which, wanted[:1] or ("cc", "gcc", "clang")) if path), None)
    if compiler is None:
        named = f"CC={wanted[0]} is not there" if wanted else "neither cc, gcc nor clang is installed"
        raise ExportError(f"no C compiler to measure with: {named}; install gcc or set CC", where="evo bench-model")
    return compiler


def _flags(compiler: str, folder: Path) -> tuple[str, ...]:
    """With this machine's own instructions where the compiler knows them."""
    (folder / "probe.c").write_text("int probe;\n")
    native = (*FLAGS, "-march=native")
    tried = subprocess.run([compiler, *native, "-c", "probe.c"], cwd=folder, capture_output=True, check=False)
    return native if tried.returncode == 0 else FLAGS


def _timed(compiler: str, flags: Sequence[str], folder: Path, name: str, driver: str) -> dict[str, Any]:
    (folder / f"{name}_driver.c").write_text(driver, encoding="utf-8")
    _run([compiler, *flags, "-c", f"{name}.c", "-o", f"{name}.o"], folder)
    _run([compiler, *flags, f"{name}_driver.c", "-o", name], folder)
    figures = dict(line.split() for line in _run([str(folder / name)], folder).splitlines())
    return {key: float(value) for key, value in figures.items()} | {"code_bytes": _code_bytes(folder / f"{name}.o")}


def _code_bytes(path: Path) -> int | None:
    """Bytes of machine code in an object file; None where `size` does not say."""
    if shutil.which("size") is None:
        return None
    sections = subprocess.run(["size", "-A", str(path)], capture_output=True, text=True, check=False).stdout
    code = re.search(r"^\.text\s+(\d+)", sections, re.MULTILINE)
    return int(code[1]) if code else None


def synthesized(circuit: Circuit, folder: Path) -> dict[str, int] | None:
    """Cells of two inputs (and inverters) and the longest path through them, as yosys makes them of the Verilog export;
    None where yosys is not installed or fails."""
    yosys = shutil.which("yosys")
    if yosys is None:
        return None
    (folder / "model.v").write_text(to_verilog(circuit), encoding="utf-8")
    script = "read_verilog model.v; synth -flatten -top evo_model; abc -g AND,OR,XOR; opt_clean; stat; ltp -noff"
    done = subprocess.run([yosys, "-p", script], cwd=folder, capture_output=True, text=True, check=False)
    cells = re.findall(r"Number of cells:\s+(\d+)", done.stdout)
    paths = re.findall(r"Longest topological path in \S+ \(length=(\d+)\)", done.stdout)
    if done.returncode or not cells:
        return None
    return {"cells": int(cells[-1]), "depth": int(paths[-1]) if paths else 0}


def _run(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[0]
        raise ExportError(f"{Path(command[0]).name} failed: {reason}", where="evo bench-model")
    return done.stdout
