"""Who migrates between islands: terms, for the memetic algorithm, or members of the archive, for the genetic ones.

What travels is what the receiver does not have yet, the best first, and nothing is drawn by lot. So a migration is a
few bytes, and a sender does not send the same twice as long as it is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.search.archive import Archive
from evo.search.context import TwoLevelContext
from evo.search.pricing import best_at_each
from evo.search.state import State
from genomes.batches import Space, concatenate
from genomes.two_level.cover import Cover
from genomes.two_level.term_lists import TermList, joined, without


def best_covers(context: TwoLevelContext, archive: Archive, *, inverted: bool) -> list[Cover]:
    """The archive's best covers on one side at the context's prices, from cheap to dear; none if it has none there."""
    place = (context.n_errors, context.error_column, context.space)
    rows = best_at_each(archive, context.prices[::-1], *place, inverted=inverted)
    return [archive.genomes[row] for row in rows]


def useful_terms(context: TwoLevelContext, covers: Sequence[Cover], output: int) -> TermList:
    """Terms of one output of `covers`.

    A term that serves in more of them comes first, then that of the earlier. Terms every pool has are left out.
    """
    terms = joined([TermList.of_cubes(cover.cubes[output], context.space.n_inputs) for cover in covers])
    terms = terms.take(np.flatnonzero(terms.lengths > int(context.space.votes)))
    _, first, counts = np.unique(terms.hashes(), return_index=True, return_counts=True)
    return terms.take(first[np.lexsort((first, -counts))])


def unknown(terms: TermList, pool: TermList, most: int) -> TermList:
    """The first `most` of the terms that are not in `pool`."""
    fresh = without(terms, pool)
    return fresh.take(range(min(most, len(fresh))))


def migrants_of(
    state: State[Any],
    origins: Sequence[State[Any]],
    most: int,
    *,
    spread: bool,
    key: Callable[[Any], bytes] = Cover.key,
) -> list[NDArray[np.intp]]:
    """Rows of each origin's archive that migrate: up to `most` genomes that neither the population nor another has.

    Together they are half the population at most. spread: all along the archive, else the best errors; key: equal for
    genomes that are the same.
    """
    room = len(state.population) // 2
    each = min(most, max(1, room // max(1, len(origins))))
    seen = {key(genome) for genome in state.population}
    groups = []
    for origin in origins:
        keys = [key(genome) for genome in origin.archive.genomes]
        rows = np.array([row for row, known in enumerate(keys) if known not in seen], dtype=np.intp)
        places = np.linspace(0, len(rows) - 1, each).round() if spread and len(rows) > each else np.arange(each)
        chosen = rows[places.astype(np.intp)[: len(rows)]][:room]
        room -= len(chosen)
        seen.update(keys[row] for row in chosen)
        groups.append(chosen)
    return groups


def inserted(
    state: State[Any],
    origins: Sequence[State[Any]],
    groups: Sequence[NDArray[np.intp]],
    places: NDArray[np.intp],
    space: Space,
) -> State[Any]:
    """The state with the groups' members, in order, in the `places` of its population."""
    pairs = list(zip(origins, groups, strict=True))
    arrived = [origin.archive.genomes.take(group, space) for origin, group in pairs]
    objectives = [origin.archive.objectives[group] for origin, group in pairs]
    rows = np.arange(len(state.population))
    rows[places] = len(rows) + np.arange(len(places))
    pool, values = reduce(concatenate, arrived, state.population), np.concatenate([state.objectives, *objectives])
    return replace(state, population=pool.take(rows, space), objectives=values[rows])
