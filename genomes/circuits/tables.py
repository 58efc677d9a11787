"""Functions given by their tables in few gates: by lookup up to four inputs, decomposed into such above.

Every function of four inputs is one of 222 up to complemented and permuted inputs and a complemented output (its NPN
class; Goto and Takahasi, 1962), and `genomes.circuits.forms` has a small form of one function of each. A function of
more inputs is taken apart by one of them: f = x ? g : h (Shannon, 1938), or f = h ^ x & (g ^ h), or
f = g ^ ~x & (g ^ h) (Davio; Reed and Muller, 1954), where constants, complements and one of g and h implying the other
save gates; the input and the way are those that the parts say take the fewest gates. Parts that turn out equal are one
by hashing.

A table is a number: its bit i is the value where the inputs spell i, the first lowest.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomes.circuits.builder import Builder
from genomes.circuits.forms import GATES_AND_OUTPUTS
from genomes.circuits.graph import FALSE, TRUE, XOR, moved

#: Bits of 64 at which input i is 0.
ZEROS = (
    0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F,
    0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0x00000000FFFFFFFF,
)  # fmt: skip
#: What an AND and a XOR cost: AND gates first, then gates of two inputs.
AND_COST, XOR_COST = 65, 193
#: Inputs of a form, gates of one at most, and its longest row.
WIDTH, MOST_GATES = 4, 12


class Forms(NamedTuple):
    """The smallest known form of every function of four inputs.

    classes: uint8[65536], the form of each table; reads: int8[65536, 5], the literal (of inputs 1 to 4) that each input
    of the form is, then 1 where its output is complemented; gates: int8[forms, MOST_GATES, 3], op and literals of each
    gate over the inputs of the form, numbered as in a graph; ends: int8[forms, 2], gates and the literal of the output;
    costs: int32[forms].
    """

    classes: NDArray[np.uint8]
    reads: NDArray[np.int8]
    gates: NDArray[np.int8]
    ends: NDArray[np.int8]
    costs: NDArray[np.int32]


@cache
def forms() -> Forms:
    """Of all tables; made once."""
    rows = [_row(text) for text in GATES_AND_OUTPUTS.split()]
    gates = np.zeros((len(rows), MOST_GATES, 3), dtype=np.int8)
    for number, (row, _) in enumerate(rows):
        gates[number, : len(row)] = np.array(row, dtype=np.int8).reshape(-1, 3)
    ends = np.array([(len(row), output) for row, output in rows], dtype=np.int8)
    costs = [sum(XOR_COST if op == XOR else AND_COST for op, _, _ in row) for row, _ in rows]
    values = np.array([_values(row, output) for row, output in rows])
    return Forms(*_classes(values), gates, ends, np.array(costs, dtype=np.int32))


def _row(text: str) -> tuple[list[tuple[int, int, int]], int]:
    """Gates and output of one line of the file: three characters a gate, digits of base 36."""
    parts = [text[i : i + 3] for i in range(0, len(text) - 1, 3)]
    return [(int(part[0] == "x"), int(part[1], 36), int(part[2], 36)) for part in parts], int(text[-1], 36)


def _values(row: Sequence[tuple[int, int, int]], output: int) -> list[int]:
    """Of a form at each of the 16 points."""
    points = range(1 << WIDTH)
    nodes = [[0] * 16, *([point >> place & 1 for point in points] for place in range(WIDTH))]
    for op, a, b in row:
        left, right = ([bit ^ (literal & 1) for bit in nodes[literal >> 1]] for literal in (a, b))
        nodes.append([x ^ y if op == XOR else x & y for x, y in zip(left, right, strict=True)])
    return [bit ^ (output & 1) for bit in nodes[output >> 1]]


def _classes(values: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Which form each table is, and how; values: int[forms, 16]."""
    classes, reads = np.zeros(1 << 16, dtype=np.uint8), np.zeros((1 << 16, 5), dtype=np.int8)
    points, powers, known = np.arange(16), 1 << np.arange(16), np.zeros(1 << 16, dtype=np.bool_)
    for order in permutations(range(WIDTH)):
        for signs in range(1 << WIDTH):
            read = [2 * (place + 1) + (signs >> i & 1) for i, place in enumerate(order)]
            places = sum(((points >> (literal >> 1) - 1 & 1) ^ (literal & 1)) << i for i, literal in enumerate(read))
            tables = (values[:, places] * powers).sum(axis=1)
            for sign in (0, 1):
                table = tables ^ 0xFFFF * sign
                fresh = np.flatnonzero(~known[table])
                known[table[fresh]] = True
                classes[table[fresh]], reads[table[fresh]] = fresh, (*read, sign)
    return classes, reads


def spelled(build: Builder, literals: Sequence[int], table: int) -> int:
    """The literal of a table over up to six literals; these may be constant, equal or complements of one another."""
    nodes, table = _essential(tuple(literals), table)
    return _decomposed(build, list(nodes), table)


def _essential(literals: tuple[int, ...], table: int) -> tuple[list[int], int]:
    """The ascending literals, none complemented, that a table depends on, and the table over these."""
    nodes = sorted({literal & ~1 for literal in literals if literal > TRUE})
    places = {node: 1 << place for place, node in enumerate(nodes)}
    rows = [(places.get(literal & ~1, 0), literal & 1) for literal in literals]
    found = 0
    for point in range(1 << len(nodes)):
        index = sum((bool(point & mask) ^ sign) << i for i, (mask, sign) in enumerate(rows))
        found |= (table >> index & 1) << point
    for place in reversed(range(len(nodes))):
        low, high = halves(found, place, len(nodes))
        if low == high:
            found = low
            del nodes[place]
    return nodes, found


def halves(table: int, place: int, n: int) -> tuple[int, int]:
    """The tables of n - 1 inputs where input `place` of n is 0, and where it is 1."""
    low, high = table & ZEROS[place], table >> (1 << place) & ZEROS[place]
    for i in range(place, n - 1):
        low, high = (low | low >> (1 << i)) & ZEROS[i + 1], (high | high >> (1 << i)) & ZEROS[i + 1]
    mask = (1 << (1 << n - 1)) - 1
    return low & mask, high & mask


def _widened(table: int, n: int) -> int:
    """The same over four inputs, of which the last do not matter."""
    for place in range(n, WIDTH):
        table |= table << (1 << place)
    return table


#: How a function is put together from its halves g (where the input is 1) and h; x is the input.
SHANNON, ABOVE, BELOW, POSITIVE, NEGATIVE = range(5)


def _decomposed(build: Builder, read: list[int], table: int) -> int:
    """A table over literals, each once."""
    n = len(read)
    if table & 1:  # so complements share their gates
        return _decomposed(build, read, table ^ (1 << (1 << n)) - 1) ^ 1
    if n <= WIDTH:
        return _looked_up(build, [*read, *[FALSE] * (WIDTH - n)], _widened(table, n))
    _, place, way = best(table, n)
    low, high = halves(table, place, n)
    x, rest = read[place], read[:place] + read[place + 1 :]

    def part(inner: int) -> int:
        return spelled(build, rest, inner)

    if way == SHANNON:
        return build.mux(x, part(high), part(low))
    if way in (BELOW, NEGATIVE):
        x, low, high = x ^ 1, high, low
    join = build.either if way in (ABOVE, BELOW) else build.xor
    return join(part(low), build.both(x, part(high if way in (ABOVE, BELOW) else low ^ high)))


def _looked_up(build: Builder, read: Sequence[int], table: int) -> int:
    """A table of four literals."""
    known = forms()
    number = int(known.classes[table])
    *inputs, sign = known.reads[table].tolist()
    nodes = [FALSE, *(moved([FALSE, *read], literal) for literal in inputs)]
    n, output = known.ends[number].tolist()
    for op, a, b in known.gates[number, :n].tolist():
        make = build.xor if op == XOR else build.both
        nodes.append(make(moved(nodes, a), moved(nodes, b)))
    return moved(nodes, int(output)) ^ int(sign)


@lru_cache(maxsize=1 << 16)
def best(table: int, n: int) -> tuple[int, int, int]:
    """The cost of a table of n > 4 inputs, the input that it is taken apart by, and how."""
    found = []
    for place in range(n):
        low, high = halves(table, place, n)
        if low == high:
            return cost(low, n - 1), place, SHANNON
        found += [(value, place, way) for way, value in _ways(low, high, n - 1)]
    return min(found)


def _ways(low: int, high: int, n: int) -> list[tuple[int, int]]:
    """What each way costs that halves of n inputs can be put together."""
    differ, full = low ^ high, (1 << (1 << n)) - 1
    parts = cost(low, n) + cost(high, n)
    if low in (0, full) or high in (0, full):
        return [(SHANNON, parts + AND_COST)]
    if differ == full:
        return [(SHANNON, cost(low, n) + XOR_COST)]
    ways = [(SHANNON, parts + 3 * AND_COST)]
    if low & high == low:
        ways.append((ABOVE, parts + 2 * AND_COST))
    if low & high == high:
        ways.append((BELOW, parts + 2 * AND_COST))
    third = cost(differ, n) + AND_COST + XOR_COST
    return [*ways, (POSITIVE, cost(low, n) + third), (NEGATIVE, cost(high, n) + third)]


def cost(table: int, n: int) -> int:
    """What a table of n inputs costs, parts that are equal counted each time."""
    if n > WIDTH:
        return best(table, n)[0]
    known = forms()
    return int(known.costs[known.classes[_widened(table, n)]])
