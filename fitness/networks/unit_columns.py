"""Where a unit holds, from the columns of what it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce

import numpy as np

from genomes.bits import Words, pack, unpack, valid_words
from genomes.deadline import looking
from genomes.networks import units as kinds
from genomes.networks.units import Unit

Column = Callable[[int], Words]


def unit_column(unit: Unit, column: Column, valid: Words, n_rows: int) -> Words:
    """uint64[W]: where `unit` holds; column: that of a literal, with zero padding."""
    read = [column(literal) for literal in unit.literals]
    if unit.kind == kinds.AND:
        return reduce(np.bitwise_and, read, valid)
    if unit.kind == kinds.XOR:
        return reduce(np.bitwise_xor, read, np.zeros_like(valid))
    if unit.kind == kinds.MUX:
        return np.asarray((read[0] & read[1]) | (valid & ~read[0] & read[2]))
    if unit.kind == kinds.SOP:
        return _sum_of_products(unit, column, valid)
    return _by_numbers(unit, np.stack(read), n_rows)


def node_columns(units: Iterable[Unit], inputs: Words, n_rows: int) -> list[Words]:
    """Where every node of a network holds, uint64[W] each: the constant false, the inputs (uint64[n, W]), the units."""
    valid = valid_words(n_rows)
    columns: list[Words] = [valid ^ valid, *inputs]

    def column(literal: int) -> Words:
        found = columns[literal >> 1]
        return valid ^ found if literal & 1 else found

    for unit in looking(units):
        columns.append(unit_column(unit, column, valid, n_rows))
    return columns


def _sum_of_products(unit: Unit, column: Column, valid: Words) -> Words:
    terms = (reduce(np.bitwise_and, map(column, term), valid) for term in unit.terms())
    return reduce(np.bitwise_or, terms, np.zeros_like(valid))


def _by_numbers(unit: Unit, read: Words, n_rows: int) -> Words:
    """Units that look at a number: what is spelled, how many hold, or what they weigh."""
    values = unpack(read, n_rows).astype(np.int64)
    if unit.kind == kinds.LUT:
        spelled = (values << np.arange(len(read), dtype=np.int64)[:, None]).sum(axis=0)
        table = np.array([unit.params[0] >> i & 1 for i in range(1 << len(read))], dtype=np.bool_)
        holds = table[spelled]
    elif unit.kind == kinds.COUNT:
        holds = np.isin(values.sum(axis=0), unit.params)
    else:
        holds = np.array(unit.params[:-1], dtype=np.int64) @ values >= unit.params[-1]
    return pack(holds)
