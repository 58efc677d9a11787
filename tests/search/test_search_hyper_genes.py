from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from evo.search.hyper_genes import HyperGenes, differences, genes_of, van_der_corput
from evo.search.spec import IslandSpec, SearchSpec
from genomes.two_level.cover import Cover
from tests.kits.small_search import after, small_search


def test_island_0_searches_as_the_config_says() -> None:
    context = small_search("memetic").context
    first = context.on_island(0)
    assert genes_of(0) == HyperGenes()
    assert (first.spec, first.island) == (context.spec, 0)
    assert first.prices.tolist() == context.prices.tolist()


def test_van_der_corput_is_the_binary_number_read_backwards() -> None:
    for number in range(64):
        digits = f"{number:b}"[::-1]
        assert van_der_corput(number) == float(sum(Fraction(int(d), 2 ** (i + 1)) for i, d in enumerate(digits)))


@pytest.mark.parametrize("count", [2, 4, 8, 16])
def test_the_prices_of_all_islands_together_are_an_evenly_finer_path(count: int) -> None:
    context = small_search("memetic").context
    prices = np.sort(np.concatenate([context.on_island(island).prices for island in range(count)]))[::-1]
    steps = prices[1:] / prices[:-1]
    assert len(prices) == count * len(context.prices)
    assert np.allclose(steps, (context.prices[1] / context.prices[0]) ** (1 / count))


def test_the_share_of_crossover_stays_a_share() -> None:
    context = small_search("nsga2").context
    for wanted in (0.5, 0.9):
        asked = replace(context, spec=replace(context.spec, crossover=wanted))
        shares = [asked.on_island(island).spec.crossover for island in range(4)]
        assert shares == [min(1.0, wanted * genes_of(island).crossover) for island in range(4)]
    assert max(shares) == 1.0


def test_beams_are_as_wide_as_the_islands_genes_say() -> None:
    search = small_search("memetic")
    widths = [
        search.algorithm.ask(search.context.on_island(island), search.start()).width.tolist() for island in range(4)
    ]
    assert widths == [[int(12 * genes_of(island).width)] * 32 for island in range(4)]


def test_mutants_take_as_many_operators_as_the_islands_genes_say(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []

    def noticing(rng: object, cover: Cover, space: object, samples: object, mean: float, more: object = ()) -> Cover:
        seen.append(mean)
        return cover

    monkeypatch.setattr("evo.search.breeding.mutate", noticing)
    monkeypatch.setattr("evo.search.controls.mutate", noticing)
    for name in ("nsga2", "hill_climb"):
        search = small_search(name)
        state = after(search, 1)
        for island in range(4):
            seen.clear()
            search.algorithm.ask(search.context.on_island(island), state)
            assert seen == [genes_of(island).mutations] * 16


def test_islands_a_table_apart_differ_by_their_prices_alone() -> None:
    for island in range(8):
        one, other = genes_of(island), genes_of(island + 4)
        assert (one.width, one.crossover, one.mutations) == (other.width, other.crossover, other.mutations)
        assert one.shift != other.shift


@pytest.mark.parametrize("algorithm", ["memetic", "nsga2"])
def test_every_island_but_the_first_is_told_apart_in_words(algorithm: str) -> None:
    search = SearchSpec(algorithm=algorithm, islands=IslandSpec(count=4))  # type: ignore[arg-type]
    assert [line.split(":")[0] for line in differences(search)] == ["1", "2", "3"]
    assert differences(SearchSpec()) == []
