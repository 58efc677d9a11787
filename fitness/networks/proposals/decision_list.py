"""Decision lists: the first link that a row meets answers, the others look at what is left.

Source: Rivest, "Learning Decision Lists" (Machine Learning 2, 1987). A link tests a conjunction of two literals, one
literal, or whether two signals differ, and answers with a constant or, beyond Rivest, with a literal of its pair: where
a differs from b, say a, else go on, is a comparison of two numbers, and with "is equal to" a carry. In either case a
link is a majority of three. Lists grow from the link that explains most rows by a beam, because the last links see few
rows; a link of another kind than the one before, or one that tests a signal again, must explain more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fitness.networks.pool import Pool
from fitness.networks.proposals.signals import (
    Bytes,
    Grown,
    bits_of,
    drawn_by_weight,
    input_literals,
    known_rows,
    spread,
    wanted_bytes,
)
from fitness.networks.target import Rows, Target
from genomes.bits import pack
from genomes.circuits.graph import FALSE, TRUE
from genomes.deadline import look, looking
from genomes.networks.units import COUNT

#: Of 1,024 rows that a link covers, how many may be wrong: what is tried.
TOLERANCES = (0, 32, 128, 256)
#: Lists of a beam, links of a list, signals that links are looked for in, and rows, at most.
WIDTH, MOST_LINKS, MOST_SIGNALS, MOST_ROWS = 8, 64, 128, 1 << 13
#: Rows, and parts of the rows that are left, that a link covers at least.
LEAST, SHARE = 2, 64
#: Rows that a link of another kind, and one that tests a signal again, must explain beyond others.
OTHER_KIND, AGAIN = 2, 1
#: Cells (see the kernel) where two signals differ, and where they are equal.
DIFFER, EQUAL = 6, 9


@dataclass(frozen=True)
class Link:
    """a, b: places of signals; cells: those that it covers, a bit each; says: those where it answers true."""

    a: int
    b: int
    cells: int
    says: int

    @property
    def kind(self) -> tuple[int, bool]:
        """What it tests, and whether it says a constant."""
        tests = self.cells if self.cells in (DIFFER, EQUAL) else int(self.a != self.b)
        return tests, self.says in (0, self.cells)

    def of(self, bits: Bytes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """bool[rows] twice: the rows of `bits` (uint8[rows, signals]) that it covers, and what it says of all."""
        cells = 2 * bits[:, self.a] + bits[:, self.b]
        return (self.cells >> cells & 1).astype(np.bool_), (self.says >> cells & 1).astype(np.bool_)

    def built(self, pool: Pool, literals: Sequence[int], rest: int) -> int:
        """The literal of what it says, and where it does not answer of `rest`."""
        a, b = literals[self.a], literals[self.b]
        if self.cells in (DIFFER, EQUAL) and not self.kind[1]:
            sign = int(self.says not in (4, 8))
            return pool.add(COUNT, (a ^ sign, b ^ sign ^ int(self.cells == DIFFER), rest), (2, 3))
        return pool.mux(self._test(pool, a, b), self._answer(a, b), rest)

    def _test(self, pool: Pool, a: int, b: int) -> int:
        """Where it answers."""
        if self.cells in (DIFFER, EQUAL):
            return pool.xor(a, b) ^ int(self.cells == EQUAL)
        for literal, cells in ((a, 12), (b, 10)):
            for sign, of in enumerate((cells, 15 ^ cells)):
                if self.cells == of:
                    return literal ^ sign
        cell = self.cells.bit_length() - 1
        return pool.both(a ^ int(not cell & 2), b ^ int(not cell & 1))

    def _answer(self, a: int, b: int) -> int:
        """What it says there."""
        if self.kind[1]:
            return TRUE if self.says else FALSE
        return a ^ int(self.says not in (4, 8)) if self.cells in (5, 10) else b ^ int(self.says not in (2, 8))


@dataclass(frozen=True)
class _Rows:
    """Some rows of equal weight: bits uint8[rows, signals], wanted bool[rows]."""

    bits: Bytes
    wanted: NDArray[np.bool_]

    @classmethod
    def of(cls, pool: Pool, target: Target, literals: Sequence[int], rows: Rows) -> _Rows:
        weights = target.weights[rows]
        even = len(weights) == 0 or bool((weights == weights[0]).all())
        chosen = spread(rows, MOST_ROWS) if even else rows[drawn_by_weight(weights, min(len(rows), MOST_ROWS))]
        return cls(bits_of(pool, literals, chosen), wanted_bytes(target, chosen).view(np.bool_))

    @property
    def most(self) -> bool:
        """What most of them want."""
        return 2 * int(np.count_nonzero(self.wanted)) > len(self.wanted)

    def after(self, links: Iterable[Link]) -> _Rows:
        """Those that no link covers."""
        rows = self
        for link in links:
            left = ~link.of(rows.bits)[0]
            rows = _Rows(rows.bits[left], rows.wanted[left])
        return rows


@dataclass(frozen=True)
class _List:
    """links, and the numbers of the rows that these leave; value: what the links explain, less what they cost."""

    rows: _Rows
    left: Rows
    links: tuple[Link, ...] = ()
    value: int = 0

    @cached_property
    def ones(self) -> int:
        """Rows left that want true."""
        return int(np.count_nonzero(self.rows.wanted[self.left]))

    @property
    def total(self) -> int:
        """The value with a constant for the rows that are left."""
        return self.value + abs(2 * self.ones - len(self.left))

    def longer(self, tolerance: int) -> Iterator[_List]:
        """The lists of one more link; none where all that is left wants the same."""
        from fitness.kernels.networks.decision_lists import best_links  # noqa: PLC0415 - kernels load when needed

        if self.ones in (0, len(self.left)):
            return
        bits, wanted = self.rows.bits[self.left], self.rows.wanted[self.left]
        places = self._places(bits, wanted)
        links = np.zeros((4 * WIDTH, 5), dtype=np.int64)
        columns = pack(np.ascontiguousarray(bits[:, places].T).view(np.bool_))
        least = max(LEAST, len(self.left) // SHARE)
        n = best_links(columns, pack(wanted), len(wanted), least, tolerance, links)
        for value, a, b, cells, says in links[:n].tolist():
            link = Link(places[a], places[b], cells, says)
            left = self.left[~link.of(bits)[0]]
            yield _List(self.rows, left, (*self.links, link), self.value + value - self._cost(link))

    @cached_property
    def used(self) -> set[int]:
        """Signals that a link tests."""
        return {place for link in self.links for place in (link.a, link.b)}

    def _cost(self, link: Link) -> int:
        before = self.links[-1].kind if self.links else None
        again = len({link.a, link.b} & self.used)
        return (0 if link.kind == before else OTHER_KIND) + AGAIN * again

    def _places(self, bits: Bytes, wanted: NDArray[np.bool_]) -> list[int]:
        """Signals that are not constant, of those equal up to complement the first: unused ones, then the others.

        Where there are many, those that tell most about what is wanted.
        """
        ones = bits.sum(axis=0, dtype=np.int64)
        joint = bits[wanted].sum(axis=0, dtype=np.int64)
        n, held = len(wanted), int(np.count_nonzero(wanted))
        tells = np.abs(n * joint - held * ones)
        varying = np.flatnonzero((ones > 0) & (ones < n))
        chosen = varying[np.argsort(-tells[varying], kind="stable")[:MOST_SIGNALS]]
        columns, seen, places = np.ascontiguousarray(bits.T), set[bytes](), list[int]()
        for place in sorted(chosen.tolist(), key=lambda place: (place in self.used, place)):
            key = (columns[place] ^ columns[place, 0]).tobytes()
            if key not in seen:
                seen.add(key)
                places.append(place)
        return places


def decision_list(
    pool: Pool,
    target: Target,
    literals: Sequence[int] | None = None,
    tolerances: Sequence[int] = TOLERANCES,
) -> Grown:
    """The list that grows on all rows at the least tolerance that the prune rows cannot tell from the best.

    literals: what links may test, by default the inputs. The prune rows also say how many links stay, unless none may
    be wrong; without any prune rows all do, and rows that are wrong count as much as links.
    """
    literals = input_literals(pool) if literals is None else list(literals)
    grow, prune, known = (
        _Rows.of(pool, target, literals, rows) for rows in (target.grow, target.prune, known_rows(target))
    )
    if not len(grow.wanted) or not literals:
        return Grown(FALSE)
    found = [_judged(grow, prune, tolerance) for tolerance in looking(tolerances)]
    fewest = min(found)[0]
    _, tolerance, stay = next(one for one in found if one[0] <= fewest + math.sqrt(fewest))
    grown = _grown(known, tolerance)
    links = grown.links[:stay]
    return _built(pool, literals, links, known.after(links).most)


def _grown(rows: _Rows, tolerance: int) -> _List:
    """The list that explains most, by a beam."""
    beam = [_List(rows, np.arange(len(rows.wanted)))]
    best = beam[0]
    for _ in range(MOST_LINKS):
        look()
        longer = dict[bytes, _List]()
        for one in (one for before in beam for one in before.longer(tolerance)):
            key = one.left.tobytes()
            if key not in longer or longer[key].value < one.value:
                longer[key] = one
        if not longer:
            break
        beam = sorted(longer.values(), key=lambda one: -one.value)[:WIDTH]
        best = max([best, *beam], key=lambda one: one.total)
    return best


def _judged(grow: _Rows, prune: _Rows, tolerance: int) -> tuple[int, int, int]:
    """(wrong prune rows, tolerance, links that stay) of the list that grows; links count too where none prune."""
    links = _grown(grow, tolerance).links
    if len(prune.wanted) == 0:
        return _errors(links, grow, grow)[-1] + len(links), tolerance, MOST_LINKS
    errors = _errors(links, grow, prune)
    return min(errors), tolerance, int(np.argmin(errors)) if tolerance else MOST_LINKS


def _errors(links: Sequence[Link], grow: _Rows, judge: _Rows) -> list[int]:
    """Of the first 0, 1, ... links: wrong rows of `judge`, where the rest is what most rows that grow want."""
    wrong, errors = 0, list[int]()
    for link in links:
        errors.append(wrong + int(np.count_nonzero(judge.wanted != grow.most)))
        covered, says = link.of(judge.bits)
        wrong += int(np.count_nonzero((judge.wanted != says)[covered]))
        grow, judge = grow.after([link]), judge.after([link])
    return [*errors, wrong + int(np.count_nonzero(judge.wanted != grow.most))]


def _built(pool: Pool, literals: Sequence[int], links: Sequence[Link], last: bool) -> Grown:
    """Add the links as units, the last first; parts: what each link says of all that come to it."""
    rest, parts = TRUE if last else FALSE, list[int]()
    for link in reversed(links):
        rest = link.built(pool, literals, rest)
        parts.append(rest & ~1)
    return Grown(rest, tuple(dict.fromkeys(part for part in parts if part > TRUE)))
