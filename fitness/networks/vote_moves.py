"""Weights and biases of classes that vote, moved by one, each with the errors that this saves, exactly.

A class that gets one vote more or less wins, or loses, exactly where its score and the best other one are that close.
Those rows are one plane per class and direction; a vote's weight moves the score where its literal holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fitness.networks.move import HEADS, Move, Vote
from fitness.networks.objective import Standing, Wish
from genomes.bits import pack, unpack
from genomes.circuits.graph import TRUE
from genomes.networks.units import MOST_WEIGHT

_FAR = np.iinfo(np.int64).min


def weight_moves(standing: Standing, wrong: Wish) -> Iterator[Move]:
    """The best vote of each class to count one more, and one less, and its bias; wrong: of `Standing.vote_wish`."""
    network, valid = standing.network, standing.rows.valid
    ranks, wanted = _ranks(standing), _wanted(standing)
    literals, weights = network.head_literals.tolist(), network.head_weights.tolist()
    for c, (start, stop) in enumerate(pairwise(network.head_starts.tolist())):
        own, sizes = [TRUE, *literals[start:stop]], [int(network.biases[c]), *weights[start:stop]]
        columns = np.stack([valid, *map(standing.column, own[1:])])
        for step in (1, -1):
            plane = pack(_turned(ranks, wanted, c, step)[None]) & valid
            gains = np.where(np.abs(np.array(sizes) + step) <= MOST_WEIGHT, wrong.toggled(columns & plane), _FAR)
            for place in {0, int(np.argmax(gains[1:])) + 1} if len(own) > 1 else {0}:
                if gains[place] > _FAR:
                    yield Move(int(gains[place]), 0, HEADS, Vote(c, own[place], step))


def _ranks(standing: Standing) -> NDArray[np.int64]:
    """int64[classes, 64 W]: what classes are compared by, the score first, then the place in the order of ties."""
    network, space = standing.network, standing.space
    order = np.argsort(np.array(space.prior), kind="stable")
    scores = np.repeat(network.biases.astype(np.int64)[:, None], 64 * len(standing.rows.valid), axis=1)
    for c, (start, stop) in enumerate(pairwise(network.head_starts.tolist())):
        for place in range(start, stop):
            column = standing.column(int(network.head_literals[place]))
            scores[c] += int(network.head_weights[place]) * unpack(column[None], scores.shape[1])[0]
    return np.asarray(scores * space.n_heads - order[:, None])


def _wanted(standing: Standing) -> NDArray[np.bool_]:
    """bool[classes, 64 W]."""
    columns = standing.rows.inputs[standing.space.n_inputs :]
    return unpack(columns, 64 * columns.shape[1])


def _turned(ranks: NDArray[np.int64], wanted: NDArray[np.bool_], c: int, step: int) -> NDArray[np.bool_]:
    """Rows that turn wrong or right where class c counts `step` more."""
    others = ranks.copy()
    others[c] = _FAR
    second = others.argmax(axis=0)
    most = others.max(axis=0)
    changes = (ranks[c] > most) != (ranks[c] + step * len(ranks) > most)
    rows = np.arange(ranks.shape[1])
    return np.asarray(changes & (wanted[c] != wanted[second, rows]))
