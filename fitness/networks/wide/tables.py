"""Networks of tables that vote, as lists of tables per class, and back.

A table reads columns by number: inputs come first, then the units of `NetworkProblem.patterns`. In a network it is a
LUT; the head of a class that votes counts its LUTs, that of an output is whether at least half of them hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from genomes.circuits.graph import FALSE
from genomes.networks.network import Head, Network
from genomes.networks.units import LUT, THRESHOLD, Unit


class Table(NamedTuple):
    """inputs: numbers of columns; entries: bit i is the vote where these spell i, the first lowest."""

    inputs: tuple[int, ...]
    entries: int


Tables = Sequence[Sequence[Table]]


def network_of(tables: Tables, n_inputs: int, patterns: Sequence[Unit], *, votes: bool) -> Network:
    """The network of the tables of each class, or of each output; equal tables are one LUT."""
    every = dict.fromkeys(table for own in tables for table in own)
    if not every:
        return Network.constant(len(tables))
    read = sorted({column for table in every for column in table.inputs if column >= n_inputs})
    nodes = {column: n_inputs + 1 + place for place, column in enumerate(read)}
    units = [patterns[column - n_inputs] for column in read]
    literals: dict[Table, int] = {}
    for table in every:
        literals[table] = 2 * (n_inputs + 1 + len(units))
        units.append(Unit(LUT, tuple(2 * nodes.get(column, column + 1) for column in table.inputs), (table.entries,)))
    if votes:
        return Network.of(units, _voting([[literals[table] for table in own] for own in tables]))
    heads = []
    for own in tables:
        heads.append(Head.of(2 * (n_inputs + 1 + len(units)) if own else FALSE))
        if own:
            units.append(Unit(THRESHOLD, tuple(literals[t] for t in own), (1,) * len(own) + ((len(own) + 1) // 2,)))
    return Network.of(units, heads)


def _voting(literals: Sequence[Sequence[int]]) -> list[Head]:
    """A head per class: a table that holds is a vote for it, one that does not is a vote against it.

    Votes against it are half the difference in the number of tables, and where that is odd every vote counts twice.
    """
    most = max(map(len, literals))
    twice = 2 if any((most - len(own)) % 2 for own in literals) else 1
    return [Head(tuple((literal, twice) for literal in own), twice * (most - len(own)) // 2) for own in literals]


def tables_of(network: Network, n_inputs: int, patterns: Sequence[Unit], *, votes: bool) -> list[list[Table]]:
    """Inverse of `network_of`; what it says of others, if it does not raise a KeyError, means nothing."""
    units, column = network.units, {}
    numbers = {unit: n_inputs + place for place, unit in enumerate(patterns)}
    found, counts = dict[int, Table](), dict[int, Unit]()
    for node, unit in enumerate(units, start=n_inputs + 1):
        if unit in numbers:
            column[node] = numbers[unit]
        elif unit.kind == LUT:
            inputs = tuple(column.get(literal >> 1, (literal >> 1) - 1) for literal in unit.literals)
            found[2 * node] = Table(inputs, unit.params[0])
        else:
            counts[2 * node] = unit
    heads = [[literal for literal, _ in head.votes if literal != FALSE] for head in network.heads]
    if not votes:
        heads = [[literal for count in own for literal in counts[count].literals] for own in heads]
    return [[found[literal] for literal in own] for own in heads]


def of_tables(network: Network, n_inputs: int, patterns: Sequence[Unit], *, votes: bool) -> bool:
    """Whether a network is one that `network_of` makes, and not one that came from elsewhere."""
    try:
        tables = tables_of(network, n_inputs, patterns, votes=votes)
        return network_of(tables, n_inputs, patterns, votes=votes).key() == network.key()
    except (KeyError, IndexError):
        return False
