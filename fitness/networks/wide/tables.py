"""Networks of tables that vote, as lists of tables per class, and back.

A table reads columns by number: inputs come first, then the units of `NetworkProblem.patterns`, then hidden tables. In
a network it is a LUT; the head of a class that votes counts its LUTs, that of an output is whether at least half of
them hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from genomes.circuits.graph import FALSE
from genomes.networks.network import Head, Network
from genomes.networks.units import LUT, THRESHOLD, Unit


class Table(NamedTuple):
    """inputs: numbers of columns; entries: bit i is the vote where these spell i, the first lowest."""

    inputs: tuple[int, ...]
    entries: int


Tables = Sequence[Sequence[Table]]


def network_of(
    tables: Tables, n_inputs: int, patterns: Sequence[Unit], *, votes: bool, hidden: Sequence[Table] = ()
) -> Network:
    """The network of the tables of each class, or of each output; equal tables are one LUT.

    hidden: tables that are read as columns behind the patterns, each by later ones alone; every one is a LUT of its
    own, whether it is read or not.
    """
    if not hidden and not any(tables):
        return Network.constant(len(tables))
    every, first = dict.fromkeys(table for own in tables for table in own), n_inputs + len(patterns)
    read = sorted({column for table in (*hidden, *every) for column in table.inputs if n_inputs <= column < first})
    nodes = {column: n_inputs + 1 + place for place, column in enumerate(read)}
    nodes |= {first + place: n_inputs + 1 + len(read) + place for place in range(len(hidden))}
    units = [patterns[column - n_inputs] for column in read]
    units += [_lut(table, nodes) for table in hidden]
    literals: dict[Table, int] = {}
    for table in every:
        literals[table] = 2 * (n_inputs + 1 + len(units))
        units.append(_lut(table, nodes))
    if votes:
        return Network.of(units, _voting([[literals[table] for table in own] for own in tables]))
    heads = []
    for own in tables:
        heads.append(Head.of(2 * (n_inputs + 1 + len(units)) if own else FALSE))
        if own:
            units.append(Unit(THRESHOLD, tuple(literals[t] for t in own), (1,) * len(own) + ((len(own) + 1) // 2,)))
    return Network.of(units, heads)


def _lut(table: Table, nodes: Mapping[int, int]) -> Unit:
    """nodes: of columns that are no inputs."""
    return Unit(LUT, tuple(2 * nodes.get(column, column + 1) for column in table.inputs), (table.entries,))


def _voting(literals: Sequence[Sequence[int]]) -> list[Head]:
    """A head per class: a table that holds is a vote for it, one that does not is a vote against it.

    Votes against it are half the difference in the number of tables, and where that is odd every vote counts twice.
    """
    most = max(map(len, literals))
    twice = 2 if any((most - len(own)) % 2 for own in literals) else 1
    return [Head(tuple((literal, twice) for literal in own), twice * (most - len(own)) // 2) for own in literals]


def tables_of(network: Network, n_inputs: int, patterns: Sequence[Unit], *, votes: bool) -> list[list[Table]]:
    """Inverse of `network_of`; what it says of others, if it does not raise a KeyError, means nothing."""
    return parts_of(network, n_inputs, patterns, votes=votes)[0]


def parts_of(
    network: Network, n_inputs: int, patterns: Sequence[Unit], *, votes: bool
) -> tuple[list[list[Table]], list[Table]]:
    """The tables that vote, and the hidden ones: `tables_of` and `hidden_of` at once."""
    found, counts, hidden = _read(network, n_inputs, patterns)
    heads = [[literal for literal, _ in head.votes if literal != FALSE] for head in network.heads]
    if not votes:
        heads = [[literal for count in own for literal in counts[count].literals] for own in heads]
    return [[found[literal] for literal in own] for own in heads], hidden


def hidden_of(network: Network, n_inputs: int, patterns: Sequence[Unit]) -> list[Table]:
    """The hidden tables of a network that `network_of` makes: those that other tables read, or nothing."""
    return _read(network, n_inputs, patterns)[2]


def _read(
    network: Network, n_inputs: int, patterns: Sequence[Unit]
) -> tuple[dict[int, Table], dict[int, Unit], list[Table]]:
    """The table or count that each literal is, and hidden tables in their order."""
    column, numbers = dict[int, int](), {unit: n_inputs + place for place, unit in enumerate(patterns)}
    read = {lit >> 1 for unit in network.units if unit.kind == LUT for lit in unit.literals}
    voting = {lit >> 1 for unit in network.units if unit.kind == THRESHOLD for lit in unit.literals}
    voting |= {lit >> 1 for lit in network.head_literals.tolist()}
    found, counts, hidden = dict[int, Table](), dict[int, Unit](), list[Table]()
    for node, unit in enumerate(network.units, start=n_inputs + 1):
        if unit in numbers:
            column[node] = numbers[unit]
        elif unit.kind != LUT:
            counts[2 * node] = unit
        else:
            inputs = tuple(column.get(literal >> 1, (literal >> 1) - 1) for literal in unit.literals)
            found[2 * node] = Table(inputs, unit.params[0])
            if node in read or node not in voting:
                column[node] = n_inputs + len(patterns) + len(hidden)
                hidden.append(found[2 * node])
    return found, counts, hidden


def pruned(hidden: Sequence[Table], tables: Tables, n_columns: int) -> tuple[list[Table], list[list[Table]]]:
    """Hidden tables that something reads, and tables that read these in their new places behind the columns."""
    needed = {column - n_columns for own in tables for table in own for column in table.inputs if column >= n_columns}
    for place in range(len(hidden) - 1, -1, -1):
        if place in needed:
            needed |= {column - n_columns for column in hidden[place].inputs if column >= n_columns}
    places = {n_columns + old: n_columns + new for new, old in enumerate(sorted(needed))}

    def moved(table: Table) -> Table:
        return Table(tuple(places.get(column, column) for column in table.inputs), table.entries)

    return [moved(hidden[old]) for old in sorted(needed)], [[moved(table) for table in own] for own in tables]


def tidy(network: Network, n_inputs: int, patterns: Sequence[Unit], *, votes: bool) -> Network:
    """A network that `network_of` makes without hidden tables that nothing reads."""
    if not hidden_of(network, n_inputs, patterns):
        return network
    tables, hidden = parts_of(network, n_inputs, patterns, votes=votes)
    hidden, tables = pruned(hidden, tables, n_inputs + len(patterns))
    return network_of(tables, n_inputs, patterns, votes=votes, hidden=hidden)


def of_tables(network: Network, n_inputs: int, patterns: Sequence[Unit], *, votes: bool) -> bool:
    """Whether a network is one that `network_of` makes, and not one that came from elsewhere."""
    try:
        tables, hidden = parts_of(network, n_inputs, patterns, votes=votes)
        return network_of(tables, n_inputs, patterns, votes=votes, hidden=hidden).key() == network.key()
    except (KeyError, IndexError):
        return False
