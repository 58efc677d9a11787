"""Simulation of circuits: how near it comes to the rate at which this machine ANDs two arrays in its nearest cache.

python -m benchmarks.circuit_kernels [--rows 12800] [--inputs 64] [--rounds 15] [--json FILE]

NUMBA_CPU_NAME=generic NUMBA_CPU_FEATURES= before it switches AVX2 and AVX-512 off. A round runs every way once, so that
a neighbour's noise meets them alike; figures are the best of all rounds, in CPU seconds of one thread.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.processes import ONE_THREAD, report

os.environ.update(ONE_THREAD)  # before NumPy and numba are loaded

import numpy as np
from numba import njit

from fitness.kernels.circuits.schedule import schedule
from fitness.kernels.circuits.simulate import simulate, simulate_all
from fitness.kernels.simd.vectors import both, load, store
from fitness.kernels.widths import BLOCK
from fitness.networks.simulation import WINDOW, aligned, simulated
from genomes.bits import valid_words
from genomes.circuits.builder import Builder
from genomes.circuits.graph import Graph
from genomes.streams import Role, stream

#: Words of each of the three arrays: 24 KiB in all.
RESIDENT = 1024
U = np.uint64
Way = Callable[[], Any]


@njit
def _and_rounds(a, b, c, rounds):  # type: ignore[no-untyped-def]
    """c = a AND b, again and again: two loads and a store."""
    for _ in range(rounds):
        for first in range(0, len(a), BLOCK):
            store(c, U(first), both(load(a, U(first)), load(b, U(first))))


def adders(n_inputs: int, n_gates: int) -> tuple[Graph, list[int]]:
    """Sums of random subsets of the inputs: XORs and ANDs by halves."""
    rng, build, roots = stream(0, Role.INITIAL), Builder(n_inputs), list[int]()
    while len(build.graph()) < n_gates:
        chosen = rng.choice(n_inputs, 24, replace=False)
        roots += build.total((2 + 2 * int(i) + int(rng.integers(2)), 1) for i in chosen)
    return build.graph(), roots


def trees(n_inputs: int, n_gates: int) -> tuple[Graph, list[int]]:
    """Random decision trees of depth 7."""
    rng, build, roots = stream(1, Role.INITIAL), Builder(n_inputs), list[int]()
    while len(build.graph()) < n_gates:
        row = [2 + 2 * int(i) + int(rng.integers(2)) for i in rng.integers(0, n_inputs, size=128)]
        while len(row) > 1:
            row = [
                build.mux(2 + 2 * int(rng.integers(n_inputs)), a, b) for a, b in zip(row[::2], row[1::2], strict=True)
            ]
        roots += row
    return build.graph(), roots


def best(ways: Mapping[str, Way], rounds: int) -> dict[str, float]:
    """CPU seconds of each way, the best of all rounds."""
    for way in ways.values():
        way()
    seconds = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.process_time()
            way()
            seconds[name] = min(seconds[name], time.process_time() - start)
    return seconds


def figures(name: str, graph: Graph, roots: list[int], options: argparse.Namespace) -> list[dict[str, Any]]:
    """Every way to simulate one graph, beside the bound."""
    rng = stream(2, Role.INITIAL)
    words = -(-options.rows // 64)
    inputs = rng.integers(0, 2**64, size=(options.inputs, words), dtype=np.uint64)
    valid, literals = valid_words(64 * words), np.array(roots, dtype=np.int32)
    program = np.empty((graph.first + len(graph) + len(roots), 4), dtype=np.uint32)
    ends = np.empty(len(program), dtype=np.int32)
    _, n_slots, n_runs = schedule(graph.n_inputs, graph.ops, graph.fanin, literals, WINDOW, program, ends)
    slots, result = aligned(BLOCK * n_slots), np.empty((len(roots), words), dtype=np.uint64)
    nodes = np.zeros((graph.first + len(graph), words), dtype=np.uint64)
    a, b, c = aligned(RESIDENT), aligned(RESIDENT), aligned(RESIDENT)
    a[:], b[:] = 1, 3
    calls = max(1, 20_000_000 // (len(graph) * words))
    rounds = calls * len(graph) * words // RESIDENT
    ways: dict[str, Way] = {
        "AND of two arrays in L1": lambda: _and_rounds(a, b, c, rounds),
        "roots, slots reused": lambda: [simulate(program, ends, n_runs, slots, inputs, result) for _ in range(calls)],
        "roots, with scheduling": lambda: [simulated(graph, inputs, literals, valid) for _ in range(calls)],
        "every node": lambda: [simulate_all(graph.ops, graph.fanin, valid, nodes) for _ in range(calls)],
    }
    seconds = best(ways, options.rounds)
    work, bound = calls * len(graph) * words, seconds["AND of two arrays in L1"]
    return [
        {"circuit": name, "gates": len(graph), "live": n_slots, "way": way, "gate_words_per_ns": 1e-9 * work / value,
         "ratio": bound / value}
        for way, value in seconds.items()
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in {"rows": 12_800, "inputs": 64, "rounds": 15}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json")
    options = parser.parse_args()
    found = []
    for n_gates in (300, 1000, 5000):
        for make in (adders, trees):
            found += figures(make.__name__, *make(options.inputs, n_gates), options)
    cells = [
        [f["circuit"], str(f["gates"]), str(f["live"]), f["way"], f"{f['gate_words_per_ns']:.2f}", f"{f['ratio']:.2f}"]
        for f in found
    ]
    report(found, ("circuit", "gates", "live", "way", "words/ns", "ratio"), cells, options.json)


if __name__ == "__main__":
    main()
