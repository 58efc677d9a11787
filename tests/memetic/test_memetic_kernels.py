"""The compiled kernels against brute force on lists of Booleans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numba import njit

from fitness.data.dataset import Split
from fitness.data.row_weights import RowWeights
from fitness.kernels.simd.plane_vectors import masked_count_in
from fitness.kernels.simd.tally import HIGH, SPARE
from fitness.kernels.two_level.beam import SLOTS, grow_many, grow_terms
from fitness.kernels.two_level.descent import cover_value, descend, descend_term
from fitness.kernels.two_level.set_cover import objective, recombine
from fitness.kernels.two_level.term_planes import fill_covers, term_planes
from fitness.kernels.words import below, count_words, mixed, shuffle, uniform, weigh_inputs, weigh_words
from fitness.layouts.binary import BinaryLayout
from fitness.layouts.cache import LayoutCache
from fitness.layouts.term_store import TermStore
from fitness.layouts.weighted_words import WordOrder
from genomes.bits import pack, splitmix, unpack
from genomes.streams import Role, stream
from genomes.two_level.spec import Kind
from genomes.two_level.term_lists import LONGEST, TermList, distinct, without


@dataclass(frozen=True)
class Case:
    """A small problem in both worlds: packed for the kernels, Boolean for the oracle; half of them have weights."""

    inputs: np.ndarray
    on_set: np.ndarray
    layout: BinaryLayout
    weights: np.ndarray
    weighted: bool

    def holds(self, term: list[int]) -> np.ndarray:
        n = self.inputs.shape[1]
        truth = np.ones(len(self.inputs), dtype=bool)
        for literal in term:
            truth &= self.inputs[:, literal % n] == (literal < n)
        return truth

    def value(self, terms: list[list[int]], kappa: float, lam: float) -> float:
        covered = np.zeros(len(self.inputs), dtype=bool)
        for term in terms:
            covered |= self.holds(term)
        missed, wrong = self.mass(~covered & self.on_set), self.mass(covered & ~self.on_set)
        return float(missed + kappa * wrong + lam * sum(len(term) + 1 for term in terms))

    def mass(self, truth: np.ndarray) -> int:
        return int(self.weights[truth].sum())

    def split(self) -> Split:
        n_rows = len(self.inputs)
        weights = RowWeights(self.weights, 1.0) if self.weighted else None
        every = pack(np.ones((1, n_rows), bool))
        return Split(n_rows, pack(self.inputs.T.copy()), pack(self.on_set[None]), every, weights)


NOTHING = Split(0, *(np.zeros((1, 0), dtype=np.uint64) for _ in range(3)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    rng = stream(draw(st.integers(0, 10**6)), Role.INITIAL)
    n_rows, n = draw(st.integers(1, 150)), draw(st.integers(1, 9))
    inputs, wanted = rng.random((n_rows, n)) < 0.5, rng.random(n_rows) < draw(st.sampled_from([0.1, 0.5, 0.9]))
    weighted, ones = draw(st.booleans()), np.ones(n_rows, dtype=np.int64)
    weights = rng.choice(rng.integers(1, 1000, size=3), n_rows) if weighted else ones
    drawn = Case(inputs, wanted, BinaryLayout.of(NOTHING, 0, "sop"), weights, weighted)
    return replace(drawn, layout=BinaryLayout.of(drawn.split(), 0, "sop"))


def random_terms(case: Case, rng: np.random.Generator, k: int) -> list[list[int]]:
    n = case.inputs.shape[1]
    terms = []
    for _ in range(k):
        chosen = rng.choice(n, size=int(rng.integers(0, n + 1)), replace=False)
        terms.append([int(i) + n * int(rng.random() < 0.5) for i in chosen])
    return terms


def rows_of(terms: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    literals = np.full((max(1, len(terms)), LONGEST), -1, dtype=np.int32)
    for row, term in enumerate(terms):
        literals[row, : len(term)] = term
    return literals, np.array([len(term) for term in terms], dtype=np.int64)


def lists_of(literals: np.ndarray, lengths: np.ndarray, k: int) -> list[list[int]]:
    return [literals[t, : lengths[t]].tolist() for t in range(k)]


def covers_of(case: Case, terms: list[list[int]]) -> np.ndarray:
    literals, lengths = rows_of(terms)
    covers = np.zeros((len(terms), len(case.layout.valid)), dtype=np.uint64)
    fill_covers(case.layout.lits, case.layout.valid, literals, lengths, covers)
    return covers


def sorted_truth(case: Case, truth: np.ndarray) -> np.ndarray:
    """Booleans per sample in the bench's order: wanted samples first, each part shuffled and padded to whole words."""
    if case.weighted:
        parts = [WordOrder.of(np.flatnonzero(part), case.weights).shuffled() for part in (case.on_set, ~case.on_set)]
        return np.concatenate([pack(truth[part.samples] & part.present) for part in parts])
    order = bench_order(case)
    wanted, rest = order[case.on_set[order]], order[~case.on_set[order]]
    return np.concatenate([pack(truth[wanted]), pack(truth[rest])])


def bench_order(case: Case) -> np.ndarray:
    """The fixed order of samples: by a random word each."""
    return np.argsort(splitmix(np.arange(len(case.inputs))), kind="stable")


def test_popcount_counts_set_bits() -> None:
    for word in (0, 1, 2**63, 2**64 - 1, 0x5555555555555555):
        assert count_words(np.array([word], dtype=np.uint64), 0, 1) == word.bit_count()


@given(cases(), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_counts_equal_brute_force(case: Case, seed: int) -> None:
    rng = stream(seed, Role.INITIAL)
    mask = rng.random(len(case.inputs)) < 0.5
    words, counts = sorted_truth(case, mask), np.empty(case.inputs.shape[1], dtype=np.uint64)
    layout, inside = case.layout, mask & case.on_set
    total = weigh_inputs(words, layout.rows, layout.weights, 0, layout.wp, counts)
    assert total == case.mass(inside) == weigh_words(words, layout.weights, 0, layout.wp)
    assert counts.tolist() == (case.weights[inside] @ case.inputs[inside]).tolist()


@given(cases(), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_true_and_near_planes_equal_brute_force(case: Case, seed: int) -> None:
    term = random_terms(case, stream(seed, Role.INITIAL), 1)[0]
    literals, lengths = rows_of([term])
    true, near = np.empty_like(case.layout.valid), np.empty_like(case.layout.valid)
    term_planes(case.layout.lits, literals[0], lengths[0], case.layout.valid, true, near)
    n = case.inputs.shape[1]
    fails = np.array([[row[lit % n] != (lit < n) for lit in term] for row in case.inputs], dtype=bool)
    failing = fails.sum(axis=1) if term else np.zeros(len(case.inputs), dtype=int)
    assert (true == sorted_truth(case, failing == 0)).all()
    assert (near == sorted_truth(case, failing == 1)).all()


@given(cases(), st.integers(0, 10**6), st.sampled_from([0, 1, 2]), st.sampled_from([0.5, 1.0]))
@settings(max_examples=40, deadline=None)
def test_a_beam_finds_terms_that_hold_at_its_seed(case: Case, seed: int, kind: int, share: float) -> None:
    if not case.on_set.any():
        return
    layout, n = case.layout, case.inputs.shape[1]
    literals, lengths = np.full((SLOTS, LONGEST), -1, dtype=np.int32), np.zeros(SLOTS, dtype=np.int64)
    state = np.array([seed], dtype=np.uint64)
    grow_terms(
        layout.lits, layout.rows, layout.wp, layout.weights, layout.valid, 0, 4, min(6, n), kind, 1.0, 0.5, share,
        layout.legal, layout.zobrist, literals, lengths, state,
    )  # fmt: skip
    first = pack(np.arange(len(layout.valid) * 64) == 0)
    (seed_row,) = [
        r for r in range(len(case.inputs)) if (sorted_truth(case, np.arange(len(case.inputs)) == r) == first).all()
    ]
    at_seed = case.inputs[seed_row]
    for t in range(SLOTS):
        term = literals[t, : lengths[t]].tolist()
        assert len({literal % n for literal in term}) == len(term)
        assert all(at_seed[literal % n] == (literal < n) for literal in term)


def neighbours(case: Case, terms: list[list[int]]) -> list[list[list[int]]]:
    """Every cover one exact move away: a literal added, removed or swapped in one term, or a term dropped."""
    n = case.inputs.shape[1]
    found = []
    for t, term in enumerate(terms):
        others = terms[:t] + terms[t + 1 :]
        found.append(others)
        used = {literal % n for literal in term}
        for literal in range(2 * n):
            if literal % n not in used:
                found.append([*others, [*term, literal]])
        for j in range(len(term)):
            rest = term[:j] + term[j + 1 :]
            found.append([*others, rest])
            in_rest = {literal % n for literal in rest}
            found += [[*others, [*rest, literal]] for literal in range(2 * n) if literal % n not in in_rest]
    return found


@given(cases(), st.integers(0, 10**6), st.sampled_from([1.0, 3.0]), st.sampled_from([0.0, 0.5, 2.0]))
@settings(max_examples=40, deadline=None)
def test_descent_never_worsens_and_ends_where_no_single_move_gains(
    case: Case, seed: int, kappa: float, lam: float
) -> None:
    terms = random_terms(case, stream(seed, Role.INITIAL), 3)
    literals, lengths = rows_of(terms)
    state = np.array([seed], dtype=np.uint64)
    layout = case.layout
    problem = layout.lits, layout.rows, layout.samples, layout.legal, layout.wp, layout.weights, layout.valid
    k = descend(*problem, literals, lengths, 3, kappa, lam, 1000, state)
    after = lists_of(literals, lengths, k)
    reached = case.value(after, kappa, lam)
    assert reached <= case.value(terms, kappa, lam) + 1e-6
    assert all(case.value(other, kappa, lam) >= reached - 1e-6 for other in neighbours(case, after))


@given(cases(), st.integers(0, 10**6), st.sampled_from([1.0, 4.0]))
@settings(max_examples=40, deadline=None)
def test_the_descents_value_of_a_term_is_that_of_brute_force(case: Case, seed: int, kappa: float) -> None:
    term = random_terms(case, stream(seed, Role.INITIAL), 1)[0]
    literals, lengths = rows_of([term])
    layout, n_words, width = case.layout, len(case.layout.valid), case.layout.samples.shape[1]
    planes, adders = np.empty((3, n_words), dtype=np.uint64), np.empty((HIGH + 4, width), dtype=np.uint64)
    words, found = np.empty(n_words + 1, dtype=np.int64), np.empty(64 * n_words + SPARE, dtype=np.int64)
    length, value = descend_term(
        layout.lits, layout.rows, layout.samples, layout.legal, layout.wp, layout.weights, layout.valid, literals[0],
        lengths[0], kappa, 0.5, planes, words, found, adders, np.empty((4, 64 * width), dtype=np.uint64),
    )  # fmt: skip
    truth = case.holds(literals[0, :length].tolist())
    expected = case.mass(truth & case.on_set) - kappa * case.mass(truth & ~case.on_set) - 0.5 * (length + 1)
    assert abs(value - expected) < 1e-6


@given(cases(), st.integers(0, 10**6), st.sampled_from([1.0, 4.0]), st.sampled_from([0.25, 1.0]))
@settings(max_examples=40, deadline=None)
def test_recombination_never_worsens_and_its_objective_is_exact(
    case: Case, seed: int, kappa: float, lam: float
) -> None:
    rng = stream(seed, Role.INITIAL)
    pool = random_terms(case, rng, 12)
    covers, (_, lengths) = covers_of(case, pool), rows_of(pool)
    truths = [case.holds(term) for term in pool]
    positives, negatives = (
        np.array([case.mass(truth & side) for truth in truths]) for side in (case.on_set, ~case.on_set)
    )
    chosen = np.zeros(5, dtype=np.int64)
    chosen[:2] = (0, 1)
    n_on, state = case.mass(case.on_set), np.array([seed], dtype=np.uint64)
    rows = np.array([0, 1, *np.flatnonzero(rng.random(10) < 0.7) + 2])
    sizes = lengths, positives, negatives
    k = recombine(covers, *sizes, rows, case.layout.wp, case.layout.weights, n_on, kappa, lam, chosen, 2, 6, state)
    assert k <= 5 and len(set(chosen[:k].tolist())) == k
    assert set(chosen[:k].tolist()) <= set(rows.tolist())
    after = case.value([pool[t] for t in chosen[:k]], kappa, lam)
    assert after <= case.value(pool[:2], kappa, lam) + 1e-6
    scratch = np.empty(len(case.layout.valid), dtype=np.uint64)
    told = objective(covers, lengths, chosen, k, case.layout.wp, case.layout.weights, n_on, kappa, lam, scratch)
    assert abs(told - after) < 1e-6


@given(cases(), st.integers(0, 10**6), st.sampled_from([1.0, 4.0]), st.sampled_from([0.25, 1.0]))
@settings(max_examples=40, deadline=None)
def test_without_rounds_recombination_takes_the_best_term_until_none_gains(
    case: Case, seed: int, kappa: float, lam: float
) -> None:
    pool = random_terms(case, stream(seed, Role.INITIAL), 30)
    covers, (_, lengths) = covers_of(case, pool), rows_of(pool)
    truths = [case.holds(term) for term in pool]
    expected: list[int] = []
    while len(expected) < 4:
        taken = [pool[t] for t in expected]
        now = case.value(taken, kappa, lam)
        gains = [now - case.value([*taken, term], kappa, lam) for term in pool]
        if max(gains) <= 1e-9:
            break
        expected.append(gains.index(max(gains)))
    chosen, state = np.zeros(4, dtype=np.int64), np.array([seed], dtype=np.uint64)
    p, q = (np.array([case.mass(truth & side) for truth in truths]) for side in (case.on_set, ~case.on_set))
    n_on, pool_rows, weights = case.mass(case.on_set), np.arange(30), case.layout.weights
    k = recombine(covers, lengths, p, q, pool_rows, case.layout.wp, weights, n_on, kappa, lam, chosen, 0, 0, state)
    assert case.value([pool[t] for t in chosen[:k]], kappa, lam) <= case.value([pool[t] for t in expected], kappa, lam)
    assert set(chosen[:k].tolist()) <= set(expected)


COUNT: Any = masked_count_in  # an intrinsic has no Python signature
COUNT_IN: Any = njit(lambda masks, others, first, last: COUNT(masks, 1, others, 2, first, last))


@given(st.integers(0, 10**6), st.integers(0, 80), st.integers(0, 80))
@settings(max_examples=40, deadline=None)
def test_common_samples_are_counted_in_any_range_of_words(seed: int, first: int, words: int) -> None:
    rng = stream(seed, Role.INITIAL)
    masks, others = (rng.integers(0, 2**64, size=(3, first + words + 5), dtype=np.uint64) for _ in range(2))
    told = COUNT_IN(masks, others, first, first + words)
    common = unpack(masks[1] & others[2], 64 * masks.shape[1])
    assert told == common[64 * first : 64 * (first + words)].sum()


def test_the_small_generator_is_uniform_and_shuffles_to_permutations() -> None:
    state = np.array([7], dtype=np.uint64)
    draws = np.array([uniform(state) for _ in range(4000)])
    assert draws.min() >= 0 and draws.max() < 1 and abs(draws.mean() - 0.5) < 0.03
    assert {int(below(state, 3)) for _ in range(200)} == {0, 1, 2}
    values = np.arange(20)
    shuffle(state, values)
    assert sorted(values.tolist()) == list(range(20))


@given(cases())
@settings(max_examples=40, deadline=None)
def test_a_layout_holds_both_polarities_sorted_by_label_and_no_padding(case: Case) -> None:
    layout, n = case.layout, case.inputs.shape[1]
    assert (layout.n_on, layout.n_off) == (case.mass(case.on_set), case.mass(~case.on_set))
    assert count_words(layout.valid.copy(), 0, len(layout.valid)) == len(case.inputs)
    for i in range(n):
        assert (layout.lits[i] == sorted_truth(case, case.inputs[:, i])).all()
        assert (layout.lits[n + i] == sorted_truth(case, ~case.inputs[:, i])).all()
        assert (layout.rows[:, i] == layout.lits[i]).all()


@given(cases(), st.sampled_from([0.1, 0.5, 1.0]))
@settings(max_examples=40, deadline=None)
def test_a_part_of_a_layout_holds_the_first_words_of_either_label_in_all_orders(case: Case, share: float) -> None:
    layout, n = case.layout, case.inputs.shape[1]
    part = layout.part(share)
    first, second = (int(np.ceil(share * words)) for words in (layout.wp, len(layout.valid) - layout.wp))
    words = [*range(first), *range(layout.wp, layout.wp + second)]
    assert part.lits.tolist() == layout.lits[:, words].tolist()
    assert part.rows.tolist() == part.lits[:n].T.tolist()
    assert part.weights.tolist() == (layout.weights[words].tolist() if case.weighted else [])
    for word in range(len(words)):
        flags = unpack(np.ascontiguousarray(part.rows[word]).reshape(n, 1), 64)
        assert (unpack(part.samples[64 * word : 64 * word + 64], n) == flags.T).all()
    assert not part.samples[-1].any() and len(part.samples) == 64 * len(words) + 1


@given(cases(), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_term_lists_and_cubes_hold_the_same_terms(case: Case, seed: int) -> None:
    n = case.inputs.shape[1]
    literals, lengths = rows_of(random_terms(case, stream(seed, Role.INITIAL), 6))
    terms = TermList.of(literals, lengths)
    back = TermList.of_cubes(terms.cubes(n), n)
    assert (back.literals == terms.literals).all() and (back.lengths == terms.lengths).all()
    assert unpack(terms.cubes(n), n).sum() == lengths.sum()


@given(cases(), st.integers(0, 10**6), st.sampled_from([0.0, 1.0]))
@settings(max_examples=30, deadline=None)
def test_beams_from_several_samples_give_sorted_terms_that_can_pay_for_their_literals(
    case: Case, seed: int, lam: float
) -> None:
    layout, n = case.layout, case.inputs.shape[1]
    n_seeds = min(3, int(case.on_set.sum()))
    literals, lengths = np.empty((SLOTS * 3, LONGEST), dtype=np.int32), np.zeros(SLOTS * 3, dtype=np.int64)
    state = np.array([seed], dtype=np.uint64)
    seeds = np.flatnonzero(unpack(layout.valid, 64 * len(layout.valid)))[:n_seeds]
    k = grow_many(
        layout.lits, layout.rows, layout.wp, layout.weights, layout.valid, seeds, 4, min(6, n), 1.0, lam, layout.legal,
        layout.zobrist, literals, lengths, state,
    )  # fmt: skip
    for t in range(k):
        term = literals[t, : lengths[t]].tolist()
        assert term == sorted(term) and (literals[t, lengths[t] :] == -1).all()
        assert case.mass(case.holds(term) & case.on_set) > lam * (len(term) + 1)


@given(cases(), st.integers(0, 10**6), st.sampled_from([1.0, 4.0]))
@settings(max_examples=30, deadline=None)
def test_a_covers_value_is_exact_and_its_hash_is_that_of_what_it_covers(case: Case, seed: int, kappa: float) -> None:
    terms = random_terms(case, stream(seed, Role.INITIAL), 3)
    literals, lengths = rows_of(terms)
    layout = case.layout
    value, semantic_hash = cover_value(
        layout.lits, layout.wp, layout.weights, layout.valid, layout.n_on, literals, lengths, 3, kappa, 0.5
    )
    assert abs(value - case.value(terms, kappa, 0.5)) < 1e-6
    covered = np.any([case.holds(term) for term in terms], axis=0)
    assert semantic_hash == mixed(sorted_truth(case, covered))


@given(cases(), st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_a_store_gives_equal_terms_one_row_and_computes_what_they_cover(case: Case, seed: int) -> None:
    rng = stream(seed, Role.INITIAL)
    store = TermStore(case.layout)
    for _ in range(3):
        literals, lengths = rows_of(random_terms(case, rng, 6))
        terms = TermList.of(literals, lengths)
        rows = store.add(terms)
        assert rows.tolist() == store.add(terms).tolist()
        assert len(set(rows.tolist())) == len(distinct(terms)) == len({tuple(row) for row in terms.literals.tolist()})
        assert len(without(terms, terms.take([0]))) < 6
        for row, literal_row, length in zip(rows, terms.literals, terms.lengths, strict=True):
            assert (store.covers[row] == sorted_truth(case, case.holds(literal_row[:length].tolist()))).all()
            truth = case.holds(literal_row[:length].tolist())
            assert store.positives[row] == case.mass(truth & case.on_set)
            assert store.negatives[row] == case.mass(truth & ~case.on_set)


def one_sided(case: Case, seed: int) -> BinaryLayout:
    """The case's bench with some literals forbidden, never both of an input."""
    signs = stream(seed, Role.VARIATION).integers(-1, 2, size=case.inputs.shape[1]).tolist()
    layout = BinaryLayout.of(case.split(), 0, "sop", signs=signs)
    assert layout.legal.tolist() == [sign >= 0 for sign in signs] + [sign <= 0 for sign in signs]
    return layout


@given(cases(), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_beams_use_legal_literals_only(case: Case, seed: int) -> None:
    layout, n = one_sided(case, seed), case.inputs.shape[1]
    assume(case.on_set.any())
    literals, lengths = np.full((4 * SLOTS, LONGEST), -1, dtype=np.int32), np.zeros(4 * SLOTS, dtype=np.int64)
    seeds, state = np.zeros(4, dtype=np.int64), np.array([seed], dtype=np.uint64)
    k = grow_many(
        layout.lits, layout.rows, layout.wp, layout.weights, layout.valid, seeds, 4, min(6, n), 1.0, 0.1, layout.legal,
        layout.zobrist, literals, lengths, state,
    )  # fmt: skip
    assert all(layout.legal[literal] for term in lists_of(literals, lengths, k) for literal in term)


@given(cases(), st.integers(0, 10**6), st.sampled_from([0.0, 0.5]))
@settings(max_examples=40, deadline=None)
def test_descent_ends_where_no_single_legal_move_gains(case: Case, seed: int, lam: float) -> None:
    layout = one_sided(case, seed)
    drawn = random_terms(case, stream(seed, Role.INITIAL), 3)
    terms = [[literal for literal in term if layout.legal[literal]] for term in drawn]
    literals, lengths = rows_of(terms)
    state = np.array([seed], dtype=np.uint64)
    problem = layout.lits, layout.rows, layout.samples, layout.legal, layout.wp, layout.weights, layout.valid
    after = lists_of(literals, lengths, descend(*problem, literals, lengths, 3, 1.0, lam, 1000, state))
    assert all(layout.legal[literal] for term in after for literal in term)
    reached = case.value(after, 1.0, lam)
    allowed = [n for n in neighbours(case, after) if all(layout.legal[literal] for term in n for literal in term)]
    assert all(case.value(other, 1.0, lam) >= reached - 1e-6 for other in allowed)


@given(cases(), st.integers(0, 10**6), st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_descent_makes_no_term_longer_than_its_rows(case: Case, seed: int, longest: int) -> None:
    terms = [term[:longest] for term in random_terms(case, stream(seed, Role.INITIAL), 3)]
    literals, lengths = rows_of(terms)
    narrow, layout = literals[:, :longest].copy(), case.layout
    problem = layout.lits, layout.rows, layout.samples, layout.legal, layout.wp, layout.weights, layout.valid
    k = descend(*problem, narrow, lengths, 3, 1.0, 0.1, 1000, np.array([seed], dtype=np.uint64))
    assert (lengths[:k] <= longest).all()
    assert case.value(lists_of(narrow, lengths, k), 1.0, 0.1) <= case.value(terms, 1.0, 0.1) + 1e-6


@pytest.mark.parametrize("kind", ["sop", "pos"])
@pytest.mark.parametrize("inverted", [False, True])
def test_cubes_rise_with_the_output_only_where_they_cover_its_ones(kind: Kind, inverted: bool) -> None:
    split = Split(
        2, pack(np.array([[0, 1], [1, 0]], bool)), pack(np.array([[0, 1]], bool)), pack(np.ones((1, 2), bool))
    )
    layout = BinaryLayout.of(split, 0, kind, inverted=inverted, signs=(1, -1))
    expected = [True, False, False, True] if (kind == "sop") != inverted else [False, True, True, False]
    assert layout.legal.tolist() == expected
    assert LayoutCache(split, kind, (1, -1)).view(0, inverted=inverted).layout.legal.tolist() == expected
