"""Evaluation of a graph of gates on packed samples: block by block, each gate once.

The idea. 16 words of a value are a few registers (`simd.vectors`); a gate loads two of them, joins them and stores one.
A program that reuses slots (`schedule`) keeps what is alive in the first-level cache, and its runs of equal steps need
no branch for each, so a gate costs hardly more than the loads and the store (`benchmarks/circuit_kernels.py`).

The last words of a row that do not fill a block are computed in a block of their own, filled with zeros.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import inlined, kernel
from fitness.kernels.circuits.schedule import (
    AND,
    INPUT,
    INVERTED,
    NOTHING,
    OPS,
    PAIRS,
    PROGRAM,
    SAME,
    XOR,
    step_of,
)
from fitness.kernels.simd.vectors import both, differ, either, inverted, load, store, without, zeros
from fitness.kernels.widths import BLOCK
from fitness.kernels.words import INT, MATRIX, SHARED, VECTOR

U = np.uint64
PLANES = types.uint64[:, ::1]


@inlined
def joined(step, a, b):
    """What a gate computes of two blocks."""
    if step == AND:
        return both(a, b)
    if step == AND + 1:
        return without(b, a)
    if step == AND + 2:
        return without(a, b)
    if step == XOR:
        return differ(a, b)
    if step == SAME:
        return inverted(differ(a, b))
    return inverted(either(a, b))


@inlined
def fetch(rows, row, first, width, slots, at):
    """`width` words of a row from `first` on into a slot, zeros behind them."""
    if width == BLOCK:
        store(slots, U(at), load(rows, U(row) * U(rows.shape[1]) + U(first)))
    else:
        store(slots, U(at), zeros())
        for w in range(width):
            slots[U(at + w)] = rows[U(row), U(first + w)]


@inlined
def put(slots, at, rows, row, first, width):
    """`width` words of a slot into a row from `first` on."""
    if width == BLOCK:
        store(rows, U(row) * U(rows.shape[1]) + U(first), load(slots, U(at)))
    else:
        for w in range(width):
            rows[U(row), U(first + w)] = slots[U(at + w)]


@kernel(types.void(PROGRAM, types.int32[::1], INT, VECTOR, MATRIX, PLANES))
def simulate(program, ends, n_runs, slots, inputs, result):
    """result[r] = the r-th root on all samples, padding included; one function, as a call costs more than a short run.

    program, ends, n_runs: of `schedule`; slots: uint64[BLOCK * slots], written; inputs: uint64[n, W]; result:
    uint64[roots, W], written.
    """
    n_words = inputs.shape[1]
    for first in range(0, n_words, BLOCK):
        width, k = U(min(BLOCK, n_words - first)), U(0)
        for run in range(n_runs):
            end, step = U(ends[run]), program[k, 0]
            if step == AND:
                while k < end:
                    a, b = load(slots, U(program[k, 1])), load(slots, U(program[k, 2]))
                    store(slots, U(program[k, 3]), both(a, b))
                    k += U(1)
            elif step == AND + 1:
                while k < end:
                    a, b = load(slots, U(program[k, 1])), load(slots, U(program[k, 2]))
                    store(slots, U(program[k, 3]), without(b, a))
                    k += U(1)
            elif step == AND + 2:
                while k < end:
                    a, b = load(slots, U(program[k, 1])), load(slots, U(program[k, 2]))
                    store(slots, U(program[k, 3]), without(a, b))
                    k += U(1)
            elif step == AND + 3:
                while k < end:
                    a, b = load(slots, U(program[k, 1])), load(slots, U(program[k, 2]))
                    store(slots, U(program[k, 3]), inverted(either(a, b)))
                    k += U(1)
            elif step == XOR:
                while k < end:
                    a, b = load(slots, U(program[k, 1])), load(slots, U(program[k, 2]))
                    store(slots, U(program[k, 3]), differ(a, b))
                    k += U(1)
            elif step == SAME:
                while k < end:
                    a, b = load(slots, U(program[k, 1])), load(slots, U(program[k, 2]))
                    store(slots, U(program[k, 3]), inverted(differ(a, b)))
                    k += U(1)
            elif step == INPUT:
                while k < end:
                    row, at = U(program[k, 1]), U(program[k, 3])
                    if width == U(BLOCK):
                        store(slots, at, load(inputs, row * U(n_words) + U(first)))
                    else:
                        store(slots, at, zeros())
                        for w in range(width):
                            slots[at + w] = inputs[row, U(first) + w]
                    k += U(1)
            elif step != NOTHING:
                sign = U(0) - U(step == INVERTED)
                while k < end:
                    for w in range(width):
                        result[U(program[k, 2]), U(first) + w] = slots[U(program[k, 1]) + w] ^ sign
                    k += U(1)
            else:
                store(slots, U(program[k, 3]), zeros())
                k += U(1)


@kernel(types.void(OPS, PAIRS, SHARED, PLANES))
def simulate_all(ops, fanin, valid, nodes):
    """Every node of a graph on all samples.

    nodes: uint64[nodes, W]; the rows of the constant and the inputs are read, those of gates are written.
    """
    n_words, first_gate = nodes.shape[1], len(nodes) - len(ops)
    pair = np.empty(2 * BLOCK, np.uint64)
    for first in range(0, n_words, BLOCK):
        width = min(BLOCK, n_words - first)
        for k in range(len(ops)):
            left, right = np.int64(fanin[k, 0]), np.int64(fanin[k, 1])
            step = step_of(ops[k], fanin[k, 0], fanin[k, 1])
            if width == BLOCK:
                a = load(nodes, U((left >> 1) * n_words + first))
                b = load(nodes, U((right >> 1) * n_words + first))
                store(nodes, U((first_gate + k) * n_words + first), joined(step, a, b))
            else:
                fetch(nodes, left >> 1, first, width, pair, 0)
                fetch(nodes, right >> 1, first, width, pair, BLOCK)
                store(pair, U(0), joined(step, load(pair, U(0)), load(pair, U(BLOCK))))
                put(pair, 0, nodes, first_gate + k, first, width)
    for w in range(n_words):
        if valid[w] != ~U(0):
            for node in range(first_gate, len(nodes)):
                nodes[U(node), U(w)] &= valid[w]
