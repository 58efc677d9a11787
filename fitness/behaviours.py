"""What covers do on the training rows: the rows they get wrong, and a 64-bit hash of everything they answer.

The hash is of the full output, never of a probe: on 256 sampled rows 4 to 22 % of a GA's candidates collide with one
that differs elsewhere (measured). Every predicted word, masked to what counts, is added to a constant of its position
and mixed by the finalizer of SplitMix64 (Steele, Lea, Flood 2014); the sum of the mixed words is mixed once more. Equal
outputs give equal hashes; two different ones collide with probability 2**-64, as two random words would.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fitness.evaluator import Evaluator
from genomes.batch import CoverBatch
from genomes.bits import Words

_GOLDEN = 0x9E3779B97F4A7C15


def behaviours(evaluator: Evaluator, batch: CoverBatch) -> Words:
    """uint64[len(batch)]: equal for covers with the same output on every row that counts."""
    parts = [_hashed(planes & evaluator.split.care) for planes in _predictions(evaluator, batch)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)


def at_price(behaviour: Words, price: NDArray[np.float64]) -> Words:
    """uint64[n] keys of (behaviour, price per literal): what is known about a cover's improvement at that price."""
    return mixed(behaviour + mixed(np.ascontiguousarray(price, dtype=np.float64).view(np.uint64)))


def among(keys: Words, known: Words) -> NDArray[np.bool_]:
    """bool[n]: which keys are in `known`, which ascends."""
    if len(known) == 0:
        return np.zeros(len(keys), dtype=np.bool_)
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.asarray(known[places] == keys)


def wrong_rows(evaluator: Evaluator, batch: CoverBatch) -> Words:
    """uint64[len(batch), words]: rows of `evaluator.split` that a cover gets wrong, packed.

    Several outputs follow one another, so that every output of every row is a case of its own; a row of a multi-class
    task is one case. Rows that do not count, and padding, are right.
    """
    split = evaluator.split
    parts = [(planes ^ split.planes) & split.care for planes in _predictions(evaluator, batch)]
    wrong = np.concatenate(parts) if parts else np.zeros((0, *split.planes.shape), dtype=np.uint64)
    if evaluator.task.kind == "multiclass":
        return np.asarray(np.bitwise_or.reduce(wrong, axis=1), dtype=np.uint64)
    return wrong.reshape(len(wrong), -1)


def mixed(words: Words) -> Words:
    """The finalizer of SplitMix64, word by word."""
    z = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _hashed(planes: Words) -> Words:
    """uint64[genomes, planes, words] -> uint64[genomes]."""
    flat = planes.reshape(len(planes), -1)
    positions = np.arange(1, flat.shape[1] + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
    return mixed(mixed(flat + positions).sum(axis=1, dtype=np.uint64))


def _predictions(evaluator: Evaluator, batch: CoverBatch) -> Iterator[Words]:
    """Predicted planes uint64[at most grain, planes, words], slice by slice: bounds the intermediate rows."""
    for start in range(0, len(batch), batch.grain):
        yield evaluator.predictions(batch.slice(start, min(start + batch.grain, len(batch))))
