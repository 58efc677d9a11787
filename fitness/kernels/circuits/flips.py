"""Where a node of a graph decides: planes of the samples on which its complement would complement a root.

*Exact*: the node is complemented and what it feeds, its fan-out, is evaluated again, block by block; all else is read
from the values that are there already. The Boolean difference of the whole path, reconvergence included (Reed, 1954;
Akers, 1959). *First order*: one pass backwards, a node's plane is that of its readers wherever their other operand lets
it through (the chain rule of Boolean variation, Nguyen et al., BOLD, 2024). The two are the same where a node reaches a
root by one path; where its paths meet again, the first can be wrong in both directions.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.circuits.schedule import OPS, PAIRS, step_of
from fitness.kernels.circuits.simulate import PLANES, U, joined
from fitness.kernels.simd.vectors import differ, inverted, load, store, zeros
from fitness.kernels.widths import BLOCK
from fitness.kernels.words import INT, VECTOR

_STEPS = types.uint64[:, ::1]
_INTS = types.int32[::1]


@kernel(INT(INT, INT, OPS, PAIRS, INT, INT, _STEPS, _INTS, _INTS, INT))
def _fan_out(n_inputs, node, ops, fanin, n_words, base, steps, slots, marks, mark):
    """Lists what is evaluated again where `node` changes: the step, and where each operand lies in the first block and
    whether that moves on with the blocks. slots, marks: where the new value of a node is, if it has one."""
    marks[node], slots[node] = mark, 0
    n = 0
    for k in range(max(0, node - n_inputs), len(ops)):
        left, right = fanin[k, 0] >> 1, fanin[k, 1] >> 1
        if marks[left] == mark or marks[right] == mark:
            steps[n, 0] = step_of(ops[k], fanin[k, 0], fanin[k, 1])
            for side in range(2):
                operand = fanin[k, side] >> 1
                again = marks[operand] == mark
                steps[n, 1 + 2 * side] = base + BLOCK * slots[operand] if again else operand * n_words
                steps[n, 2 + 2 * side] = 0 if again else 1
            n += 1
            marks[n_inputs + 1 + k], slots[n_inputs + 1 + k] = mark, n
    return n


@kernel(types.void(INT, OPS, PAIRS, OPS, OPS, INT, VECTOR, types.uint64[:, :, ::1]))
def flip(n_inputs, ops, fanin, nodes, roots, n_words, memory, planes):
    """planes[i, r] = where complementing nodes[i] complements roots[r], padding included.

    Args:
        nodes, roots: node numbers.
        n_words: words of a row, a multiple of `BLOCK`.
        memory: uint64[(2 * all nodes + 1) * n_words], the values of all nodes, then room for values of one block.
        planes: uint64[nodes, roots, n_words], written.
    """
    total = n_inputs + 1 + len(ops)
    base = total * n_words
    steps, slots, marks = np.empty((len(ops), 5), np.uint64), np.empty(total, np.int32), np.zeros(total, np.int32)
    for i in range(len(nodes)):
        n = _fan_out(n_inputs, nodes[i], ops, fanin, n_words, base, steps, slots, marks, i + 1)
        for first in range(0, n_words, BLOCK):
            at = U(first)
            store(memory, U(base), inverted(load(memory, U(nodes[i] * n_words + first))))
            for k in range(n):
                a = load(memory, steps[U(k), 1] + steps[U(k), 2] * at)
                b = load(memory, steps[U(k), 3] + steps[U(k), 4] * at)
                store(memory, U(base + BLOCK * (k + 1)), joined(steps[U(k), 0], a, b))
            for r in range(len(roots)):
                root, to = roots[r], U((i * len(roots) + r) * n_words + first)
                if marks[root] != i + 1:
                    store(planes, to, zeros())
                else:
                    old = load(memory, U(root * n_words + first))
                    store(planes, to, differ(old, load(memory, U(base + BLOCK * slots[root]))))


@kernel(types.void(INT, OPS, PAIRS, PLANES, PLANES))
def pass_back(n_inputs, ops, fanin, values, planes):
    """The first-order form, into planes[nodes, W]: the rows of roots are ones, all others zeros when it is called.

    values: uint64[nodes, W].
    """
    for k in range(len(ops) - 1, -1, -1):
        node = n_inputs + 1 + k
        for side in range(2):
            operand, other = fanin[k, side] >> 1, fanin[k, 1 - side]
            sign = U(0) - U(other & 1)
            for w in range(values.shape[1]):
                through = values[U(other >> 1), U(w)] ^ sign if ops[k] == 0 else ~U(0)
                planes[U(operand), U(w)] |= planes[U(node), U(w)] & through
