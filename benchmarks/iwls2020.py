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
from collections.abc import Iterator, Sequence
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
    """One function in a process of its own, with its CPU seconds."""
    extra = [argument for override in options.overrides for argument in ("-o", override)]
    call = ["-m", "benchmarks.iwls2020", str(options.folder), "--rows", options.rows, "--one", str(number), *extra]
    measured = measure(call)
    return {**json.loads(measured.stdout.splitlines()[-1]), "cpu": measured.cpu_seconds}


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
    return {"accuracy": float((outputs == valid[1]).mean()), "gates": ands(content), "id": best["id"]}


def read_rows(path: Path) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Minterms bool[rows, inputs] and values bool[rows] of a PLA file without don't-cares."""
    lines = [line.split() for line in gzip.decompress(path.read_bytes()).decode().splitlines() if line[:1] in "01"]
    inputs = np.array([[character == "1" for character in line[0]] for line in lines])
    return inputs, np.array([line[1] == "1" for line in lines])


def write_rows(path: Path, inputs: NDArray[np.bool_], values: NDArray[np.bool_]) -> Path:
    """A PLA file of the same kind."""
    rows = ("".join("01"[bit] for bit in row) + f" {int(value)}" for row, value in zip(inputs, values, strict=True))
    head = f".i {inputs.shape[1]}\n.o 1\n.type fr\n"
    path.write_text(head + "\n".join(rows) + "\n.e\n", encoding="ascii")
    return path


def ands(content: bytes) -> int:
    """AND gates of an AIGER file."""
    return int(content.split(b"\n", 1)[0].split()[5])


def simulated(content: bytes, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool[rows]: the first output of an AIGER file (binary or ASCII); inputs are named after the columns of `rows`."""
    header, rest = content.split(b"\n", 1)
    kind, n_variables, n_inputs, _, n_outputs, n_ands = (header.split() + [b"0"] * 6)[:6]
    assert kind in (b"aig", b"aag")
    lines = rest.split(b"\n")
    inputs = 0 if kind == b"aig" else int(n_inputs)
    output = int(lines[inputs])
    symbols = {
        int(line[1:].split(b" ", 1)[0]): line.split(b" ", 1)[1].decode()
        for line in lines
        if line[:1] == b"i" and b" " in line
    }
    values = np.zeros((int(n_variables) + 1, len(rows)), dtype=np.bool_)
    for number in range(int(n_inputs)):
        values[number + 1] = rows[:, column_of(symbols.get(number, str(number)), number)]
    for left, first, second in gates(kind, rest, lines, int(n_inputs), int(n_outputs), int(n_ands)):
        values[left >> 1] = (values[first >> 1] ^ bool(first & 1)) & (values[second >> 1] ^ bool(second & 1))
    return np.asarray(values[output >> 1] ^ bool(output & 1))


def column_of(symbol: str, number: int) -> int:
    """The column that an input reads: the digits at the end of its name, counted from 0 as PLA columns are here."""
    digits = "".join(character for character in symbol if character.isdigit())
    return int(digits) if digits else number


def gates(
    kind: bytes, rest: bytes, lines: Sequence[bytes], n_inputs: int, n_outputs: int, n_ands: int
) -> Iterator[tuple[int, int, int]]:
    """(left, first, second) of every AND gate."""
    if kind == b"aag":
        first_line = n_inputs + n_outputs
        for line in lines[first_line : first_line + n_ands]:
            left, first, second = map(int, line.split())
            yield left, first, second
        return
    position = sum(len(line) + 1 for line in lines[:n_outputs])
    for number in range(n_ands):
        left = 2 * (n_inputs + number + 1)
        delta, position = decoded(rest, position)
        other, position = decoded(rest, position)
        yield left, left - delta, left - delta - other


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
