"""The counting kernels against plain Booleans, over every size that takes another path."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.kernels.gradient.moves import cover_values
from fitness.kernels.simd.tally import HIGH, SPARE, signed_tally, tally
from fitness.kernels.two_level.fails import fail_planes
from fitness.layouts.sample_major import Layout, sample_major
from genomes.bits import WORD, pack, unpack, valid_words
from genomes.streams import Role, stream
from tests.gradient.brute import Problem, holds, listed, problems


def room(n_words: int, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Work space of `tally`, filled with rubbish: nothing may depend on it."""
    words, found = np.full(n_words + 1, -7), np.full(WORD * n_words + SPARE, -7)
    planes = np.full((HIGH + 4, width), 0x5555, dtype=np.uint64)
    return words, found, planes, np.full(WORD * width, 99, dtype=np.uint64)


@pytest.mark.parametrize("n", [1, 5, 63, 64, 65, 256, 257, 300])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.1, 0.3, 1.0])
def test_a_mask_is_counted_against_every_input(n: int, share: float) -> None:
    rng, n_words, border = stream(n, Role.INITIAL), 40, 13
    inputs = rng.random((WORD * n_words, n)) < rng.random(n)  # shares from 0 to 1: every counter plane is used
    mask = rng.random(WORD * n_words) < share
    rows = np.ascontiguousarray(pack(inputs.T.copy()).T)
    samples, masks = sample_major(rows), np.stack([np.zeros(n_words, dtype=np.uint64), pack(mask)])
    words, found, planes, counts = room(n_words, samples.shape[1])
    first = WORD * border
    total = tally(masks, 1, border, n_words, rows, samples, words, found, planes, counts)
    assert total == mask[first:].sum()
    assert counts[:n].tolist() == inputs[first:][mask[first:]].sum(axis=0).tolist()
    signed = samples.copy()
    signed[first:-1] = ~signed[first:-1]
    *others, ones = room(n_words, samples.shape[1])
    told = signed_tally(masks, 1, border, rows, signed, *others, ones, counts)
    assert told == (mask[:first].sum(), mask[first:].sum())
    expected = inputs[:first][mask[:first]].sum(axis=0) + (~inputs[first:][mask[first:]]).sum(axis=0)
    assert ones[:n].tolist() == expected.tolist()


def test_many_equal_rows_overflow_no_counter() -> None:
    n_words = 300
    rows = np.full((n_words, 3), ~np.uint64(0))
    rows[1::2] = 0
    samples, masks = sample_major(rows), np.full((1, n_words), np.uint64(1 << 63 | 1))
    words, found, planes, counts = room(n_words, 1)
    assert tally(masks, 0, 0, n_words, rows, samples, words, found, planes, counts) == 600
    assert counts[:3].tolist() == [300, 300, 300]


@given(st.integers(0, 10**6), st.integers(0, 45))
@settings(max_examples=60, deadline=None)
def test_covers_are_worth_the_values_of_the_samples_they_share_with_planes(seed: int, width: int) -> None:
    rng = stream(seed, Role.INITIAL)
    covers, planes = rng.integers(0, 2**64, (3, width), dtype=np.uint64), rng.integers(0, 2**64, (2, width), np.uint64)
    values, out = np.array([-1.5, 4.0]), np.empty(3)
    cover_values(covers, planes, values, out)
    for cover, told in zip(covers, out, strict=True):
        shared = [sum((int(a) & int(b)).bit_count() for a, b in zip(cover, plane, strict=True)) for plane in planes]
        assert told == -1.5 * shared[0] + 4.0 * shared[1]


@given(problems())
@settings(max_examples=60, deadline=None)
def test_true_near_and_cover_planes_count_failing_literals_and_true_terms(problem: Problem) -> None:
    terms, n_rows = problem.cover(), len(problem.rows)
    layout = Layout.of(problem.split.inputs, valid_words(n_rows))
    true, near = (np.full((len(terms), len(layout.valid)), 7, dtype=np.uint64) for _ in range(2))
    ge1, ge2 = np.full_like(layout.valid, 7), np.full_like(layout.valid, 7)
    packed = listed(terms)
    fail_planes(layout.lits, packed.literals, packed.lengths, layout.valid, true, near, ge1, ge2)
    n = problem.n
    fails = [[sum(row[lit % n] != (lit < n) for lit in term) for row in problem.rows] for term in terms]
    assert unpack(true, n_rows).tolist() == [[f == 0 for f in of_term] for of_term in fails]
    assert unpack(near, n_rows).tolist() == [[f == 1 for f in of_term] for of_term in fails]
    covered = [sum(holds(row, term) for term in terms) for row in problem.rows]
    assert unpack(ge1, n_rows).tolist() == [c >= 1 for c in covered]
    assert unpack(ge2, n_rows).tolist() == [c >= 2 for c in covered]
    assert not (np.concatenate([true, near, ge1[None], ge2[None]]) & ~layout.valid).any()


@pytest.mark.parametrize("n", [1, 64, 65, 300])
def test_the_three_orders_hold_the_same_bits(n: int) -> None:
    inputs = stream(n, Role.INITIAL).random((n, 200)) < 0.5
    layout = Layout.of(pack(inputs), valid_words(200))
    assert (unpack(layout.lits[:n], 200) == inputs).all() and (unpack(layout.lits[n:], 200) == ~inputs).all()
    assert (layout.rows == layout.lits[:n].T).all()
    assert (unpack(layout.samples, n)[:200] == inputs.T).all()
    assert not layout.samples[200:].any() and (layout.lits & ~layout.valid == 0).all()
