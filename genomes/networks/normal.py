"""The normal form of each kind of unit: a literal where it is one, else a unit and the sign of its output.

Every function takes the literals and the parameters of a unit (see `genomes.networks.units`).
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import gcd

from genomes.circuits.graph import FALSE, TRUE
from genomes.networks.units import AND, COUNT, LUT, MUX, SOP, THRESHOLD, XOR, Unit

Literals = tuple[int, ...]
#: A literal, or a unit and 1 where its complement is meant.
Normal = int | tuple[Unit, int]


def conjunction(literals: Literals, params: Literals = ()) -> Normal:
    """An AND."""
    row = tuple(sorted(set(literals) - {TRUE}))
    if FALSE in row or any(a == b ^ 1 for a, b in pairwise(row)):
        return FALSE
    return (Unit(AND, row), 0) if len(row) > 1 else row[0] if row else TRUE


def disjunction(literals: Literals) -> Normal:
    """An OR."""
    return complement(conjunction(tuple(literal ^ 1 for literal in literals)))


def complement(normal: Normal) -> Normal:
    """NOT."""
    return normal ^ 1 if isinstance(normal, int) else (normal[0], normal[1] ^ 1)


def parity(literals: Literals, params: Literals = ()) -> Normal:
    """A XOR."""
    sign = sum(literal & 1 for literal in literals) & 1
    row = tuple(sorted(node for node, n in Counter(literal & ~1 for literal in literals).items() if node and n & 1))
    return (Unit(XOR, row), sign) if len(row) > 1 else (row[0] if row else FALSE) ^ sign


def choice(literals: Literals, params: Literals = ()) -> Normal:
    """A MUX."""
    condition, then, otherwise = literals
    if condition & 1:
        condition, then, otherwise = condition ^ 1, otherwise, then
    if condition == FALSE or then == otherwise:
        return otherwise
    then = _known(then, condition, TRUE)
    otherwise = _known(otherwise, condition, FALSE)
    if then == otherwise ^ 1:
        return parity((condition, otherwise))
    if then in (FALSE, TRUE) or otherwise in (FALSE, TRUE):
        return _half(condition, then, otherwise)
    sign = then & 1
    return Unit(MUX, (condition, then ^ sign, otherwise ^ sign)), sign


def _known(literal: int, condition: int, value: int) -> int:
    """The literal where the condition (not complemented) has a value."""
    return value ^ (literal & 1) if literal >> 1 == condition >> 1 else literal


def _half(condition: int, then: int, otherwise: int) -> Normal:
    """A MUX with a constant branch; the other is none."""
    if then in (FALSE, TRUE):
        if then == FALSE:
            return conjunction((condition ^ 1, otherwise))
        return disjunction((condition, otherwise))
    return conjunction((condition, then)) if otherwise == FALSE else disjunction((condition ^ 1, then))


def table(literals: Literals, params: Literals) -> Normal:
    """A LUT: without inputs that do not matter, on literals that ascend and are not complemented, false at 0."""
    sign = params[0] & 1
    spelled = params[0] ^ ((1 << (1 << len(literals))) - 1 if sign else 0)
    if _is_normal(literals, spelled):
        return Unit(LUT, literals, (spelled,)), sign
    nodes = sorted({literal >> 1 for literal in literals if literal >> 1})
    values = [_looked_up(literals, params[0], dict(zip(nodes, _bits(i, len(nodes)), strict=True)))
              for i in range(1 << len(nodes))]  # fmt: skip
    for place in reversed(range(len(nodes))):
        low = [values[i] for i in range(len(values)) if not i >> place & 1]
        if low == [values[i] for i in range(len(values)) if i >> place & 1]:
            values = low
            del nodes[place]
    sign, row = values[0], tuple(2 * node for node in nodes)
    spelled = sum((value ^ sign) << i for i, value in enumerate(values))
    return complement(_table_of(row, spelled)) if sign else _table_of(row, spelled)


#: By inputs and place, the cells of a table in which that input is false.
_LOW = [[sum(1 << cell for cell in range(1 << n) if not cell >> place & 1) for place in range(n)] for n in range(7)]


def _is_normal(literals: Literals, spelled: int) -> bool:
    """Whether a table of three inputs and more is in normal form already, as those of whole networks mostly are."""
    if spelled & 1 or len(literals) < 3 or literals[0] < 2 or any(literal & 1 for literal in literals):
        return False
    if any(a >= b for a, b in pairwise(literals)):
        return False
    low = _LOW[len(literals)]
    return all((spelled ^ spelled >> (1 << place)) & low[place] for place in range(len(literals)))


def _bits(number: int, n: int) -> list[int]:
    return [number >> place & 1 for place in range(n)]


def _looked_up(literals: Literals, spelled: int, values: dict[int, int]) -> int:
    place = sum((values.get(literal >> 1, 0) ^ (literal & 1)) << i for i, literal in enumerate(literals))
    return spelled >> place & 1


def _table_of(row: Literals, spelled: int) -> Normal:
    """A table that is false at 0 and needs all its inputs."""
    if len(row) < 2:
        return row[0] if row else FALSE
    if len(row) == 2:
        signs = {2: (0, 1), 4: (1, 0), 8: (0, 0)}
        if spelled in signs:
            return conjunction(tuple(literal ^ sign for literal, sign in zip(row, signs[spelled], strict=True)))
        return parity(row) if spelled == 6 else disjunction(row)
    return Unit(LUT, row, (spelled,)), 0


def sum_of_products(literals: Literals, params: Literals) -> Normal:
    """A SOP: terms ascend, none is repeated or contains another."""
    terms = {row for term in Unit(SOP, literals, params).terms() if (row := _term(term)) is not None}
    if () in terms:
        return TRUE
    smallest = [a for a in terms if not any(b != a and set(b) <= set(a) for b in terms)]
    ordered = sorted(smallest, key=lambda term: (len(term), term))
    if len(ordered) <= 1:
        return conjunction(ordered[0]) if ordered else FALSE
    if len(ordered[-1]) == 1:
        return disjunction(tuple(term[0] for term in ordered))
    flat = tuple(literal for term in ordered for literal in term)
    return Unit(SOP, flat, tuple(map(len, ordered))), 0


def _term(literals: Literals) -> Literals | None:
    """A term in order; None where it never holds."""
    normal = conjunction(literals)
    if isinstance(normal, int):
        return None if normal == FALSE else () if normal == TRUE else (normal,)
    return normal[0].literals


def count(literals: Literals, params: Literals) -> Normal:
    """A COUNT: of a literal and its complement one always holds."""
    found = Counter(literal for literal in literals if literal >> 1)
    always = sum(literal == TRUE for literal in literals)
    for node in {literal & ~1 for literal in found}:
        pairs = min(found[node], found[node ^ 1])
        always += pairs
        found[node] -= pairs
        found[node ^ 1] -= pairs
    row = tuple(sorted(found.elements()))
    holds = tuple(sorted(value - always for value in params if 0 <= value - always <= len(row)))
    if len(holds) in (0, len(row) + 1):
        return TRUE if holds else FALSE
    if holds == (len(row),):
        return conjunction(row)
    if holds == tuple(range(1, len(row) + 1)):
        return disjunction(row)
    return Unit(COUNT, row, holds), 0


def threshold(literals: Literals, params: Literals) -> Normal:
    """A THRESHOLD: weights are positive and have no common divisor; equal ones are a COUNT."""
    weights, least = Counter[int](), params[-1]
    for literal, weight in zip(literals, params[:-1], strict=True):
        least -= weight * (literal & 1)
        if literal >> 1:
            weights[literal & ~1] += -weight if literal & 1 else weight
    least += sum(-weight for weight in weights.values() if weight < 0)
    pairs = sorted((node ^ (weight < 0), abs(weight)) for node, weight in weights.items() if weight)
    if least <= 0:
        return TRUE
    if sum(weight for _, weight in pairs) < least:
        return FALSE
    divisor = gcd(*(weight for _, weight in pairs))
    least = -(-least // divisor)
    row, sizes = tuple(literal for literal, _ in pairs), tuple(min(weight // divisor, least) for _, weight in pairs)
    if len(set(sizes)) == 1:
        return count(row, tuple(range(-(-least // sizes[0]), len(row) + 1)))
    return Unit(THRESHOLD, row, (*sizes, least)), 0
