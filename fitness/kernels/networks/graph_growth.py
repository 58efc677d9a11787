"""Growing a decision graph level by level: split every state on one variable, merge children that look alike.

A state is the set of rows that reach it, each row wanting its label or, after merges of complements, the opposite. A
level tests one variable in all of its states; of a child is known its profile: how many rows it has and how many want
true, also among the rows where each of some near inputs holds and where it does not. Two profiles are compared by the
z-scores of these shares. References are 2 * state + complement; state 0 is the constant false, the root is state 1.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import COUNTS, INT, popcount

BYTES = types.Array(types.uint8, 2, "C", readonly=True)
LABELS = types.Array(types.uint8, 1, "C", readonly=True)
WEIGHTS = types.Array(types.int64, 1, "C", readonly=True)
STATES = types.int64[::1]
REAL = types.float64
_TABLE = types.int64[:, ::1]
_REALS = types.float64[::1]
#: z^2 from which a variable gains, of a variable that a look at pairs is not asked for, and what pairs need.
_GAINS = 6.0
#: Words that a look at pairs may cost, states that it looks at, and rows that they need.
_PAIR_WORDS, _PAIR_STATES, _PAIR_ROWS = 1 << 23, 8, 64


@kernel(types.int64[::1](types.Array(REAL, 1, "A", readonly=True), INT))
def _largest(values, most):
    """The places of the `most` largest values, these first; of equal ones the earlier."""
    places, n = np.empty(min(most, len(values)), np.int64), 0
    for i in range(len(values)):
        if n == len(places) and (n == 0 or values[i] <= values[places[n - 1]]):
            continue
        at = n if n < len(places) else n - 1
        n = min(n + 1, len(places))
        while at > 0 and values[places[at - 1]] < values[i]:
            places[at] = places[at - 1]
            at -= 1
        places[at] = i
    return places


@kernel(types.void(BYTES, LABELS, WEIGHTS, STATES, _TABLE, _TABLE, COUNTS, COUNTS))
def _tally(inputs, wanted, weights, state, ones, ones_held, rows, held):
    """Per state the weight of its rows, of those that want true, and of both where each input holds."""
    ones[:] = 0
    ones_held[:] = 0
    rows[:] = 0
    held[:] = 0
    n = inputs.shape[1]
    for r in range(len(state)):
        s = state[r]
        if s < 0:
            continue
        weight, x = weights[r], inputs[r]
        rows[s] += weight
        of = ones[s]
        for i in range(n):
            of[i] += weight & -np.int64(x[i])
        if wanted[r]:
            held[s] += weight
            of = ones_held[s]
            for i in range(n):
                of[i] += weight & -np.int64(x[i])


@kernel(REAL(_TABLE, _TABLE, COUNTS, COUNTS, INT, REAL, types.boolean[::1], _REALS, _REALS))
def _gains(ones, ones_held, rows, held, n_states, scale, used, strong, all_gains):
    """Per input the sum over states of its gini gain, where z^2 > 6 and anywhere; returns the largest z^2."""
    strong[:] = 0.0
    all_gains[:] = 0.0
    most = 0.0
    for s in range(n_states):
        share = held[s] / max(1, rows[s])
        variance = share * (1.0 - share)
        if variance <= 0.0:
            continue
        for i in range(len(used)):
            one = ones[s, i]
            if used[i] or one == 0 or one == rows[s]:
                continue
            apart = ones_held[s, i] - share * one
            gain = apart * apart / one * (rows[s] / np.float64(rows[s] - one))
            all_gains[i] += gain
            z2 = gain * scale / variance
            if z2 > _GAINS:
                strong[i] += gain
            most = max(most, z2)
    return most


@kernel(types.void(BYTES, LABELS, STATES, INT, types.boolean[::1], _REALS))
def _pair_gains(inputs, wanted, state, s, used, strong):
    """Add to each input the gini gains of its significant parities with another, on a state's rows (unweighted)."""
    n, n_rows, held = inputs.shape[1], 0, 0
    for r in range(len(state)):
        if state[r] == s:
            n_rows += 1
            held += wanted[r]
    free = np.flatnonzero(~used)
    share = held / max(1, n_rows)
    variance = share * (1.0 - share)
    n_words = (n_rows + 63) // 64
    if variance <= 0.0 or n_rows < _PAIR_ROWS or len(free) * len(free) // 2 * n_words > _PAIR_WORDS:
        return
    columns, label = np.zeros((n, n_words), np.uint64), np.zeros(n_words, np.uint64)
    place = 0
    for r in range(len(state)):
        if state[r] == s:
            word, bit = place >> 6, np.uint64(place & 63)
            for i in free:
                columns[i, word] |= np.uint64(inputs[r, i]) << bit
            label[word] |= np.uint64(wanted[r]) << bit
            place += 1
    least = 6.0
    pairs = len(free) * len(free) // 2
    while pairs > 0:  # z^2 beyond twice the logarithm of their number, 1.39 a bit
        pairs >>= 1
        least += 1.39
    for a in range(len(free)):
        for b in range(a + 1, len(free)):
            i, j = free[a], free[b]
            one, joint = np.uint64(0), np.uint64(0)
            for w in range(n_words):
                parity = columns[i, w] ^ columns[j, w]
                one += popcount(parity)
                joint += popcount(parity & label[w])
            if one == 0 or one == n_rows:
                continue
            apart = np.int64(joint) - share * np.int64(one)
            gain = apart * apart * n_rows / (np.float64(np.int64(one)) * np.float64(n_rows - np.int64(one)))
            if gain / variance > least:
                strong[i] += gain
                strong[j] += gain


@kernel(REAL(INT, INT, INT, INT, REAL))
def _z(held_a, rows_a, held_b, rows_b, scale):
    """How many standard deviations two shares are apart; 0 where either has no rows."""
    if rows_a == 0 or rows_b == 0:
        return 0.0
    a, b = rows_a * scale, rows_b * scale
    pooled = ((held_a + held_b) * scale + 0.5) / (a + b + 1.0)
    return abs(held_a / rows_a - held_b / rows_b) / np.sqrt(pooled * (1.0 - pooled) * (1.0 / a + 1.0 / b))


@kernel(REAL(_TABLE, _TABLE, INT, _TABLE, _TABLE, INT, types.boolean, REAL, REAL))
def _apart(rows, held, a, other_rows, other_held, b, turned, scale, enough):
    """max |z| + rms(z) / 2 over the entries of two profiles; anything above `enough` once that is sure."""
    most, squares, n = 0.0, 0.0, 0
    for e in range(rows.shape[1]):
        n_a, n_b = rows[a, e], other_rows[b, e]
        if n_a == 0 or n_b == 0:
            continue
        k_b = n_b - other_held[b, e] if turned else other_held[b, e]
        z = _z(held[a, e], n_a, k_b, n_b, scale)
        most = max(most, z)
        if most > enough:
            return most
        squares += z * z
        n += 1
    return most + 0.5 * np.sqrt(squares / max(1, n))


@kernel(types.void(BYTES, LABELS, WEIGHTS, STATES, INT, types.int64[::1], _TABLE, _TABLE))
def _profiles(inputs, wanted, weights, state, variable, near, rows, held):
    """rows, held int64[2 states, 1 + 2 near]: of each child, where each near input holds, where not."""
    rows[:] = 0
    held[:] = 0
    for r in range(len(state)):
        if state[r] < 0:
            continue
        child = 2 * state[r] + np.int64(inputs[r, variable])
        weight, of_held = weights[r], weights[r] * np.int64(wanted[r])
        rows[child, 0] += weight
        held[child, 0] += of_held
        for e in range(len(near)):
            place = 2 + 2 * e - np.int64(inputs[r, near[e]])
            rows[child, place] += weight
            held[child, place] += of_held


@kernel(INT(_TABLE, _TABLE, INT, REAL, REAL, INT, INT, _TABLE, _TABLE, STATES))
def _merge(rows, held, n_children, scale, limit, width, first, kept_rows, kept_held, reference):
    """Reference of each child: a constant, a state of the next level (from number `first`) or its complement, or -1 of
    one without rows; the kept profiles are written; returns how many states the next level has."""
    order = _largest(rows[:n_children, 0].astype(np.float64), n_children)
    n_kept = 0
    for child in order:
        n, k = rows[child, 0], held[child, 0]
        if n == 0:
            reference[child] = -1
            continue
        if k == 0 or k == n:
            reference[child] = 1 if k else 0
            continue
        best, chosen, turned = np.inf, -1, 0
        for other in range(n_kept):
            for sign in range(2):
                enough = best if n_kept == width else min(best, limit)
                apart = _apart(rows, held, child, kept_rows, kept_held, other, sign == 1, scale, enough)
                if apart < best:
                    best, chosen, turned = apart, other, sign
        if best > limit and n_kept < width:
            chosen, turned = n_kept, 0
            kept_rows[chosen] = 0
            kept_held[chosen] = 0
            n_kept += 1
        for e in range(rows.shape[1]):
            kept_rows[chosen, e] += rows[child, e]
            kept_held[chosen, e] += rows[child, e] - held[child, e] if turned else held[child, e]
        reference[child] = 2 * (first + chosen) + turned
    return n_kept


@kernel(INT(BYTES, types.uint8[::1], WEIGHTS, STATES, INT, COUNTS, COUNTS, INT, REAL, types.boolean[::1], _REALS))
def _variable(inputs, wanted, weights, state, n_states, rows, held, n_near, scale, used, all_gains):
    """The input to test, or -1."""
    n = inputs.shape[1]
    ones, ones_held = np.empty((n_states, n), np.int64), np.empty((n_states, n), np.int64)
    strong, by_pairs = np.empty(n), np.zeros(n)
    _tally(inputs, wanted, weights, state, ones, ones_held, rows, held)
    most = _gains(ones, ones_held, rows, held, n_states, scale, used, strong, all_gains)
    by_chance, tests = 2.0, n * n_states
    while tests > 0:
        tests >>= 1
        by_chance += 1.39
    if most < by_chance:
        for s in _largest(rows[:n_states].astype(np.float64), _PAIR_STATES):
            _pair_gains(inputs, wanted, state, s, used, by_pairs)
        if by_pairs.max() > 0.0:
            return np.argmax(by_pairs)
    best = np.argmax(strong)
    return best if strong[best] > 0.0 else -1


@kernel(INT(BYTES, types.uint8[::1], WEIGHTS, REAL, REAL, INT, INT, INT, STATES, _TABLE, COUNTS))
def grow_graph(inputs, wanted, weights, scale, threshold, width, n_near, n_levels, variables, children, firsts):
    """Grow a graph on rows; returns how many levels it has.

    inputs: uint8[rows, n]; wanted: uint8[rows], both values occur, overwritten; weights: int64[rows]; scale: rows per
    unit of weight; threshold: z from which profiles differ. Written: variables int64[states], the input that a state
    tests or -1 of one that is constant; children int64[states, 2], where to go when it is false and true; firsts
    int64[levels + 1], the first state of each level. Room for 2 + width * n_levels states.
    """
    n_rows, n = inputs.shape
    state, used, all_gains = np.zeros(n_rows, np.int64), np.zeros(n, np.bool_), np.empty(n)
    rows, held = np.zeros(width, np.int64), np.zeros(width, np.int64)
    size, first, level = 1, 1, 0
    firsts[0] = 1
    reference = np.empty(2 * width, np.int64)
    while size > 0 and level < n_levels:
        variable = _variable(inputs, wanted, weights, state, size, rows, held, n_near, scale, used, all_gains)
        if variable < 0:
            break
        used[variable] = True
        all_gains[used] = -1.0
        near = _largest(all_gains, min(n_near, n - level - 1))
        entries = 1 + 2 * len(near)
        child_rows, child_held = np.empty((2 * size, entries), np.int64), np.empty((2 * size, entries), np.int64)
        _profiles(inputs, wanted, weights, state, variable, near, child_rows, child_held)
        kept_rows, kept_held = np.empty((width, entries), np.int64), np.empty((width, entries), np.int64)
        after = first + size
        kept = _merge(
            child_rows, child_held, 2 * size, scale, threshold + 0.8, width, after, kept_rows, kept_held, reference
        )
        for s in range(size):
            variables[first + s] = variable
            for value in range(2):
                to = reference[2 * s + value]
                children[first + s, value] = to if to >= 0 else reference[2 * s + 1 - value]
        for r in range(n_rows):
            if state[r] >= 0:
                to = reference[2 * state[r] + np.int64(inputs[r, variable])]
                state[r] = (to >> 1) - after if to > 1 else -1
                wanted[r] ^= np.uint8(to & 1)
        first, size = after, kept
        level += 1
        firsts[level] = first
    if size > 0:  # what is left is constant
        rows[:] = 0
        held[:] = 0
        for r in range(n_rows):
            if state[r] >= 0:
                rows[state[r]] += weights[r]
                held[state[r]] += weights[r] * np.int64(wanted[r])
        for s in range(size):
            variables[first + s] = -1
            children[first + s, :] = 1 if 2 * held[s] > rows[s] else 0
        level += 1
        firsts[level] = first + size
    return level
