"""Whole truth tables, for circuits of few inputs: every circuit as a sum of products.

A table over n inputs is one Python integer of 2^n bits; bit r is the value for the row whose input i is bit i of r. The
cover is that of Minato (Fast generation of prime-irredundant covers from binary decision diagrams, 1993) and Morreale
(1970): split at an input, cover first what only one half needs, then what is left with cubes free of that input.
"""

from __future__ import annotations

from evo.export.circuit import Circuit
from evo.export.cubes import Cover
from genomes.circuits.graph import XOR

#: Inputs for which a table is made: 65,536 rows.
MOST_INPUTS = 16


def tables(circuit: Circuit) -> list[int]:
    """The truth table of every output of a circuit that is decided."""
    n = circuit.n_inputs
    full = (1 << (1 << n)) - 1
    nodes = [0, *(input_table(n, place) for place in range(n))]

    def of(literal: int) -> int:
        return full ^ nodes[literal >> 1] if literal & 1 else nodes[literal >> 1]

    for _, op, left, right in circuit.graph.gates():
        nodes.append(of(left) ^ of(right) if op == XOR else of(left) & of(right))
    return [of(literal) for literal in circuit.outputs]


def input_table(n_inputs: int, place: int) -> int:
    """The table of input `place` itself: runs of 2^place zeros and ones."""
    run = 1 << place
    table, length = ((1 << run) - 1) << run, 2 * run
    while length < 1 << n_inputs:
        table |= table << length
        length *= 2
    return table


def cover_of(table: int, n_inputs: int) -> Cover:
    """Prime cubes, none of which can be left out, that are 1 exactly where `table` is."""
    return _isop(table, table, n_inputs)[0]


def _isop(lower: int, upper: int, n: int) -> tuple[Cover, int]:
    """A cover between `lower` and `upper`, and its table."""
    if not lower:
        return [], 0
    full = (1 << (1 << n)) - 1
    if upper == full:
        return [(0, 0)], full
    n -= 1
    size, bit = 1 << n, 1 << n
    half = (1 << size) - 1
    lower0, lower1, upper0, upper1 = lower & half, lower >> size, upper & half, upper >> size
    cover0, table0 = _isop(lower0 & ~upper1, upper0, n)
    cover1, table1 = _isop(lower1 & ~upper0, upper1, n)
    both, table = _isop(lower0 & ~table0 | lower1 & ~table1, upper0 & upper1, n)
    cover = [(p, q | bit) for p, q in cover0] + [(p | bit, q) for p, q in cover1] + both
    return cover, (table0 | table) | (table1 | table) << size
