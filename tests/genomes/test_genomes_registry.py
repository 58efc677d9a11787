from __future__ import annotations

import random
from collections import Counter
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given

from genomes.two_level.cover import Cover, CoverSpace, canonical
from genomes.two_level.variation import registry
from genomes.two_level.variation.choice import random_output, random_term
from genomes.two_level.variation.crossover import mix_terms
from genomes.two_level.variation.registry import MUTATIONS, mutate
from tests.kits import oracle
from tests.kits.cover_cases import samples_for
from tests.kits.tables import random_terms, randoms

SPACE = CoverSpace("sop", 5, 2, 4)
SAMPLES = samples_for(SPACE)


def test_frequencies_are_shares_of_one() -> None:
    frequencies = [frequency for _, frequency in MUTATIONS.values()]
    assert sum(frequencies) == pytest.approx(1.0, abs=1e-12)
    assert all(frequency > 0 for frequency in frequencies)


def test_operators_are_drawn_by_frequency_two_per_mutation(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()

    def recording(name: str) -> registry.Mutation:
        def operator(rng: np.random.Generator, cover: Cover, *_: object) -> Cover:
            calls[name] += 1
            return cover

        return operator

    recorders = {name: (recording(name), frequency) for name, (_, frequency) in MUTATIONS.items()}
    monkeypatch.setattr(registry, "MUTATIONS", MappingProxyType(recorders))
    rng, cover = np.random.default_rng(0), oracle.cover("sop", [[], []], 5)
    for _ in range(5000):
        before = calls.total()
        mutate(rng, cover, SPACE, SAMPLES)
        assert calls.total() > before
    assert calls.total() / 5000 == pytest.approx(2.0, rel=0.05)
    for name, (_, frequency) in MUTATIONS.items():
        assert calls[name] / calls.total() == pytest.approx(frequency, abs=0.02)


@given(randoms())
def test_mutants_are_canonical(rng: random.Random) -> None:
    parent = oracle.cover("sop", random_terms(rng, 5, 2, 4), 5)
    child = mutate(np.random.default_rng(rng.getrandbits(32)), parent, SPACE, SAMPLES)
    assert canonical(child, SPACE).key() == child.key()


@given(randoms())
def test_a_mixed_child_has_only_whole_cubes_of_its_parents(rng: random.Random) -> None:
    first, second = (random_terms(rng, 5, 2, 4) for _ in range(2))
    parents = oracle.cover("sop", first, 5), oracle.cover("sop", second, 5)
    child = mix_terms(np.random.default_rng(rng.getrandbits(32)), *parents, SPACE)
    for mixed, a, b in zip(oracle.terms_of(child, "sop", 5), first, second, strict=True):
        assert len(mixed) <= SPACE.max_terms
        assert not Counter(map(tuple, mixed)) - Counter(map(tuple, a + b))


def test_every_cube_of_either_parent_is_inherited_half_of_the_time() -> None:
    space = CoverSpace("sop", 5, 1, 8)
    parents = oracle.cover("sop", [[[1], [2], [3]]], 5), oracle.cover("sop", [[[-1], [-2], [-3]]], 5)
    seen: Counter[int] = Counter()
    for seed in range(2000):
        child = mix_terms(np.random.default_rng(seed), *parents, space)
        seen.update(literal for (literal,) in oracle.terms_of(child, "sop", 5)[0])
    assert {literal: pytest.approx(count / 2000, abs=0.05) for literal, count in seen.items()} == dict.fromkeys(
        [1, 2, 3, -1, -2, -3], 0.5
    )


def test_a_child_of_full_parents_is_cut_to_the_terms_allowed_without_favour() -> None:
    space = CoverSpace("sop", 5, 1, 1)
    parents = oracle.cover("sop", [[[1]]], 5), oracle.cover("sop", [[[-1]]], 5)
    children = [mix_terms(np.random.default_rng(seed), *parents, space) for seed in range(1000)]
    drawn = Counter(str(oracle.terms_of(child, "sop", 5)[0]) for child in children)
    assert set(drawn) == {"[]", "[[1]]", "[[-1]]"}
    assert drawn["[[1]]"] / 1000 == pytest.approx(3 / 8, abs=0.05)
    assert drawn["[[-1]]"] / 1000 == pytest.approx(3 / 8, abs=0.05)


def test_terms_are_chosen_uniformly_over_all_outputs() -> None:
    cover, rng = oracle.cover("sop", [[[1]], [], [[1], [2], [3]]], 5), np.random.default_rng(0)
    seen = Counter(random_term(rng, cover) for _ in range(4000))
    assert set(seen) == {(0, 0), (2, 0), (2, 1), (2, 2)}
    assert all(count == pytest.approx(1000, rel=0.15) for count in seen.values())
    assert {random_output(rng, cover) for _ in range(100)} == {0, 1, 2}


def test_a_cover_without_cubes_has_no_term_to_choose() -> None:
    assert random_term(np.random.default_rng(0), oracle.cover("sop", [[], []], 5)) is None
