"""Counts of a mask against every input and a term's planes, against plain Booleans, over sizes with other paths."""

from __future__ import annotations

import numpy as np
import pytest

from fitness.kernels.simd.tally import HIGH, SPARE, tally
from fitness.kernels.two_level.term_planes import term_planes
from fitness.layouts.sample_major import sample_major
from fitness.layouts.weighted_words import NO_WEIGHTS
from genomes.bits import WORD, pack, unpack, valid_words
from genomes.streams import Role, stream


def room(n_words: int, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Work space of `tally`, filled with rubbish: nothing may depend on it."""
    words, numbers = np.full(n_words + 1, -7), np.full(WORD * n_words + SPARE, -7)
    planes = np.full((HIGH + 4, width), 0x5555, dtype=np.uint64)
    return words, numbers, planes, np.full(WORD * width, 99, dtype=np.uint64)


@pytest.mark.parametrize("n", [1, 5, 63, 64, 65, 256, 257, 300])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.1, 0.3, 1.0])
def test_a_mask_is_counted_against_every_input(n: int, share: float) -> None:
    rng, n_words, border = stream(n, Role.INITIAL), 40, 13
    inputs = rng.random((WORD * n_words, n)) < rng.random(n)  # shares from 0 to 1: every counter plane is used
    mask = rng.random(WORD * n_words) < share
    rows = np.ascontiguousarray(pack(inputs.T.copy()).T)
    samples, masks = sample_major(rows), np.stack([np.zeros(n_words, dtype=np.uint64), pack(mask)])
    words, numbers, planes, counts = room(n_words, samples.shape[1])
    first = WORD * border
    total = tally(masks, 1, border, n_words, rows, samples, NO_WEIGHTS, words, numbers, planes, counts)
    assert total == mask[first:].sum()
    assert counts[:n].tolist() == inputs[first:][mask[first:]].sum(axis=0).tolist()


def test_a_weighted_mask_is_counted_by_the_weights_of_its_words() -> None:
    rng, n_words, n = stream(3, Role.INITIAL), 40, 70
    inputs, mask = rng.random((WORD * n_words, n)) < 0.5, rng.random(WORD * n_words) < 0.1
    rows, weights = np.ascontiguousarray(pack(inputs.T.copy()).T), rng.integers(1, 2**33, n_words).astype(np.uint64)
    samples, of_sample = sample_major(rows), np.repeat(weights, WORD).astype(np.int64) * mask
    work = room(n_words, samples.shape[1])
    assert tally(pack(mask)[None], 0, 5, n_words, rows, samples, weights, *work) == of_sample[5 * WORD :].sum()
    assert work[-1][:n].tolist() == (of_sample[5 * WORD :] @ inputs[5 * WORD :]).tolist()


def test_many_equal_rows_overflow_no_counter() -> None:
    n_words = 300
    rows = np.full((n_words, 3), ~np.uint64(0))
    rows[1::2] = 0
    samples, masks = sample_major(rows), np.full((1, n_words), np.uint64(1 << 63 | 1))
    words, numbers, planes, counts = room(n_words, 1)
    assert tally(masks, 0, 0, n_words, rows, samples, NO_WEIGHTS, words, numbers, planes, counts) == 600
    assert counts[:3].tolist() == [300, 300, 300]


@pytest.mark.parametrize("n_rows", [1, 64, 250, 1024, 1500, 2300])
@pytest.mark.parametrize("length", [0, 1, 2, 5])
def test_a_terms_planes_hold_the_rows_where_no_literal_fails_and_where_one_does(n_rows: int, length: int) -> None:
    rng, n = stream(n_rows, Role.INITIAL, slot=length), 7
    inputs, valid = rng.random((n_rows, n)) < 0.5, valid_words(n_rows)
    packed, within = pack(inputs.T.copy()), pack(rng.random(n_rows) < 0.9)
    lits = np.concatenate([packed, ~packed & valid])
    term = (rng.permutation(n)[:5] + n * (rng.random(5) < 0.5)).astype(np.int32)
    true, near = np.full_like(valid, 7), np.full_like(valid, 7)
    term_planes(lits, term, length, within, true, near)
    fails = sum((inputs[:, lit % n] != (lit < n)).astype(int) for lit in term[:length].tolist()) + np.zeros(n_rows, int)
    counted = unpack(within, n_rows)
    assert (unpack(true, n_rows) == (counted & (fails == 0))).all()
    assert (unpack(near, n_rows) == (counted & (fails == 1))).all()
    assert not ((true | near) & ~valid).any()


@pytest.mark.parametrize("n", [1, 64, 65, 300])
def test_sample_major_rows_hold_the_same_bits(n: int) -> None:
    inputs = stream(n, Role.INITIAL).random((n, 200)) < 0.5
    samples = sample_major(np.ascontiguousarray(pack(inputs).T))
    assert (unpack(samples, n)[:200] == inputs.T).all() and not samples[200:].any()
    assert samples.shape[1] == 1 or samples.shape[1] % 4 == 0
