"""Hidden layers of wide networks: accuracy on other rows, gates and CPU seconds of one, two and three layers.

python -m benchmarks.depth [--seeds 0,1,2] [--only NAME,...] [--json FILE] [-o KEY=VALUE ...]

Every run is a process of its own on one thread, with as many tables in all whatever the layers, and four sweeps, before
each of which the layers are trained. CPU seconds are those of the whole process; gates are ANDs, of which a XOR is 3,
and two-input gates, ANDs and XORs each 1, of which those that count the votes are named apart. Rows are drawn from the
seed, 20,000 to learn from and as many to score once at the end; digits are scikit-learn's, split as in benchmarks.wide.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.networks import spread
from benchmarks.processes import measure, report
from benchmarks.wide import digits
from genomes.networks.units import LUT
from genomes.streams import Role, stream

#: Rows to learn from, and as many to score.
ROWS = 20_000
SWEEPS = 4
Rows = NDArray[np.bool_]


def odd_majorities(rows: Rows) -> Rows:
    """Whether an odd number of three majorities of five bits holds."""
    return np.asarray((rows.reshape(-1, 3, 5).sum(axis=2) >= 3).sum(axis=1) % 2 == 1)


def odd_small_majorities(rows: Rows) -> Rows:
    """Whether an odd number of four majorities of three bits holds."""
    return np.asarray((rows.reshape(-1, 4, 3).sum(axis=2) >= 2).sum(axis=1) % 2 == 1)


def most_parities(rows: Rows) -> Rows:
    """Whether half of eight parities of three bits are odd, or more."""
    return np.asarray((rows.reshape(-1, 8, 3).sum(axis=2) % 2).sum(axis=1) >= 4)


def chosen_majority(rows: Rows) -> Rows:
    """One majority of nine bits or another, as a third one says."""
    first, second, third = (rows.reshape(-1, 3, 9).sum(axis=2) >= 5).T
    return np.where(first, second, third)


class Function(NamedTuple):
    """bits: of a row; label: of rows, None for digits; inputs: of a table; tables: of each class in all layers."""

    bits: int
    label: Callable[[Rows], Rows] | None
    inputs: int
    tables: int


FUNCTIONS: dict[str, Function] = {
    "odd number of 3 majorities of 5, LUT6": Function(15, odd_majorities, 6, 300),
    "odd number of 4 majorities of 3, LUT3": Function(12, odd_small_majorities, 3, 300),
    "4 of 8 parities of 3, LUT6": Function(24, most_parities, 6, 300),
    "one of 2 majorities of 9 by a third, LUT6": Function(27, chosen_majority, 6, 300),
    "digits, LUT4": Function(0, None, 4, 120),
}
LAYERS = (1, 2, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--only")
    parser.add_argument("--json")
    parser.add_argument("-o", dest="overrides", action="append", default=[])
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        name, layers, seed = options.one
        sys.stdout.write(json.dumps(learned(name, int(layers), int(seed), options.overrides)) + "\n")
        return
    chosen = options.only.split(",") if options.only else list(FUNCTIONS)
    names = [name for name in FUNCTIONS if any(name.startswith(start) for start in chosen)]
    extra = [argument for override in options.overrides for argument in ("-o", override)]
    figures = []
    for name in names:
        for layers in LAYERS:
            for seed in options.seeds.split(","):
                done = measure(["-m", "benchmarks.depth", "--one", name, str(layers), seed, *extra])
                figure = {"task": name, "layers": layers, "cpu": done.cpu_seconds}
                figures.append({**json.loads(done.stdout.splitlines()[-1]), **figure})
    header = ["task", "layers", "test %", "AND gates", "two-input gates", "of these votes", "CPU s"]
    report(figures, header, rows_of(figures), options.json)


def learned(name: str, layers: int, seed: int, overrides: Sequence[str]) -> dict[str, Any]:
    """Accuracy on the test rows and sizes of one run."""
    from evo.api import run  # noqa: PLC0415 - only processes that learn load it

    function = FUNCTIONS[name]
    each = function.tables // layers
    search = {
        "algorithm": "lut_boost", "inputs": function.inputs, "units": each, "layers": [each] * (layers - 1),
        "sweeps": SWEEPS,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        paths = drawn(Path(scratch), function, seed) if function.label else digits(Path(scratch))
        data = {"source": "npz", "split": {"valid": 0.0}, **dict(zip(("path", "test_path"), paths, strict=True))}
        config = {
            "schema": 1, "name": "depth", "seed": seed, "data": data, "search": search,
            "genome": {"kind": "network", "gate_limit": 200_000}, "compute": {"backend": "local"},
            "output": {"root": scratch, "report": []},
        }  # fmt: skip
        result = run(config, overrides, display="quiet")
        best = result.details["best"]
        sizes = two_input(result.run_dir, best["id"])
    return {"test": best["test_accuracy"], "gates": best["gates"], **sizes}


def two_input(run_dir: Path, member: str) -> dict[str, int]:
    """Gates of two inputs, and those among them that count votes and compare."""
    from evo.kinds.common.open_model import open_model  # noqa: PLC0415 - only processes that learn load it
    from fitness.networks.lowering import Lowering  # noqa: PLC0415

    saved: Any = open_model(run_dir)
    network, lowering = saved.model(member).network, Lowering(saved.model(member).n_inputs)
    nodes = lowering.add(network)
    prior = saved.task.prior if len(network.biases) > 1 else ()
    whole = lowering.sizes(lowering.decided(network, nodes, prior)).two_input
    tables = lowering.sizes(nodes[saved.model(member).n_inputs + 1 :][network.kinds == LUT]).two_input
    return {"two_input": whole, "votes": whole - tables}


def drawn(folder: Path, function: Function, seed: int) -> list[str]:
    """Files of random rows, to learn from and to score."""
    assert function.label is not None
    rows = stream(seed, Role.FUNCTION).random((2 * ROWS, function.bits)) < 0.5
    for part, of in (("train", rows[:ROWS]), ("test", rows[ROWS:])):
        np.savez(folder / f"{part}.npz", X=of.astype(np.int64), y=function.label(of).astype(np.int64))
    return [str(folder / f"{part}.npz") for part in ("train", "test")]


def rows_of(figures: Sequence[dict[str, Any]]) -> list[list[str]]:
    """A row per function and number of layers: medians over seeds, and the range where there is one."""
    table = []
    for name, layers in dict.fromkeys((figure["task"], figure["layers"]) for figure in figures):
        of = [figure for figure in figures if (figure["task"], figure["layers"]) == (name, layers)]
        sizes = [spread([figure[key] for figure in of], 0) for key in ("gates", "two_input", "votes")]
        test = spread([100 * figure["test"] for figure in of], 1)
        table.append([name, str(layers), test, *sizes, spread([figure["cpu"] for figure in of], 1)])
    return table


if __name__ == "__main__":
    main()
