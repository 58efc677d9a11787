"""The functions of the IWLS 2020 contest: accuracy of composed networks on rows that chose nothing, gates, CPU seconds.

python -m benchmarks.iwls2020 FOLDER [--rows train|both] [--only 0,5,...] [--jobs 2] [--json FILE] [-o KEY=VALUE ...]

FOLDER holds exNN.train.pla.gz and exNN.valid.pla.gz with 6,400 minterms each (Rai et al., Logic Synthesis Meets
Machine Learning, DATE 2021). One configuration for all functions: at most 5,000 AND gates, one thread. With `--rows
train` a run sees the training rows alone and is scored on the validation rows, which choose nothing. With `--rows both`
it trains on all training rows and on 60 % of the validation rows, and is scored on the rest of these. The network is
written as AIGER and simulated here, by a reader that shares no code with the product.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import measure, table

#: Share of the validation rows that a run on both sees, the first of them.
SEEN = 0.6
GROUPS = (
    "adders", "dividers", "multipliers", "comparators", "square roots", "PicoJava", "i10", "MCNC and symmetric",
    "images",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", choices=("train", "both"), default="train")
    parser.add_argument("--only")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("-o", dest="overrides", action="append", default=[])
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        sys.stdout.write(json.dumps(learned(options.folder, options.one, options.rows, options.overrides)) + "\n")
        return
    numbers = [int(number) for number in options.only.split(",")] if options.only else list(range(90))
    figures: dict[int, dict[str, Any]] = {}
    with ThreadPoolExecutor(options.jobs) as pool:
        for number, figure in zip(numbers, pool.map(lambda n: one(options, n), numbers), strict=True):
            figures[number] = figure
            sys.stdout.write(f"ex{number:02} {figure['accuracy']:.4f} {figure['gates']} gates {figure['cpu']:.1f} s\n")
            sys.stdout.flush()
            if options.json:
                options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(overview(figures) + "\n")


def one(options: argparse.Namespace, number: int) -> dict[str, Any]:
    """One function in a process of its own, which says its CPU seconds from its start on."""
    extra = [argument for override in options.overrides for argument in ("-o", override)]
    call = ["-m", "benchmarks.iwls2020", str(options.folder), "--rows", options.rows, "--one", str(number), *extra]
    measured = measure(call)
    figure: dict[str, Any] = json.loads(measured.stdout.splitlines()[-1])
    return figure


def learned(folder: Path, number: int, rows: str, overrides: Sequence[str]) -> dict[str, Any]:
    """Accuracy on rows that nothing chose by, AND gates and bytes of AIGER."""
    from evo.api import run  # noqa: PLC0415 - only processes that learn load it

    name = folder / f"ex{number:02}"
    valid = read_rows(Path(f"{name}.valid.pla.gz"))
    with tempfile.TemporaryDirectory() as scratch:
        data: dict[str, Any] = {"source": "pla", "path": f"{name}.train.pla.gz", "split": {"valid": 0.0, "test": 0.0}}
        if rows == "both":
            seen = int(SEEN * len(valid[1]))
            shown = (valid[0][:seen], valid[1][:seen])
            valid = (valid[0][seen:], valid[1][seen:])
            data["valid_path"] = str(write_rows(Path(scratch) / "valid.pla", *shown))
        config: dict[str, Any] = {
            "schema": 1,
            "name": f"ex{number:02}",
            "data": data,
            "genome": {"kind": "network", "refit": "all" if rows == "both" else "train"},
        }
        config |= {"compute": {"backend": "local"}, "output": {"root": scratch}}
        result = run(config, overrides, display="quiet")
        content = result.export("aig")
    assert isinstance(content, bytes)
    outputs = simulated(content, valid[0])
    best = result.details["best"]
    figure = {"accuracy": float((outputs == valid[1]).mean()), "gates": ands(content), "id": best["id"]}
    return {**figure, "cpu": time.process_time()}


def read_rows(path: Path) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Minterms bool[rows, inputs] and values bool[rows] of a PLA file without don't-cares."""
    lines = [line.split() for line in gzip.decompress(path.read_bytes()).decode().splitlines() if line[:1] in "01"]
    inputs = np.array([[character == "1" for character in line[0]] for line in lines])
    return inputs, np.array([line[1] == "1" for line in lines])


def write_rows(path: Path, inputs: NDArray[np.bool_], values: NDArray[np.bool_]) -> Path:
    """A PLA file of the same kind."""
    pairs = zip(inputs.tolist(), values.tolist(), strict=True)
    rows = ("".join("01"[bit] for bit in row) + f" {int(value)}" for row, value in pairs)
    head = f".i {inputs.shape[1]}\n.o 1\n.type fr\n"
    path.write_text(head + "\n".join(rows) + "\n.e\n", encoding="ascii")
    return path


def ands(content: bytes) -> int:
    """AND gates of an AIGER file."""
    return int(content.split(b"\n", 1)[0].split()[5])


def simulated(content: bytes, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool[rows]: the output of a binary AIGER file whose inputs are named after the columns of `rows`."""
    header, rest = content.split(b"\n", 1)
    kind, *numbers = header.split()
    n_variables, n_inputs, n_latches, n_outputs, n_ands = map(int, numbers[:5])
    assert kind == b"aig" and n_latches == 0 and n_outputs == 1
    output, _, rest = rest.partition(b"\n")
    gates, end = and_gates(rest, n_inputs, n_ands)
    values = np.zeros((n_variables + 1, len(rows)), dtype=np.bool_)
    for number, column in columns(rest[end:]).items():
        values[number + 1] = rows[:, column]
    for left, first, second in gates:
        values[left >> 1] = (values[first >> 1] ^ bool(first & 1)) & (values[second >> 1] ^ bool(second & 1))
    return np.asarray(values[int(output) >> 1] ^ bool(int(output) & 1))


def columns(symbols: bytes) -> dict[int, int]:
    """The column of each input by its number: the digits of its name, which begin at 0 as PLA columns do here."""
    lines = [line.decode().split(" ", 1) for line in symbols.split(b"\nc\n")[0].split(b"\n") if line[:1] == b"i"]
    return {
        int(number[1:]): int("".join(character for character in name if character.isdigit())) for number, name in lines
    }


def and_gates(content: bytes, n_inputs: int, n_ands: int) -> tuple[list[tuple[int, int, int]], int]:
    """(left, first, second) of every AND gate, and where the bytes behind them begin."""
    gates, position = list[tuple[int, int, int]](), 0
    for number in range(n_ands):
        left = 2 * (n_inputs + number + 1)
        delta, position = decoded(content, position)
        other, position = decoded(content, position)
        gates.append((left, left - delta, left - delta - other))
    return gates, position


def decoded(content: bytes, position: int) -> tuple[int, int]:
    """A number of the binary format (Biere et al., AIGER 1.9, section 3) and where the next begins."""
    value, shift = 0, 0
    while True:
        byte = content[position]
        position += 1
        value |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            return value, position


def overview(figures: dict[int, dict[str, Any]]) -> str:
    """Means over all, and by tens."""
    rows = []
    for label, numbers in [
        ("all", list(figures)),
        *((GROUPS[t], [n for n in figures if n // 10 == t]) for t in range(9)),
    ]:
        if numbers:
            means = [statistics.mean(figures[n][key] for n in numbers) for key in ("accuracy", "gates", "cpu")]
            most = [max(figures[n][key] for n in numbers) for key in ("gates", "cpu")]
            cells = [label, str(len(numbers)), f"{100 * means[0]:.2f}", f"{means[1]:.0f}", f"{most[0]}"]
            rows.append([*cells, f"{means[2]:.1f}", f"{most[1]:.1f}"])
    return table(["functions", "n", "accuracy %", "gates", "most", "CPU s", "most"], rows)


if __name__ == "__main__":
    main()
