"""The gates of units, each built over its own operands, joined to one graph in which no unit shares a gate.

So the output of every unit is a node of its own, and complementing it is a change of that unit alone.
"""

from __future__ import annotations

from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.circuits.schedule import OPS, PAIRS
from fitness.kernels.words import INT

_STARTS = types.Array(types.int64, 1, "C", readonly=True)
_INTS = types.int32[::1]


@kernel(INT(INT, _STARTS, OPS, _STARTS, OPS, PAIRS, OPS, _INTS, types.int32[:, ::1], _INTS))
def link(n_inputs, starts, literals, gate_starts, ops, fanin, roots, all_ops, all_fanin, nodes):
    """Write the gates of all units; returns their number.

    Args:
        n_inputs: inputs of the whole.
        starts, literals: what each unit reads, over inputs and earlier units.
        gate_starts, ops, fanin, roots: the gates of each unit over its operands as inputs, and its literal there.
        all_ops, all_fanin: of all gates, room for one more a unit, written.
        nodes: int32[1 + inputs + units], the literal of each input and unit in the whole, written.
    """
    n = 0
    for node in range(n_inputs + 1):
        nodes[node] = 2 * node
    for unit in range(len(roots)):
        width, base = starts[unit + 1] - starts[unit], n_inputs + 1 + n
        root = 0
        for k in range(gate_starts[unit], gate_starts[unit + 1] + 1):
            last = k == gate_starts[unit + 1]
            for side in range(1 if last else 2):
                local = roots[unit] if last else fanin[k, side]
                node, literal = local >> 1, local & 1
                if node > width:
                    literal ^= 2 * (base + node - width - 1)
                elif node > 0:
                    read = literals[starts[unit] + node - 1]
                    literal ^= nodes[read >> 1] ^ (read & 1)
                if last:
                    root = literal
                else:
                    all_fanin[n, side] = literal
            if not last:
                all_ops[n] = ops[k]
                n += 1
        if roots[unit] >> 1 <= width:
            all_ops[n], all_fanin[n, 0], all_fanin[n, 1] = 0, root, 1
            n += 1
            root = 2 * (n_inputs + n)
        nodes[n_inputs + 1 + unit] = root
    return n
