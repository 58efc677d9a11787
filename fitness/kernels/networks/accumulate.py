"""Values of all units on a batch of rows, and backwards what each thing that can be changed would gain: whole numbers.

The chain rule of Boolean variation (Nguyen et al., BOLD, 2024, section 3): what a row gains where a unit takes the
other value is handed to an operand where complementing that complements the unit, which is exact within a unit that
reads it once, and is added up over all readers of the operand, which is the first order. A row never gains more than it
weighs. A row's gain counts for one entry of each unit: that of a table which its operands spell, the count that it has,
a weight or a bound that is one off, an operand that is alone in the way.

Sorts of units: a table of up to 6 operands, a wide AND, a wide XOR, a sum of products, a COUNT, a THRESHOLD. Per unit
`things` are, in this order: its cells; or for each operand that it is complemented, then for each that it is dropped;
or its complement; or its counts; or its bound one less and one more, then each weight one more and one less.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.circuits.schedule import OPS
from fitness.kernels.words import INT, MATRIX

TABLE, AND, XOR, SOP, COUNT, THRESHOLD = range(6)
SORTS = types.int8[::1]
STARTS = types.Array(types.int64, 1, "C", readonly=True)
LITERALS, TABLES, PARAMS, GAINED = types.int32[::1], types.uint64[::1], types.int64[::1], types.int64[::1]
VALUES, GAINS = types.uint8[:, ::1], types.int32[:, ::1]
_ROW = types.int64[::1]


@kernel(types.void(MATRIX, INT, VALUES))
def unpack_inputs(inputs, first, values):
    """Rows from 64 first on of packed inputs, uint64[n, W], into values[1 : n + 1]; false behind the last."""
    n_rows = values.shape[1]
    values[0, :] = 0
    for i in range(len(inputs)):
        for r in range(n_rows):
            word = first + (r >> 6)
            bit = inputs[i, word] >> np.uint64(r & 63) & np.uint64(1) if word < inputs.shape[1] else np.uint64(0)
            values[1 + i, r] = np.uint8(bit)


@kernel(types.void(INT, LITERALS, VALUES, _ROW))
def _spell(n, literals, values, spelled):
    """spelled[r] = the number whose bits are the literals."""
    spelled[:] = 0
    for i in range(n):
        row, sign = values[literals[i] >> 1], np.uint8(literals[i] & 1)
        for r in range(len(spelled)):
            spelled[r] |= np.int64(row[r] ^ sign) << i


@kernel(types.void(LITERALS, VALUES, _ROW))
def _count_false(literals, values, total):
    """total[r] = literals that do not hold."""
    total[:] = 0
    for literal in literals:
        row, sign = values[literal >> 1], np.uint8(literal & 1)
        for r in range(len(total)):
            total[r] += np.int64(row[r] ^ sign ^ np.uint8(1))


@kernel(types.void(LITERALS, PARAMS, VALUES, _ROW))
def _add(literals, weights, values, total):
    """total[r] = what the literals that hold weigh."""
    total[:] = 0
    for i in range(len(literals)):
        row, sign, weight = values[literals[i] >> 1], np.uint8(literals[i] & 1), weights[i]
        for r in range(len(total)):
            total[r] += weight * np.int64(row[r] ^ sign)


@kernel(types.void(LITERALS, PARAMS, VALUES, _ROW, _ROW))
def _count_terms(literals, lengths, values, total, true_terms):
    """true_terms[r] = terms of a sum of products that hold; total is scratch."""
    true_terms[:] = 0
    start = 0
    for length in lengths:
        _count_false(literals[start : start + length], values, total)
        for r in range(len(total)):
            true_terms[r] += total[r] == 0
        start += length


@kernel(types.void(INT, SORTS, STARTS, LITERALS, TABLES, STARTS, PARAMS, VALUES))
def run_units(first, sorts, starts, literals, tables, param_starts, params, values):
    """values[first + u] = unit u on every row; values[:first] are the constant and the inputs."""
    total, terms = np.empty(values.shape[1], np.int64), np.empty(values.shape[1], np.int64)
    for u in range(len(sorts)):
        read, own = literals[starts[u] : starts[u + 1]], params[param_starts[u] : param_starts[u + 1]]
        result, n = values[first + u], len(read)
        if sorts[u] == TABLE:
            _spell(n, read, values, total)
            for r in range(len(total)):
                result[r] = np.uint8(tables[u] >> np.uint64(total[r]) & np.uint64(1))
        elif sorts[u] == AND:
            _count_false(read, values, total)
            for r in range(len(total)):
                result[r] = total[r] == 0
        elif sorts[u] == XOR:
            _count_false(read, values, total)
            for r in range(len(total)):
                result[r] = np.uint8((n - total[r]) & 1)
        elif sorts[u] == SOP:
            _count_terms(read, own, values, total, terms)
            for r in range(len(total)):
                result[r] = terms[r] > 0
        elif sorts[u] == COUNT:
            _count_false(read, values, total)
            for r in range(len(total)):
                result[r] = np.uint8(own[n - total[r]])
        else:
            _add(read, own[:n], values, total)
            for r in range(len(total)):
                result[r] = total[r] >= own[n]


@kernel(types.void(LITERALS, types.uint64, VALUES, types.int32[::1], GAINS, _ROW, GAINED))
def _back_table(read, table, values, gain, gains, spelled, gained):
    n = len(read)
    _spell(n, read, values, spelled)
    for r in range(len(gain)):
        gained[spelled[r]] += gain[r]
    for i in range(n):
        decides = np.uint64(0)
        for cell in range(1 << n):
            other = np.uint64(cell ^ 1 << i)
            decides |= ((table >> np.uint64(cell) ^ table >> other) & np.uint64(1)) << np.uint64(cell)
        into = gains[read[i] >> 1]
        for r in range(len(gain)):
            into[r] += gain[r] * np.int32(decides >> np.uint64(spelled[r]) & np.uint64(1))


@kernel(types.void(LITERALS, _ROW, VALUES, types.int32[::1], GAINS, _ROW, GAINED, GAINED))
def _back_term(read, others, values, gain, gains, total, turned, dropped):
    """Of an AND, or of a term where others[r], terms that hold but for this one, must be none."""
    _count_false(read, values, total)
    for i in range(len(read)):
        row, sign, into = values[read[i] >> 1], np.uint8(read[i] & 1), gains[read[i] >> 1]
        for r in range(len(gain)):
            false = np.int64(row[r] ^ sign ^ np.uint8(1))
            more = np.int64(gain[r]) * np.int64(total[r] == false and others[r] == 0)
            into[r] += np.int32(more)
            turned[i] += more
            dropped[i] += more * false


@kernel(types.void(LITERALS, PARAMS, VALUES, types.int32[::1], GAINS, _ROW, GAINED))
def _back_count(read, holds, values, gain, gains, total, gained):
    n = len(read)
    _count_false(read, values, total)
    for r in range(len(gain)):
        total[r] = n - total[r]
        gained[total[r]] += gain[r]
    for i in range(n):
        row, sign, into = values[read[i] >> 1], np.uint8(read[i] & 1), gains[read[i] >> 1]
        for r in range(len(gain)):
            then = total[r] + 1 - 2 * np.int64(row[r] ^ sign)
            into[r] += gain[r] * np.int32(holds[total[r]] != holds[then])


@kernel(types.void(LITERALS, PARAMS, VALUES, types.int32[::1], GAINS, _ROW, GAINED))
def _back_threshold(read, params, values, gain, gains, total, gained):
    n = len(read)
    least = params[n]
    _add(read, params[:n], values, total)
    for r in range(len(gain)):
        gained[0] += np.int64(gain[r]) * np.int64(total[r] == least - 1)
        gained[1] += np.int64(gain[r]) * np.int64(total[r] == least)
    for i in range(n):
        row, sign, into, weight = values[read[i] >> 1], np.uint8(read[i] & 1), gains[read[i] >> 1], params[i]
        for r in range(len(gain)):
            holds = np.int64(row[r] ^ sign)
            then = total[r] + weight * (1 - 2 * holds)
            into[r] += gain[r] * np.int32((total[r] >= least) != (then >= least))
            gained[2 + 2 * i] += np.int64(gain[r]) * holds * np.int64(total[r] == least - 1)
            gained[3 + 2 * i] += np.int64(gain[r]) * holds * np.int64(total[r] == least)


@kernel(
    types.void(
        INT, SORTS, STARTS, LITERALS, TABLES, STARTS, PARAMS, STARTS, VALUES, OPS, GAINS, GAINED,
    )
)  # fmt: skip
def pass_gains(first, sorts, starts, literals, tables, param_starts, params, things, values, most, gains, gained):
    """From what rows gain by heads on to what they gain by all units, and by things.

    Args:
        things: where the things of each unit begin.
        most: int32[rows], what a row can gain.
        gains: int32[nodes, rows], what heads gain where a node takes the other value, the rest added.
        gained: int64[things], zeros, of all rows, written.
    """
    n_rows = values.shape[1]
    total, terms, others = np.empty(n_rows, np.int64), np.empty(n_rows, np.int64), np.zeros(n_rows, np.int64)
    for u in range(len(sorts) - 1, -1, -1):
        gain, some = gains[first + u], False
        for r in range(n_rows):
            gain[r] = min(max(gain[r], -most[r]), most[r])
            some |= gain[r] != 0
        if not some:
            continue
        read, own = literals[starts[u] : starts[u + 1]], params[param_starts[u] : param_starts[u + 1]]
        mine, n = gained[things[u] : things[u + 1]], len(read)
        if sorts[u] == TABLE:
            _back_table(read, tables[u], values, gain, gains, total, mine)
        elif sorts[u] == AND:
            others[:] = 0
            _back_term(read, others, values, gain, gains, total, mine[:n], mine[n:])
        elif sorts[u] == XOR:
            mine[0] = gain.sum()
            for literal in read:
                gains[literal >> 1] += gain
        elif sorts[u] == SOP:
            _count_terms(read, own, values, total, terms)
            start = 0
            for length in own:
                part = read[start : start + length]
                _count_false(part, values, total)
                for r in range(n_rows):
                    others[r] = terms[r] - (total[r] == 0)
                _back_term(part, others, values, gain, gains, total,
                           mine[start : start + length], mine[n + start : n + start + length])  # fmt: skip
                start += length
        elif sorts[u] == COUNT:
            _back_count(read, own, values, gain, gains, total, mine)
        else:
            _back_threshold(read, own, values, gain, gains, total, mine)


@kernel(INT(STARTS, LITERALS, PARAMS, PARAMS, OPS, OPS, STARTS, VALUES, GAINS, GAINED))
def gain_votes(starts, literals, weights, biases, order, wanted, counts, values, gains, gained):
    """Of classes that vote: the weight of rows that are wrong, and what rows gain where votes are others.

    Args:
        starts, literals, weights, biases: of the heads.
        order: the place of each class among those with as high a score.
        wanted: int32[rows], the class; counts: int64[rows], what the row weighs.
        gains: int32[nodes, rows], added to.
        gained: int64[2 (votes + classes)], of each vote one more and one less, then of each bias, added to.
    """
    n, errors = len(biases), np.int64(0)
    n_rows, n_votes = len(wanted), len(literals)
    total = np.empty((n, n_rows), np.int64)
    for c in range(n):
        total[c, :] = biases[c]
        for v in range(starts[c], starts[c + 1]):
            row, sign = values[literals[v] >> 1], np.uint8(literals[v] & 1)
            for r in range(n_rows):
                total[c, r] += weights[v] * np.int64(row[r] ^ sign)
        for r in range(n_rows):
            total[c, r] = n * total[c, r] - order[c]
    best = np.empty(n_rows, np.int64)
    for r in range(n_rows):
        winner = 0
        for c in range(1, n):
            winner = c if total[c, r] > total[winner, r] else winner
        best[r] = winner
        errors += counts[r] if winner != wanted[r] else 0
    other, right = np.empty(n_rows, np.int64), np.empty(n_rows, np.int64)
    for c in range(n):
        for r in range(n_rows):
            second = 0 if c > 0 else n - 1
            for k in range(n):
                if k != c and total[k, r] > total[second, r]:
                    second = k
            other[r], right[r] = total[second, r], second == wanted[r]
        for v in range(starts[c], starts[c + 1] + 1):
            bias = v == starts[c + 1]
            literal = literals[v] if not bias else 1
            row, sign, weight = values[literal >> 1], np.uint8(literal & 1), weights[v] if not bias else 0
            into, place = gains[literal >> 1], 2 * (n_votes + c if bias else v)
            for r in range(n_rows):
                now = np.int64(best[r] == wanted[r])
                holds = np.int64(row[r] ^ sign)
                own = total[c, r]
                mine = np.int64(wanted[r] == c)
                flipped = own + n * weight * (1 - 2 * holds)
                into[r] += np.int32(counts[r] * ((mine if flipped > other[r] else right[r]) - now))
                if holds:
                    gained[place] += counts[r] * ((mine if own + n > other[r] else right[r]) - now)
                    gained[place + 1] += counts[r] * ((mine if own - n > other[r] else right[r]) - now)
    return errors
