"""In which order the gates of a graph are evaluated, and where their values lie until they were used for the last time.

Gates follow one another depth first from the roots, so a value is used soon after it was made, and a value that nobody
asks for any more leaves its slot to the next (linear scan, Poletto and Sarkar, 1999, with exact last uses). The live
values of a block then fit the first-level cache for circuits far larger than it.

Equal steps are brought together where the order leaves a choice: of the next things to do, those of the kind that
most of the ready ones are. So a processor guesses what a step does wrong at most once a run, and no step of a run waits
for the one before; either costs more than the step itself. It takes as long as some thousand samples.

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


@kernel(INT(INT, OPS, PAIRS, OPS, _INTS, types.int32[:, ::1]))
def _list_items(n_inputs, ops, fanin, roots, order, items):
    """Lists what is to be done, (step, node, root): every node in `order`, the roots that it is right behind it."""
    first, following = np.full(len(order) - 1, -1, np.int32), np.full(len(roots), -1, np.int32)
    for r in range(len(roots)):
        following[r] = first[roots[r] >> 1]
        first[roots[r] >> 1] = r
    n = 0
    for place in range(order[len(order) - 1]):
        node = order[place]
        gate = node - n_inputs - 1
        if gate >= 0:
            items[n, 0] = step_of(ops[gate], fanin[gate, 0], fanin[gate, 1])
        else:
            items[n, 0] = INPUT if node > 0 else NOTHING
        items[n, 1], items[n, 2] = node, -1
        n += 1
        r = first[node]
        while r >= 0:
            items[n, 0], items[n, 1], items[n, 2] = INVERTED if roots[r] & 1 else ROOT, node, r
            n += 1
            r = following[r]
    return n


@kernel(INT(INT, PAIRS, types.int32[:, ::1], _INTS, types.boolean[::1], _INTS, _INTS, INT))
def _ready(n_inputs, fanin, items, after, done, found, counts, most):
    """Lists the items among the next `most` that could be done now; returns their number. counts: of each step."""
    counts[:] = 0
    n, item = 0, after[len(after) - 1]
    for _ in range(most):
        step, node = items[item, 0], items[item, 1]
        ready = True
        if step < NOTHING:
            gate = node - n_inputs - 1
            ready = done[fanin[gate, 0] >> 1] and done[fanin[gate, 1] >> 1]
        elif step >= ROOT:
            ready = done[node]
        if ready:
            found[n] = item
            n += 1
            counts[step] += 1
        item = after[item]
    return n


@kernel(types.UniTuple(_INTS, 2)(INT))
def _ring(n):
    """What comes after and before each of n things that are left; the n-th place is the head of the ring."""
    after, before = np.empty(n + 1, np.int32), np.empty(n + 1, np.int32)
    for i in range(n + 1):
        after[i], before[i] = i + 1 if i < n else 0, i - 1 if i > 0 else n
    return after, before


@kernel(types.UniTuple(INT, 3)(INT, OPS, PAIRS, OPS, INT, PROGRAM, _INTS))
def schedule(n_inputs, ops, fanin, roots, window, program, ends):
    """Write the steps for `roots`; returns the number of steps, of slots and of runs of equal steps.

    window: things to do that are looked at for the next run; 1 keeps the order as it is.
    program: uint32[nodes + roots, 4] and ends: int32[nodes + roots], where each run ends, are written.
    """
    nodes = n_inputs + 1 + len(ops)
    uses, state, order = np.zeros(nodes, np.int32), np.zeros(nodes, np.int32), np.zeros(nodes + 1, np.int32)
    stack, slot, free = np.empty(2 * nodes + 2, np.int32), np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    _count_uses(n_inputs, ops, fanin, roots, uses)
    _deepen(n_inputs, fanin, roots, state, stack, order)
    items = np.empty((nodes + len(roots), 3), np.int32)
    left = _list_items(n_inputs, ops, fanin, roots, order, items)
    after, before = _ring(left)
    done, found, counts = np.zeros(nodes, np.bool_), np.empty(window, np.int32), np.empty(INVERTED + 1, np.int32)
    n, slots, n_free, n_runs = 0, 0, 0, 0
    while left > 0:
        n_found = _ready(n_inputs, fanin, items, after, done, found, counts, min(left, window))
        chosen = np.argmax(counts)
        start = n
        for i in range(n_found):
            item = found[i]
            node = items[item, 1]
            if items[item, 0] != chosen:
                continue
            after[before[item]], before[after[item]] = after[item], before[item]
            left -= 1
            program[n, 0], program[n, 1], program[n, 2], program[n, 3] = chosen, max(node - 1, 0), 0, 0
            if chosen < NOTHING:
                for side in range(2):
                    operand = fanin[node - n_inputs - 1, side] >> 1
                    program[n, 1 + side] = BLOCK * slot[operand]
                    uses[operand] -= 1
                    if uses[operand] == 0:
                        free[n_free] = slot[operand]
                        n_free += 1
            if chosen < ROOT:
                if n_free > 0:
                    n_free -= 1
                    slot[node] = free[n_free]
                else:
                    slot[node] = slots
                    slots += 1
                program[n, 3] = BLOCK * slot[node]
            else:
                program[n, 1], program[n, 2] = BLOCK * slot[node], items[item, 2]
                uses[node] -= 1
                if uses[node] == 0:
                    free[n_free] = slot[node]
                    n_free += 1
            n += 1
        for k in range(n_found):
            if items[found[k], 0] == chosen and chosen < ROOT:
                done[items[found[k], 1]] = True
        if start > 0 and program[start - 1, 0] == chosen:
            n_runs -= 1
        ends[n_runs] = n
        n_runs += 1
    return n, slots, n_runs
