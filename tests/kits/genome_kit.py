"""What every genome must do. A new genome is one line: its `GenomeCase` in the `cases` of a subclass of `GenomeKit`.

class TestCovers(GenomeKit):
    cases = (cover_case(...), ...)
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.fuzz.changes_arrays import OF_ARRAYS, packed
from fitness.containers.npz import read_npz
from fitness.errors import ContainerError
from genomes.errors import GenomeError

Rng = np.random.Generator
Arrays = dict[str, NDArray[Any]]
SEEDS = range(12)
CHANGES = 60


@dataclass(frozen=True, eq=False)
class GenomeCase:
    """One genome kind in one space; `Any` is the genome type.

    random: a sample to start from, of `smallest` to `largest` in `size`; operators: (rng, first, second) -> child;
    check: raises unless the genome belongs to the space; key: bytes equal exactly for equal genomes;
    canonical: the normal form; function: what it computes, by brute force; to_plain, from_plain: JSON values;
    to_arrays, from_arrays: many genomes as npz arrays; padding: the packed words with the number of real bits.
    """

    name: str
    random: Callable[[Rng], Any]
    operators: Mapping[str, Callable[[Rng, Any, Any], Any]]
    check: Callable[[Any], None]
    key: Callable[[Any], bytes]
    canonical: Callable[[Any], Any]
    function: Callable[[Any], Any]
    to_plain: Callable[[Any], Any]
    from_plain: Callable[[Any], Any]
    to_arrays: Callable[[Sequence[Any]], Arrays]
    from_arrays: Callable[[Arrays], Sequence[Any]]
    padding: Callable[[Any], Iterable[tuple[NDArray[np.uint64], int]]]
    size: Callable[[Any], int]
    smallest: int
    largest: int

    def walk(self, seed: int, steps: int = 8) -> list[Any]:
        """Genomes met on a random walk by all operators, the start first."""
        return list(_walked(self, seed, steps))


@cache
def _walked(case: GenomeCase, seed: int, steps: int) -> tuple[Any, ...]:
    """Walked once for all laws: none may touch a genome, which is a law itself."""
    rng = np.random.default_rng(seed)
    names = list(case.operators)
    met = [case.random(rng)]
    for _ in range(steps):
        operator = case.operators[names[int(rng.integers(len(names)))]]
        met.append(operator(rng, met[-1], case.random(rng)))
    return tuple(met)


def through_npz(arrays: Arrays) -> Arrays:
    content = io.BytesIO()
    np.savez(content, **arrays)
    with np.load(io.BytesIO(content.getvalue()), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


class GenomeKit:
    """The laws, each for every case (and operator) of `cases`."""

    cases: ClassVar[Sequence[GenomeCase]] = ()

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        if "operator" in metafunc.fixturenames:
            pairs = [(case, name) for case in cls.cases for name in case.operators]
            metafunc.parametrize(("case", "operator"), pairs, ids=[f"{case.name}-{name}" for case, name in pairs])
        elif "case" in metafunc.fixturenames:
            metafunc.parametrize("case", cls.cases, ids=lambda case: case.name)

    def test_plain_values_give_the_genome_back(self, case: GenomeCase) -> None:
        for genome in (g for seed in SEEDS for g in case.walk(seed)):
            stored = json.dumps(case.to_plain(genome))
            assert case.key(case.from_plain(json.loads(stored))) == case.key(genome)
            assert json.dumps(case.to_plain(case.from_plain(json.loads(stored)))) == stored

    def test_npz_arrays_give_the_genomes_back(self, case: GenomeCase) -> None:
        genomes = [g for seed in SEEDS for g in case.walk(seed)]
        restored = case.from_arrays(through_npz(case.to_arrays(genomes)))
        assert [case.key(g) for g in restored] == [case.key(g) for g in genomes]
        assert len(case.from_arrays(through_npz(case.to_arrays([])))) == 0

    def test_changed_arrays_are_refused_or_genomes_of_the_space(self, case: GenomeCase) -> None:
        genomes, refused = case.walk(0), 0
        for number in range(CHANGES):
            rng, arrays = random.Random(number), dict(case.to_arrays(genomes))
            rng.choice(OF_ARRAYS)(arrays, rng)
            try:
                again = case.from_arrays(read_npz(packed(arrays)))
            except (GenomeError, ContainerError):
                refused += 1
                continue
            for genome in again:
                case.check(genome)
        assert refused > CHANGES / 4

    def test_operators_stay_inside_the_space(self, case: GenomeCase, operator: str) -> None:
        rng = np.random.default_rng(1)
        for genome in (g for seed in SEEDS for g in case.walk(seed)):
            case.check(case.operators[operator](rng, genome, case.random(rng)))

    def test_operators_do_not_touch_their_parents(self, case: GenomeCase, operator: str) -> None:
        rng = np.random.default_rng(2)
        for first in (g for seed in SEEDS for g in case.walk(seed)):
            second = case.random(rng)
            before = case.key(first), case.key(second)
            case.operators[operator](rng, first, second)
            assert (case.key(first), case.key(second)) == before

    def test_operators_depend_on_their_stream_alone(self, case: GenomeCase, operator: str) -> None:
        for seed in SEEDS:
            *_, first, second = case.walk(seed)
            children = [case.operators[operator](np.random.default_rng(seed), first, second) for _ in range(2)]
            assert case.key(children[0]) == case.key(children[1])

    def test_padding_bits_are_zero(self, case: GenomeCase) -> None:
        for genome in (g for seed in SEEDS for g in case.walk(seed)):
            for words, n_bits in case.padding(genome):
                assert words.shape[-1] == (n_bits + 63) // 64
                assert n_bits % 64 == 0 or all(int(last) >> n_bits % 64 == 0 for last in words[..., -1].flat)

    def test_random_samples_belong_to_the_space(self, case: GenomeCase) -> None:
        for seed in range(100):
            case.check(case.random(np.random.default_rng(seed)))

    def test_random_samples_have_every_size_they_may_have(self, case: GenomeCase) -> None:
        sizes = {case.size(case.random(np.random.default_rng(seed))) for seed in range(300)}
        assert min(sizes) == case.smallest
        assert max(sizes) == case.largest

    def test_random_samples_depend_on_their_stream_alone(self, case: GenomeCase) -> None:
        for seed in SEEDS:
            first, second = (case.random(np.random.default_rng(seed)) for _ in range(2))
            assert case.key(first) == case.key(second)
        assert len({case.key(case.random(np.random.default_rng(seed))) for seed in range(50)}) > 1

    def test_the_canonical_form_keeps_the_function(self, case: GenomeCase) -> None:
        for genome in (g for seed in SEEDS for g in case.walk(seed)):
            assert case.function(case.canonical(genome)) == case.function(genome)

    def test_the_canonical_form_is_in_the_space_and_its_own_canonical_form(self, case: GenomeCase) -> None:
        for genome in (g for seed in SEEDS for g in case.walk(seed)):
            normal = case.canonical(genome)
            case.check(normal)
            assert case.key(case.canonical(normal)) == case.key(normal)
