"""What reports make of pictures: pixels that are read, what speaks for a class, patterns, layers."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from evo.analysis.pixels import leanings, patterns, reads
from evo.kinds.network.report.findings import NetworkFacts
from evo.kinds.network.report.pictures import layers, pixels
from evo.models.networks import NetworkModel
from evo.text.networks import head_lines, unit_texts
from fitness.data.dataset import Bit, Task
from fitness.data.picture import Picture
from genomes.networks.network import Head, Network
from genomes.networks.units import AND, COUNT, LUT, SOP, THRESHOLD, Unit
from tests.kits.network_cases import node_values

VOTES = Task("multiclass", ("y",), ("a", "b", "c"), (0, 1, 2))
TWO = Task("binary", ("y",), ("no", "yes"), (0, 1))
PICTURE = Picture(2, 4, np.arange(8, dtype=np.int32)[::-1].copy())
BITS = tuple(Bit(f"p{i}", "<=" if i % 2 else "=", 1.0, f"p{i} <= 1", f"p{i} > 1") for i in range(8))


class Shown:
    """What sections ask of facts."""

    def __init__(self, model: NetworkModel, task: Task) -> None:
        units, heads = tuple(unit_texts(model, BITS)), tuple(head_lines(model, task, BITS))
        self.findings = NetworkFacts(model, task, BITS, units, heads, (), picture=PICTURE)


def luts(seed: int, n: int) -> list[Unit]:
    rng, units = np.random.default_rng(seed), []
    for _ in range(n):
        nodes, signs = rng.choice(8, 3, replace=False) + 1, rng.integers(0, 2, 3)
        units.append(Unit(LUT, tuple((2 * nodes + signs).tolist()), (int(rng.integers(1, 255)),)))
    return units


def scores(model: NetworkModel, heads: list[list[tuple[int, int]]]) -> np.ndarray:
    """Votes of each class for all 256 values of the inputs."""
    rows = []
    for row in product((False, True), repeat=8):
        values = node_values(model.network, row)
        rows.append([sum(w * (values[lit >> 1] ^ (lit & 1)) for lit, w in votes) for votes in heads])
    return np.array(rows).reshape((2,) * 8 + (len(heads),))


@pytest.mark.parametrize("seed", range(4))
def test_a_leaning_is_how_many_votes_ink_on_a_pixel_is_worth_on_average(seed: int) -> None:
    units = [*luts(seed, 9), Unit(AND, (2, 5, 12))]
    heads = [Head(((18 + 2 * k, 1 + k % 3), (19 + 2 * (k + 3), 2), (2 * (k + 1), 1), (36, 1)), k) for k in range(3)]
    model = NetworkModel("m", Network.of(units, heads), 8)
    maps = leanings(model, VOTES, BITS, PICTURE)
    assert maps is not None
    of = scores(model, [list(head.votes) for head in heads])
    for bit in range(8):
        high, low = (of.take(value, axis=bit).reshape(-1, 3).mean(axis=0) for value in (1, 0))
        ink = -1 if bit % 2 else 1
        row, column = divmod(7 - bit, 4)
        assert maps[:, row, column] == pytest.approx(ink * (high - low))


def test_of_two_classes_the_last_sum_votes_for_the_second() -> None:
    units = luts(7, 5)
    last = Unit(THRESHOLD, (18, 21, 22, 24, 27), (1, 2, 1, -3, 1, 2))
    model = NetworkModel("m", Network.of([*units, last], [Head.of(2 * 14)]), 8)
    alone = NetworkModel("m", Network.of(units, [Head(tuple(zip(last.literals, last.params, strict=False)))] * 3), 8)
    one, votes = leanings(model, TWO, BITS, PICTURE), leanings(alone, VOTES, BITS, PICTURE)
    assert one is not None and votes is not None
    np.testing.assert_allclose(one[0], votes[0])
    opposite = NetworkModel("m", Network.of([*units, last], [Head.of(2 * 14 + 1)]), 8)
    np.testing.assert_allclose(leanings(opposite, TWO, BITS, PICTURE), -one)
    single = NetworkModel("m", Network.of(units, [Head.of(18)]), 8)
    assert leanings(single, TWO, BITS, PICTURE) is None


def test_pixels_are_counted_as_often_as_they_are_read() -> None:
    units = [Unit(LUT, (2, 4, 16), (0b10010110,)), Unit(AND, (3, 18)), Unit(COUNT, (2, 5, 9, 20), (2,))]
    model = NetworkModel("m", Network.of(units, [Head(((2, 1), (22, 1))), Head(()), Head(())]), 8)
    assert reads(model, PICTURE).ravel()[::-1].tolist() == [4, 2, 0, 1, 0, 0, 0, 1]


def test_a_pattern_is_shown_from_the_corner_of_its_window() -> None:
    # bit i is pixel 7 - i; odd bits hold where there is no ink
    units = [
        Unit(SOP, (2 * 8, 2 * 3 + 1, 2 * 4, 2 * 7 + 1, 2 * 2, 2 * 3 + 1), (3, 3)),
        Unit(SOP, (2 * 8, 2 * 3 + 1, 2 * 7, 2 * 2), (2, 2)),  # two shapes
        Unit(SOP, (2 * 1, 2 * 2, 2 * 3, 2 * 9), (2, 2)),  # reads a unit
        Unit(AND, (2 * 9, 2 * 10, 2 * 11)),
    ]
    model = NetworkModel("m", Network.of(units, [Head.of(2 * 12)]), 8)
    (pattern,) = patterns(model, BITS, PICTURE)
    assert (pattern.unit, pattern.places, pattern.used) == (0, 2, 2)
    # bits 7, 2 (complemented), 3: pixels 0, 5, 4 of a grid of four columns
    assert pattern.pixels == ((0, 0, False), (1, 0, False), (1, 1, False))


def test_sections_show_maps_of_classes_patterns_and_layers() -> None:
    units = [*luts(3, 6), Unit(SOP, (2, 7, 5, 8), (2, 2)), Unit(AND, (18, 30))]
    heads = [Head((*((18 + 2 * k, 1) for k in range(c, 6, 3)), (32, 1))) for c in range(3)]
    facts = Shown(NetworkModel("m", Network.of(units, heads), 8), VOTES)
    seen, by_layer = pixels(facts), layers(facts)  # type: ignore[arg-type]
    assert seen is not None and by_layer is not None
    reading, classes, small = (figure.picture for figure in seen.show["figures"])
    assert reading.count("<path") >= 1 and "at 2 places" in small
    assert all(f">{name}</text>" in classes for name in VOTES.classes)
    assert [row.cells[:3] for row in by_layer.show["table"].rows] == [["1", "7", "6 LUT, 1 SOP"], ["2", "1", "1 AND"]]
    facts.findings = replace(facts.findings, picture=None)
    assert pixels(facts) is None  # type: ignore[arg-type]
