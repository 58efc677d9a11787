from __future__ import annotations

import numpy as np
import pytest

from genomes.two_level.cover import CoverSpace
from genomes.two_level.variation import registry
from genomes.two_level.variation.seeding import random_cover
from tests.kits.cover_cases import samples_for

SPACE = CoverSpace("sop", 5, 1, 6)


@pytest.mark.parametrize("mean", [1.0, 1.5, 2.0, 3.0])
def test_a_mutation_takes_as_many_operators_as_wanted_on_average_and_one_at_least(
    mean: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples, rng = samples_for(SPACE), np.random.default_rng(2)
    cover = random_cover(rng, SPACE, samples)
    drawn = registry._drawn
    counts: list[int] = []

    def counting(rng: np.random.Generator, *more: object) -> registry.Mutation:
        counts[-1] += 1
        return drawn(rng, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(registry, "_drawn", counting)
    for _ in range(2000):
        counts.append(0)
        registry.mutate(rng, cover, SPACE, samples, mean)
    assert min(counts) == 1
    assert abs(np.mean(counts) - mean) < 0.2
    assert (max(counts) == 1) == (mean == 1)
