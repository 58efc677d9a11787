"""Graphs of gates on packed samples: some literals, or every node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.circuits.schedule import schedule
from fitness.kernels.circuits.simulate import simulate, simulate_all
from fitness.kernels.widths import BLOCK
from genomes.bits import Words
from genomes.circuits.graph import Graph

#: Steps among which equal ones are brought together, and words of a row from which on that is worth its time.
WINDOW, MANY = 128, 1500
_CACHE_LINE = 8


def simulated(
    graph: Graph, inputs: Words, roots: Sequence[int] | NDArray[np.int32], valid: Words | None = None
) -> Words:
    """The literals `roots`, uint64[roots, W]: only gates that they depend on are evaluated.

    inputs: uint64[n_inputs, W]; valid: uint64[W], the samples there are: then padding of the result is zero, without it
    gates compute that as well.
    """
    literals = np.asarray(roots, dtype=np.int32)
    program = np.empty((graph.first + len(graph) + len(literals), 4), dtype=np.uint32)
    window = WINDOW if inputs.shape[1] >= MANY else 1
    ends = np.empty(len(program), dtype=np.int32)
    _, n_slots, n_runs = schedule(graph.n_inputs, graph.ops, graph.fanin, literals, window, program, ends)
    result = np.empty((len(literals), inputs.shape[1]), dtype=np.uint64)
    columns = inputs if inputs.flags.c_contiguous else np.ascontiguousarray(inputs)
    simulate(program, ends, n_runs, aligned(BLOCK * n_slots), columns, result)
    if valid is not None:
        result &= valid
    return result


def all_nodes(graph: Graph, inputs: Words, valid: Words) -> Words:
    """Every node of a graph, uint64[nodes, W], the constant and the inputs included; the rest as in `simulated`."""
    nodes = np.empty((graph.first + len(graph), inputs.shape[1]), dtype=np.uint64)
    nodes[0], nodes[1 : graph.first] = 0, inputs
    simulate_all(graph.ops, graph.fanin, valid, nodes)
    return nodes


def aligned(n: int) -> NDArray[Any]:
    """uint64[n], not initialised, that begins on a cache line, for speed only."""
    raw = np.empty(n + _CACHE_LINE, dtype=np.uint64)
    start = -(raw.ctypes.data // 8) % _CACHE_LINE
    return raw[start : start + n]
