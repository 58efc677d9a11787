"""In which order the gates of a graph are evaluated, and where their values lie until they were used for the last time.

Gates follow one another depth first from the roots, so a value is used soon after it was made, and a value that nobody
asks for any more leaves its slot to the next (linear scan, Poletto and Sarkar, 1999, with exact last uses). The live
values of a block then fit the first-level cache for circuits far larger than it.

A program is a row of four numbers per step: what is done, two operands and where the result goes. Slots are numbered by
their first word.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.widths import BLOCK
from fitness.kernels.words import INT

#: Steps: AND of a and b (+ 1: a complemented, + 2: b complemented), XOR, its complement, false, and block a of the
#: inputs; result a, or its complement, into row b of the output.
AND, XOR, SAME, NOTHING, INPUT, ROOT, INVERTED = 0, 4, 5, 6, 7, 8, 9
OPS = types.Array(types.int32, 1, "C", readonly=True)
PAIRS = types.Array(types.int32, 2, "C", readonly=True)
PROGRAM = types.uint32[:, ::1]
_INTS = types.int32[::1]


@kernel(INT(types.int32, types.int32, types.int32))
def step_of(op, left, right):
    """The step that computes a gate of a graph."""
    if op == 0:
        return (left & 1) + 2 * (right & 1)
    return XOR + ((left ^ right) & 1)


@kernel(types.void(INT, OPS, PAIRS, OPS, _INTS))
def _count_uses(n_inputs, ops, fanin, roots, uses):
    """uses[node] = how often the roots and the gates that they depend on read it."""
    for root in roots:
        uses[root >> 1] += 1
    for k in range(len(ops) - 1, -1, -1):
        if uses[n_inputs + 1 + k] > 0:
            uses[fanin[k, 0] >> 1] += 1
            uses[fanin[k, 1] >> 1] += 1


@kernel(types.void(INT, PAIRS, OPS, _INTS, _INTS, _INTS))
def _deepen(n_inputs, fanin, roots, state, stack, order):
    """Lists in `order` every node that the roots depend on behind what it reads; order[-1] is their number.

    state: int32[nodes], zeros: 1 where a node waits for its operands, 2 where it is listed.
    """
    n = 0
    for root in roots:
        top = 0
        stack[0] = root >> 1
        while top >= 0:
            node = stack[top]
            if state[node] == 2:
                top -= 1
            elif state[node] == 1 or node <= n_inputs:
                state[node] = 2
                order[n] = node
                n += 1
                top -= 1
            else:
                state[node] = 1
                for side in (1, 0):
                    operand = fanin[node - n_inputs - 1, side] >> 1
                    if state[operand] != 2:
                        top += 1
                        stack[top] = operand
    order[len(order) - 1] = n


@kernel(types.UniTuple(INT, 2)(INT, OPS, PAIRS, OPS, PROGRAM))
def schedule(n_inputs, ops, fanin, roots, program):
    """Write the steps for `roots`; returns their number and that of the slots.

    program: uint32[nodes + roots, 4], written.
    """
    nodes = n_inputs + 1 + len(ops)
    uses, state, order = np.zeros(nodes, np.int32), np.zeros(nodes, np.int32), np.zeros(nodes + 1, np.int32)
    stack, slot, free = np.empty(2 * nodes + 2, np.int32), np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    _count_uses(n_inputs, ops, fanin, roots, uses)
    _deepen(n_inputs, fanin, roots, state, stack, order)
    first, following = np.full(nodes, -1, np.int32), np.full(len(roots), -1, np.int32)
    for r in range(len(roots)):
        following[r] = first[roots[r] >> 1]
        first[roots[r] >> 1] = r
    n, slots, n_free = 0, 0, 0
    for place in range(order[nodes]):
        node = order[place]
        gate = node - n_inputs - 1
        if gate >= 0:
            left, right = fanin[gate, 0], fanin[gate, 1]
            program[n, 0] = step_of(ops[gate], left, right)
            program[n, 1], program[n, 2] = BLOCK * slot[left >> 1], BLOCK * slot[right >> 1]
            for operand in (left >> 1, right >> 1):
                uses[operand] -= 1
                if uses[operand] == 0:
                    free[n_free] = slot[operand]
                    n_free += 1
        else:
            program[n, 0], program[n, 1], program[n, 2] = INPUT if node > 0 else NOTHING, max(node - 1, 0), 0
        if n_free > 0:
            n_free -= 1
            slot[node] = free[n_free]
        else:
            slot[node] = slots
            slots += 1
        program[n, 3] = BLOCK * slot[node]
        n += 1
        r = first[node]
        while r >= 0:
            program[n, 0] = INVERTED if roots[r] & 1 else ROOT
            program[n, 1], program[n, 2], program[n, 3] = BLOCK * slot[node], r, 0
            n += 1
            uses[node] -= 1
            r = following[r]
        if uses[node] == 0:
            free[n_free] = slot[node]
            n_free += 1
    return n, slots
