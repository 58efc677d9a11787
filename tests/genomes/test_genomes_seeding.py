from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given

from genomes.two_level.cover import Cover, CoverSpace
from genomes.two_level.variation.samples import Samples
from genomes.two_level.variation.seeding import add_term, cube_at, random_cover, random_cube, random_length, seeded_cube
from tests.kits import oracle
from tests.kits.oracle import Row
from tests.kits.tables import random_terms, randoms

SPACE = CoverSpace("sop", 70, 2, 6)


def rows_of(rng: random.Random, count: int) -> list[Row]:
    return [[rng.random() < 0.5 for _ in range(70)] for _ in range(count)]


def samples_of(rows: list[Row], *wanted: list[int]) -> Samples:
    packed = np.stack([oracle.packed(row) for row in rows])
    others = [[row for row in range(len(rows)) if row not in each] for each in wanted]
    indices = [tuple(np.array(each, dtype=np.intp) for each in lists) for lists in (wanted, others)]
    return Samples(packed, indices[0], indices[1])


def terms(cubes: list[np.ndarray]) -> list[list[int]]:
    return oracle.terms_of(Cover((np.stack(cubes),)), "sop", 70)[0]


@given(randoms())
def test_a_cube_at_a_row_has_the_asked_inputs_and_is_true_there(rng: random.Random) -> None:
    row = rows_of(rng, 1)[0]
    inputs = rng.sample(range(70), rng.randint(0, 70))
    (term,) = terms([cube_at(oracle.packed(row), np.array(inputs, dtype=np.intp), 70)])
    assert sorted(abs(literal) - 1 for literal in term) == sorted(inputs)
    assert oracle.term_holds(term, row)


@given(randoms())
def test_a_seeded_cube_is_true_at_a_row_that_its_output_wants(rng: random.Random) -> None:
    rows = rows_of(rng, 6)
    samples = samples_of(rows, [1, 4], [0])
    (term,) = terms([seeded_cube(np.random.default_rng(rng.getrandbits(32)), SPACE, samples, 0)])
    assert oracle.term_holds(term, rows[1]) or oracle.term_holds(term, rows[4])
    (term,) = terms([seeded_cube(np.random.default_rng(rng.getrandbits(32)), SPACE, samples, 1)])
    assert oracle.term_holds(term, rows[0])


def test_every_wanted_row_is_a_seed() -> None:
    rows: list[Row] = [[bool(i >> b & 1) for b in range(70)] for i in range(4)]
    samples = samples_of(rows, [0, 1, 3], [])
    seen: Counter[int] = Counter()
    for seed in range(300):
        (term,) = terms([seeded_cube(np.random.default_rng(seed), SPACE, samples, 0)])
        seen.update(i for i, row in enumerate(rows) if oracle.term_holds(term, row))
    assert min(seen[0], seen[1], seen[3]) > 100


def test_where_no_row_is_wanted_a_seeded_cube_is_a_random_one() -> None:
    samples = samples_of(rows_of(random.Random(0), 3), [], [0])
    for seed in range(20):
        seeded = seeded_cube(np.random.default_rng(seed), SPACE, samples, 0)
        assert seeded.tolist() == random_cube(np.random.default_rng(seed), SPACE).tolist()


def test_random_cubes_use_every_literal_and_never_contradict_themselves() -> None:
    drawn = terms([random_cube(np.random.default_rng(seed), SPACE) for seed in range(1000)])
    assert {literal for term in drawn for literal in term} == {s * i for i in range(1, 71) for s in (1, -1)}
    assert all(len({abs(literal) for literal in term}) == len(term) >= 1 for term in drawn)


@pytest.mark.parametrize("n_inputs", [1, 2, 70])
def test_lengths_are_geometric_with_mean_three_cut_at_the_inputs(n_inputs: int) -> None:
    rng = np.random.default_rng(0)
    lengths = [random_length(rng, n_inputs) for _ in range(5000)]
    expected = sum((2 / 3) ** k for k in range(n_inputs))  # sum over k of P(length > k)
    assert np.mean(lengths) == pytest.approx(expected, rel=0.05)
    assert 1 <= min(lengths) <= max(lengths) <= n_inputs


@given(randoms())
def test_adding_appends_one_cube_and_a_full_output_exchanges_one(rng: random.Random) -> None:
    before = random_terms(rng, 70, 2, 6)
    samples = samples_of(rows_of(rng, 4), [0, 1], [2, 3])
    child = add_term(np.random.default_rng(rng.getrandbits(32)), oracle.cover("sop", before, 70), SPACE, samples)
    after = oracle.terms_of(child, "sop", 70)
    changed = [o for o in range(2) if after[o] != before[o]]
    assert len(changed) <= 1
    for o in changed:
        assert len(after[o]) == min(len(before[o]) + 1, 6)
        kept = after[o][:-1]
        assert kept == before[o] or any(kept == before[o][:i] + before[o][i + 1 :] for i in range(6))


def test_nine_of_ten_added_cubes_are_seeded() -> None:
    rng = random.Random(1)
    rows = rows_of(rng, 1)
    samples, empty = samples_of(rows, [0], [0]), oracle.cover("sop", [[], []], 70)
    children = [add_term(np.random.default_rng(seed), empty, SPACE, samples) for seed in range(1000)]
    added = [term for child in children for of_output in oracle.terms_of(child, "sop", 70) for term in of_output]
    true_by_chance = np.mean([0.5 ** len(term) for term in added])
    share = np.mean([oracle.term_holds(term, rows[0]) for term in added])
    assert share == pytest.approx(0.9 + 0.1 * true_by_chance, abs=0.03)


@pytest.mark.parametrize(("max_terms", "most"), [(1, 1), (3, 3), (8, 8), (64, 8)])
def test_random_covers_have_one_to_eight_cubes_each_true_at_a_wanted_row(max_terms: int, most: int) -> None:
    rows = rows_of(random.Random(2), 5)
    samples, space = samples_of(rows, [0, 1], [3]), CoverSpace("sop", 70, 2, max_terms)
    sizes = set()
    for seed in range(100):
        covers = oracle.terms_of(random_cover(np.random.default_rng(seed), space, samples), "sop", 70)
        sizes |= {len(of_output) for of_output in covers}
        assert all(oracle.term_holds(t, rows[0]) or oracle.term_holds(t, rows[1]) for t in covers[0])
        assert all(oracle.term_holds(t, rows[3]) for t in covers[1])
    assert sizes == set(range(1, most + 1))


def test_an_inverted_cover_grows_from_the_rows_that_are_not_wanted() -> None:
    rows = rows_of(random.Random(5), 6)
    samples = samples_of(rows, [1, 4], [0])
    both = CoverSpace("sop", 70, 2, 6, phases=(False, True))
    sides = set()
    for seed in range(20):
        cover = random_cover(np.random.default_rng(seed), both, samples)
        sides.add(cover.inverted)
        for term in oracle.terms_of(cover, "sop", 70)[0]:
            held = {row for row in range(6) if oracle.term_holds(term, rows[row])}
            assert held & ({0, 2, 3, 5} if cover.inverted else {1, 4})
    assert sides == {False, True}
