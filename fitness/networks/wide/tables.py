"""Networks of tables that vote, as lists of tables per class, and back.

A table reads columns by number: inputs come first, then the units of `NetworkProblem.patterns`, then hidden tables. In
a network it is a LUT; the head of a class that votes counts its LUTs, that of an output is whether at least half of
them hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
    every, first = dict.fromkeys(chain.from_iterable(tables)), n_inputs + len(patterns)
    luts = (*hidden, *every)
    columns = np.fromiter(chain.from_iterable(table.inputs for table in luts), dtype=np.int64)
    read = np.unique(columns[(columns >= n_inputs) & (columns < first)])
    nodes = np.arange(1, 1 + first + len(hidden), dtype=np.int32)  # of the columns that are read
    nodes[read] = n_inputs + 1 + np.arange(len(read))
    nodes[first:] = n_inputs + 1 + len(read) + np.arange(len(hidden))
    below = Network.of([patterns[column - n_inputs] for column in read.tolist()], [])
    units = [below, _of_luts(luts, 2 * nodes[columns])]
    last = n_inputs + 1 + len(read) + len(hidden)
    literals = {table: 2 * (last + place) for place, table in enumerate(every)}
    voting = [[literals[table] for table in own] for own in tables]
    if votes:
        return _joined(units, _voting(voting))
    counting = [Unit(THRESHOLD, tuple(own), (1,) * len(own) + ((len(own) + 1) // 2,)) for own in voting if own]
    roots = iter(range(2 * (last + len(every)), 2 * (last + len(every) + len(counting)), 2))
    return _joined([*units, Network.of(counting, [])], [Head.of(next(roots) if own else FALSE) for own in voting])


def _of_luts(tables: Sequence[Table], literals: NDArray[np.int32]) -> Network:
    """Units that are tables alone; literals: what they read, one after the other."""
    starts = np.cumsum([0, *(len(table.inputs) for table in tables)], dtype=np.int64)
    entries = np.array([table.entries for table in tables], dtype=np.uint64).view(np.int64)
    kinds = np.full(len(tables), LUT, dtype=np.int8)
    none = Network.of([], [])
    return Network(kinds, starts, literals, np.arange(len(tables) + 1), entries, *none.arrays()[5:])


def _joined(parts: Sequence[Network], heads: Sequence[Head]) -> Network:
    """The units of all parts, one after the other."""
    voting = Network.of([], heads)
    return Network(
        np.concatenate([part.kinds for part in parts]),
        _starts(part.starts for part in parts),
        np.concatenate([part.literals for part in parts]),
        _starts(part.param_starts for part in parts),
        np.concatenate([part.params for part in parts]),
        *voting.arrays()[5:],
    )


def _starts(parts: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Where units begin when those of all parts stand one after the other."""
    return np.cumsum([0, *chain.from_iterable(np.diff(starts).tolist() for starts in parts)], dtype=np.int64)


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
    literals = network.head_literals.tolist()
    heads = [[literal for literal in literals[a:b] if literal != FALSE] for a, b in pairwise(network.head_starts)]
    if not votes:
        heads = [[literal for count in own for literal in counts[count]] for own in heads]
    return [[found[literal] for literal in own] for own in heads], hidden


def hidden_of(network: Network, n_inputs: int, patterns: Sequence[Unit]) -> list[Table]:
    """The hidden tables of a network that `network_of` makes: those that other tables read, or nothing."""
    return _read(network, n_inputs, patterns)[2]


def _read(
    network: Network, n_inputs: int, patterns: Sequence[Unit]
) -> tuple[dict[int, Table], dict[int, list[int]], list[Table]]:
    """The table that each literal is, or the literals that it counts, and hidden tables in their order."""
    first, kinds, starts = n_inputs + 1, network.kinds, network.starts
    columns, known, counts = np.arange(-1, n_inputs + len(network)), np.zeros(len(network), dtype=np.bool_), {}
    numbers = _numbers(patterns)
    for unit, key in _keys(network, np.flatnonzero((kinds != LUT) | np.isin(kinds, [k for k, *_ in numbers]))):
        if key in numbers:
            columns[first + unit], known[unit] = n_inputs + numbers[key], True
        elif kinds[unit] != LUT:
            counts[2 * (first + unit)] = network.literals[starts[unit] : starts[unit + 1]].tolist()
    is_read, votes = (np.zeros(len(columns), dtype=np.bool_) for _ in range(2))
    lengths, read = np.diff(starts), network.literals >> 1
    is_read[read[np.repeat(kinds == LUT, lengths)]] = True
    votes[read[np.repeat(kinds == THRESHOLD, lengths)]] = True
    votes[network.head_literals >> 1] = True
    luts = np.flatnonzero((kinds == LUT) & ~known)
    below = luts[is_read[first + luts] | ~votes[first + luts]]
    columns[first + below] = n_inputs + len(patterns) + np.arange(len(below))
    inputs, entries = columns[read].tolist(), network.params[network.param_starts[luts]].view(np.uint64).tolist()
    bounds = zip(starts[luts].tolist(), starts[luts + 1].tolist(), strict=True)
    tables = [Table(tuple(inputs[a:b]), own) for (a, b), own in zip(bounds, entries, strict=True)]
    found = dict(zip((2 * (first + luts)).tolist(), tables, strict=True))
    return found, counts, [found[literal] for literal in (2 * (first + below)).tolist()]


#: A unit as bytes: kind, literals, parameters.
Key = tuple[int, bytes, bytes]


def _keys(network: Network, units: NDArray[np.intp]) -> Iterator[tuple[int, Key]]:
    """Some units, and what each is."""
    literals, params = network.literals.tobytes(), network.params.tobytes()
    rows = (network.kinds, 4 * network.starts, 4 * network.starts[1:], 8 * network.param_starts)
    columns = (array[units].tolist() for array in (*rows, 8 * network.param_starts[1:]))
    for unit, kind, a, b, c, d in zip(units.tolist(), *columns, strict=True):
        yield unit, (kind, literals[a:b], params[c:d])


#: The patterns that were last looked up, and which each is.
_last: list[tuple[Sequence[Unit], Mapping[Key, int]]] = [((), {})]


def _numbers(patterns: Sequence[Unit]) -> Mapping[Key, int]:
    """Which pattern a unit is: a search has one sequence of them, which never changes."""
    known, numbers = _last[0]
    if known is not patterns:
        network = Network.of(patterns, [])
        numbers = {key: place for place, key in _keys(network, np.arange(len(patterns)))}
        _last[0] = (patterns, numbers)
    return numbers


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
