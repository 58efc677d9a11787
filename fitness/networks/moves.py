"""Changes of one unit or of one literal of a head, each with the errors that it saves, exactly.

Of a unit: it becomes a constant or an earlier node; an operand becomes any earlier node or a constant, or is
complemented; an AND or a XOR takes one more operand; its table is another (of two operands all 16, of more the best and
the best single entry); a COUNT holds at another set; a THRESHOLD, or a COUNT that is one, has a weight or its bound
moved by one. Of a head: the literal of an output, or of a vote, is another node; a vote's weight moves (`vote_moves`).
Every candidate of one place is counted at once (`objective.Wish`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fitness.networks.move import Move
from fitness.networks.objective import Standing, Wish
from fitness.networks.program import unit_circuit
from fitness.networks.simulation import all_nodes
from fitness.networks.vote_moves import weight_moves
from genomes.bits import Words, pack, unpack
from genomes.bits import valid_words as first_bits
from genomes.circuits.graph import FALSE, TRUE
from genomes.circuits.graph import XOR as XOR_GATE
from genomes.networks import units as kinds
from genomes.networks.units import LUT, LUT_INPUTS, Unit

#: Operands of a unit that one visit looks at, and the widest unit whose numbers are moved.
MOST_PINS, WIDEST = 32, 256
#: Units of up to so many operands are offered any table.
TABLE_INPUTS = 4
#: Gates of a summand, about.
_ADDER = 7
#: Rough gates of a table of two operands: constants, operands, XORs, the rest.
_GATES_OF_TABLE = tuple(0 if t in (0, 15, 3, 5, 10, 12) else 3 if t in (6, 9) else 1 for t in range(16))


def unit_moves(standing: Standing, number: int, rng: np.random.Generator) -> Iterator[Move]:
    """The best moves of each sort of unit `number`; a sort whose best saves nothing may be left out."""
    node = standing.space.first + number
    unit, wish = standing.network.units[number], standing.wish(node)
    held = exclusive(standing, node)
    yield from _replaced(standing, wish, number, node, node, held)
    yield from _operands(standing, unit, wish, number, rng)
    yield from _grown(standing, unit, wish, number, node)
    if len(unit.literals) <= (LUT_INPUTS if unit.kind == LUT else TABLE_INPUTS):
        yield from _tables(standing, unit, wish, number)
    if unit.kind == kinds.COUNT and len(unit.literals) <= WIDEST:
        yield from _counts(standing, unit, wish, number)
    weighed = as_threshold(unit)
    if weighed is not None and len(unit.literals) <= WIDEST:
        yield from _thresholds(standing, weighed, wish, number)


def head_moves(standing: Standing, rng: np.random.Generator) -> Iterator[Move]:
    """The best moves of each literal of a head."""
    space, literals = standing.space, standing.network.head_literals
    nodes = len(standing.columns)
    if not space.votes:
        for output, literal in enumerate(literals.tolist()):
            held = _released(standing, literal)
            yield from _replaced(standing, standing.head_wish(output), -1 - output, literal >> 1, nodes, held)
        return
    chosen, whole = _drawn(rng, len(literals)), standing.vote_wish()
    for place, plane in zip(chosen.tolist(), standing.vote_pins(chosen), strict=True):
        literal = int(literals[place])
        wish = whole.within(plane, standing.column(literal))
        for move in _replaced(standing, wish, -1 - place, literal >> 1, nodes, _released(standing, literal)):
            yield replace(move, gates=move.gates + (_ADDER if move.becomes in (FALSE, TRUE) else 0))
    yield from weight_moves(standing, whole)


def _drawn(rng: np.random.Generator, n: int) -> NDArray[np.intp]:
    """Up to `MOST_PINS` of n places, ascending."""
    return np.arange(n) if n <= MOST_PINS else np.sort(rng.choice(n, MOST_PINS, replace=False))


def _best(standing: Standing, wish: Wish, nodes: int, but: int) -> Iterator[tuple[int, int]]:
    """(saved, literal) of a constant, and of the best other node among the first `nodes`, `but` left out."""
    saved = wish.saved(standing.words, nodes)
    sign = int(saved[1, 0] > saved[0, 0])
    yield int(saved[sign, 0]), FALSE ^ sign
    if nodes > 1:
        saved[:, but : but + 1] = np.iinfo(np.int64).min
        place = int(np.argmax(saved[:, 1:].T))
        yield int(saved[place % 2, 1 + place // 2]), 2 + place


def _replaced(standing: Standing, wish: Wish, place: int, node: int, nodes: int, gates: int) -> Iterator[Move]:
    """What stands at a place is a constant or another node."""
    for saved, literal in _best(standing, wish, nodes, node):
        yield Move(saved, gates, place, literal)


def _operands(standing: Standing, unit: Unit, wish: Wish, number: int, rng: np.random.Generator) -> Iterator[Move]:
    """An operand is a constant, another earlier node or its complement."""
    node = standing.space.first + number
    chosen = _drawn(rng, len(unit.literals))
    for place, plane in zip(chosen.tolist(), standing.pins(node, chosen), strict=True):
        literal = unit.literals[place]
        pin, freed = wish.within(plane, standing.column(literal)), _released(standing, literal)
        now, wanted, unwanted = pin.errors()
        yield Move(2 * now - wanted - unwanted, 0, number, _with(unit, place, literal ^ 1))
        for saved, other in _best(standing, pin, node, literal >> 1):
            gates = freed + (_step(unit) if other <= TRUE else 0)
            yield Move(saved, gates, number, _with(unit, place, other))


def _with(unit: Unit, place: int, literal: int) -> Unit:
    return unit._replace(literals=(*unit.literals[:place], literal, *unit.literals[place + 1 :]))


def _step(unit: Unit) -> int:
    """Gates of one operand, about."""
    return 3 if unit.kind == kinds.XOR else _ADDER if unit.kind in (kinds.COUNT, kinds.THRESHOLD) else 1


def _grown(standing: Standing, unit: Unit, wish: Wish, number: int, node: int) -> Iterator[Move]:
    """An AND or a XOR takes one more operand."""
    if unit.kind not in (kinds.AND, kinds.XOR):
        return
    plane = wish.column if unit.kind == kinds.AND else standing.rows.valid
    start = standing.rows.valid if unit.kind == kinds.AND else np.zeros_like(plane)
    pin = wish.within(plane, start)
    for saved, literal in _best(standing, pin, node, 0):
        if literal > TRUE:
            yield Move(saved, -_step(unit), number, unit._replace(literals=(*unit.literals, literal)))


def _tables(standing: Standing, unit: Unit, wish: Wish, number: int) -> Iterator[Move]:
    """Any function of its operands."""
    cells, n = _cells(standing, unit), 1 << len(unit.literals)
    now = truth_table(unit)
    gains = wish.toggled(cells).tolist()
    if len(unit.literals) == 2:
        for table in range(16):
            saved = sum(gain for i, gain in enumerate(gains) if (table ^ now) >> i & 1)
            yield Move(saved, _GATES_OF_TABLE[now] - _GATES_OF_TABLE[table], number, _lut(unit, table))
        return
    best = now ^ sum(1 << i for i in range(n) if gains[i] > 0)
    growth = 0 if unit.kind == LUT else 2 - n // 2
    yield Move(sum(gain for gain in gains if gain > 0), growth, number, _lut(unit, best))
    single = int(np.argmax(gains))
    yield Move(gains[single], growth, number, _lut(unit, now ^ (1 << single)))


def _lut(unit: Unit, table: int) -> Unit:
    return Unit(LUT, unit.literals, (table,))


def _cells(standing: Standing, unit: Unit) -> Words:
    """uint64[2**width, W]: where the operands spell each number."""
    cells = standing.rows.valid[None]
    for literal in unit.literals:
        column = standing.column(literal)
        cells = np.concatenate([cells & ~column, cells & column])
    return cells


def _counts(standing: Standing, unit: Unit, wish: Wish, number: int) -> Iterator[Move]:
    """The set of counts loses or gains its best one; and every one that saves something."""
    total = _sums(standing, unit, np.ones(len(unit.literals), dtype=np.int64))
    gains = wish.toggled(_where(standing, [total == k for k in range(len(unit.literals) + 1)])).tolist()
    flips = {k for k, gain in enumerate(gains) if gain > 0}
    for chosen in ({int(np.argmax(gains))}, flips):
        holds = tuple(sorted(set(unit.params) ^ chosen))
        yield Move(sum(gains[k] for k in chosen), 0, number, unit._replace(params=holds))


def as_threshold(unit: Unit) -> Unit | None:
    """A THRESHOLD, or a COUNT that holds from some number on as one with weights of 1; None of other units."""
    if unit.kind == kinds.COUNT and unit.params and unit.params == tuple(range(unit.params[0], len(unit.literals) + 1)):
        return Unit(kinds.THRESHOLD, unit.literals, (*[1] * len(unit.literals), unit.params[0]))
    return unit if unit.kind == kinds.THRESHOLD else None


def _thresholds(standing: Standing, unit: Unit, wish: Wish, number: int) -> Iterator[Move]:
    """A weight or the bound is one more or one less."""
    *weights, least = unit.params
    total = _sums(standing, unit, np.array(weights, dtype=np.int64))
    below, at = _where(standing, [total == least - 1, total == least])
    columns = np.stack([standing.rows.valid, *map(standing.column, unit.literals)])
    for step, gains in ((1, wish.raised(columns & below)), (-1, wish.lowered(columns & at))):
        yield Move(int(gains[0]), 0, number, unit._replace(params=(*weights, least - step)))
        if len(weights):
            best = int(np.argmax(gains[1:]))
            changed = [w + step * (i == best) for i, w in enumerate(weights)]
            if max(map(abs, changed)) > kinds.MOST_WEIGHT:
                continue
            yield Move(int(gains[1 + best]), 0, number, unit._replace(params=(*changed, least)))


def _sums(standing: Standing, unit: Unit, weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[64 W]: what the true operands weigh on every row."""
    total = np.zeros(64 * len(standing.rows.valid), dtype=np.int64)
    for literal, weight in zip(unit.literals, weights.tolist(), strict=True):
        total += weight * unpack(standing.column(literal)[None], len(total))[0]
    return total


def _where(standing: Standing, holds: Sequence[NDArray[np.bool_]]) -> Words:
    return np.asarray(pack(np.stack(holds)) & standing.rows.valid)


@lru_cache(maxsize=1 << 12)
def truth_table(unit: Unit) -> int:
    """Bit i: the value of a unit where its operands spell i."""
    graph, root = unit_circuit(unit.kind, len(unit.literals), unit.params)
    n = 1 << len(unit.literals)
    spelled = np.arange(n)[None] >> np.arange(len(unit.literals))[:, None] & 1
    values = all_nodes(graph, pack(spelled.astype(np.bool_)), first_bits(n))
    return int(values[root >> 1, 0] ^ (first_bits(n)[0] if root & 1 else np.uint64(0)))


def own_gates(unit: Unit) -> int:
    """AND gates of a unit alone."""
    graph, _ = unit_circuit(unit.kind, len(unit.literals), unit.params)
    return len(graph) + 2 * int((graph.ops == XOR_GATE).sum())


def exclusive(standing: Standing, node: int) -> int:
    """About the gates that nothing needs without this node: its own, and those of units that it alone reads."""
    number = node - standing.space.first
    if number < 0:
        return 0
    unit = standing.network.units[number]
    return own_gates(unit) + sum(_released(standing, literal) for literal in unit.literals)


def _released(standing: Standing, literal: int) -> int:
    """About the gates that nothing needs once one reader of a literal reads it no more."""
    return exclusive(standing, literal >> 1) if standing.readers[literal >> 1] == 1 else 0
