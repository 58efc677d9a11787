"""Tables that vote, the networks that they are, and patterns, beside definitions."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.data.dataset import Bit
from fitness.data.picture import Picture
from fitness.data.pictures.spec import PatternShape, PatternsSpec
from fitness.networks.evaluator import NetworkEvaluator
from fitness.networks.wide.ballots import Counting
from fitness.networks.wide.booster import Booster
from fitness.networks.wide.columns import Columns
from fitness.networks.wide.patterns import Pixels, pooled, with_patterns
from fitness.networks.wide.plan import Boosting
from fitness.networks.wide.tables import Table, network_of, of_tables, tables_of
from genomes.bits import pack, unpack
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace, check_network
from genomes.networks.units import AND, LUT, SOP, Unit
from tests.kits.network_cases import decision
from tests.networks.targets import Flags, coins
from tests.networks.wide_cases import ballots_of, columns_of, dataset_of, problem_of

N_INPUTS = 5
PATTERNS = (Unit(SOP, (2, 5), (2,)), Unit(SOP, (3, 6, 9), (1, 2)), Unit(SOP, (10, 4), (1, 1)))
ROWS: Flags = np.array(list(product((False, True), repeat=N_INPUTS)))
#: (number of heads, order of ties); no order: outputs.
HEADS = ((3, (1, 2, 0)), (2, (0, 1)), (1, ()), (3, ()))
PLAN = Boosting(units=8, inputs=3, sweeps=1, rounds=4)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    n = draw(st.integers(1, 6))
    inputs = draw(st.permutations(range(N_INPUTS + len(PATTERNS))))[:n]
    return Table(tuple(sorted(inputs)), draw(st.integers(0, (1 << (1 << n)) - 1)))


@st.composite
def heads_of_tables(draw: st.DrawFn) -> tuple[list[list[Table]], tuple[int, ...]]:
    n_heads, prior = draw(st.sampled_from(HEADS))
    known = draw(st.lists(tables(), min_size=1, max_size=4))  # few, so that heads share some, and have some twice
    return draw(st.lists(st.lists(st.sampled_from(known), max_size=5), min_size=n_heads, max_size=n_heads)), prior


@settings(max_examples=60)
@given(heads_of_tables())
def test_tables_are_networks_that_decide_by_votes(given: tuple[list[list[Table]], tuple[int, ...]]) -> None:
    per_head, prior = given
    space = NetworkSpace(N_INPUTS, len(per_head), prior)
    network = network_of(per_head, N_INPUTS, PATTERNS, votes=bool(prior))
    check_network(network, space)
    assert of_tables(network, N_INPUTS, PATTERNS, votes=bool(prior))
    assert tables_of(network, N_INPUTS, PATTERNS, votes=bool(prior)) == per_head
    ballots = ballots_of(per_head, columns_of(ROWS, PATTERNS))
    for r, row in enumerate(ROWS.tolist()):
        votes = ballots[:, r].tolist()
        if prior:
            expected = (max(prior, key=lambda c: (votes[c], -prior.index(c))),)
        else:
            expected = tuple(int(len(own) > 0 and vote >= 0) for own, vote in zip(per_head, votes, strict=True))
        assert tuple(map(int, decision(network, space, row))) == expected


@pytest.mark.parametrize(
    ("units", "heads"),
    [
        ((), [Head.of(2), Head.of(4)]),
        ((Unit(AND, (2, 4)),), [Head.of(12), Head.of(0)]),
        ((Unit(LUT, (2, 4), (6,)),), [Head.of(12), Head.of(0)]),
        ((Unit(LUT, (2, 4), (6,)), Unit(AND, (12, 2))), [Head.of(12), Head.of(12)]),
        ((PATTERNS[0],), [Head.of(12), Head.of(0)]),
    ],
)
@pytest.mark.parametrize("votes", [True, False])
def test_networks_from_elsewhere_are_told_apart(units: Any, heads: list[Head], votes: bool) -> None:
    assert not of_tables(Network.of(units, heads), N_INPUTS, PATTERNS, votes=votes)
    assert of_tables(Network.constant(2), N_INPUTS, PATTERNS, votes=votes)


def random_tables(rng: np.random.Generator, n_heads: int, n_columns: int) -> list[list[Table]]:
    def table() -> Table:
        n = int(rng.integers(1, 7))
        return Table(tuple(sorted(rng.permutation(n_columns)[:n].tolist())), int(rng.integers(1 << min(62, 1 << n))))

    return [[table() for _ in range(rng.integers(0, 7))] for _ in range(n_heads)]


@pytest.mark.parametrize(("kind", "prior"), [("multiclass", (2, 0, 1)), ("binary", ()), ("multioutput", ())])
def test_votes_are_counted_as_gates_decide(kind: str, prior: tuple[int, ...]) -> None:
    rng = np.random.default_rng(len(kind))
    n_heads, rows = 1 if kind == "binary" else 3, coins(rng, 200, N_INPUTS)
    labels = np.eye(3, dtype=np.bool_)[rng.integers(0, 3, 200)].T if prior else coins(rng, n_heads, 200)
    problem = problem_of(dataset_of(rows, np.ascontiguousarray(labels), kind, prior), PATTERNS)
    booster, counting = Booster(problem, PLAN), Counting(Columns.of(problem), n_heads)
    columns, ties = columns_of(rows, PATTERNS), 0
    for turn in range(12):
        per_head, others = (random_tables(rng, n_heads, N_INPUTS + len(PATTERNS)) for _ in range(2))
        foreseen = others if turn % 2 else per_head  # what comes, or what never does
        counting.foresee(0, foreseen[0], ballots_of(foreseen, columns)[0].astype(np.int16))
        ballots = counting.of(per_head)
        assert ballots.tolist() == ballots_of(per_head, columns).tolist()
        first, second = np.sort(ballots, axis=0)[:-3:-1] if prior else (ballots, 0)
        ties += int((first == second).sum())
        codes = problem.train.codes(NetworkBatch((booster.network(per_head),)))
        assert booster.codes(per_head, np.arange(200)).tolist() == codes[0].tolist()
    assert ties > 20


@pytest.mark.parametrize("missing", [False, True])
def test_a_pattern_is_looked_for_at_every_place_of_a_region(missing: bool) -> None:
    rng = np.random.default_rng(missing)
    height, width, pool = 7, 6, 3
    bits = np.arange(height * width).reshape(height, width)
    if missing:  # pixels that are never on have no bit
        bits = np.where(rng.random((height, width)) < 0.4, -1, bits)
    pictures: Flags = coins(rng, 150, height * width)  # bit 1 says that a pixel is below the cut: off
    on_pixels = ~pictures.reshape(-1, height, width) & (bits >= 0)
    found = 0
    for _ in range(40):
        places = [divmod(int(p), 3) for p in np.sort(rng.permutation(9)[: rng.integers(1, 5)])]
        on = coins(rng, 1, len(places))[0].tolist()
        top, left = int(rng.integers(height - pool - 2 + 1)), int(rng.integers(width - pool - 2 + 1))
        unit = pooled(bits, top, left, pool, places, on)
        expected = np.zeros(150, dtype=np.bool_)
        for y, x in product(range(top, top + pool), range(left, left + pool)):
            here = [on_pixels[:, y + dy, x + dx] == wanted for (dy, dx), wanted in zip(places, on, strict=True)]
            expected |= np.logical_and.reduce(here)
        if unit is None:
            assert missing and (expected.all() or not expected.any())
            continue
        found += 1
        values = columns_of(pictures, [unit])[-1]
        assert values.tolist() == expected.tolist()
    assert found > 10


def pictures(rng: np.random.Generator, n: int = 120) -> Any:
    """Squares of 6 x 6 pixels, two cuts each, that are on in a block."""
    values = rng.integers(0, 60, (n, 6, 6))
    for value, top, left in zip(values, rng.integers(0, 4, n), rng.integers(0, 4, n), strict=True):
        value[top : top + 3, left : left + 3] += 120
    rows = np.concatenate([(values <= cut).reshape(n, 36) for cut in (50, 130)], axis=1)
    dataset = dataset_of(rows, rng.random((1, n)) < 0.5)
    bits = tuple(Bit(f"p{j % 36}", "<=", (50.0, 130.0)[j // 36], "", "") for j in range(72))
    picture = Picture(6, 6, np.tile(np.arange(36, dtype=np.int32), 2))
    return replace(dataset, bits=bits, picture=picture), values


SHAPES = PatternsSpec(bits=60, kinds=(PatternShape(literals=3, window=3, pool=2, stride=2),))


def test_patterns_come_from_the_rows_that_grow_alone() -> None:
    dataset, _ = pictures(np.random.default_rng(1))
    problem = problem_of(dataset, judged=0.3)
    units = with_patterns(problem, dataset, SHAPES, 9).patterns
    assert 20 < len(units) <= 60 and len(set(units)) == len(units)
    split = dataset.train
    flags = unpack(split.inputs, split.n_rows)
    flags[:, problem.judging] = ~flags[:, problem.judging]
    changed = replace(dataset, train=replace(split, inputs=pack(flags)))
    other = replace(problem, train=NetworkEvaluator.of(dataset.task, changed.train, problem.space))
    assert with_patterns(other, changed, SHAPES, 9).patterns == units
    assert with_patterns(problem, dataset, SHAPES, 10).patterns != units
    assert with_patterns(problem, replace(dataset, picture=None), SHAPES, 9) is problem


def test_windows_are_of_pixels_that_pass_a_cut() -> None:
    dataset, values = pictures(np.random.default_rng(2))
    pixels = Pixels.of(dataset, dataset.picture)
    for row, cut, top, left in ((0, 0, 0, 0), (77, 1, 2, 3), (119, 0, 3, 1)):
        window = pixels.window(dataset.train.inputs, row, cut, top, left, 3)
        assert window.tolist() == (values[row, top : top + 3, left : left + 3] > (50, 130)[cut]).tolist()


def test_pixels_with_cuts_of_their_own_are_tested_at_the_nearest() -> None:
    tests = [(0, 10.0), (0, 20.0), (1, 11.0), (1, 90.0), (2, 50.0)]  # (pixel, cut); the last pixel has none
    dataset = dataset_of(np.zeros((3, 5), dtype=np.bool_), np.zeros((1, 3), dtype=np.bool_))
    bits = tuple(Bit(f"p{pixel}", "<=", cut, "", "") for pixel, cut in tests)
    picture = Picture(2, 2, np.array([pixel for pixel, _ in tests], dtype=np.int32))
    own = Pixels.of(replace(dataset, bits=bits), picture)  # two cuts, 11 and 50
    assert own.bits.tolist() == [[[0, 2], [4, -1]], [[1, 2], [4, -1]]]
    shared = tuple(replace(bit, operand=10.0 if place in (0, 2) else 50.0) for place, bit in enumerate(bits))
    assert Pixels.of(replace(dataset, bits=shared), picture).bits.tolist() == [[[0, 2], [-1, -1]], [[1, 3], [4, -1]]]


def test_columns_that_hardly_vary_among_the_rows_that_grow_are_not_offered() -> None:
    rng = np.random.default_rng(4)
    rows = coins(rng, 400, 6)
    problem = problem_of(dataset_of(rows, rng.random((1, 400)) < 0.5), PATTERNS, judged=0.25)
    rows[problem.growing, 3], rows[problem.judging, 2] = True, False
    problem = problem_of(dataset_of(rows, unpack(problem.train.split.planes, 400)), PATTERNS, judged=0.25)
    columns = Columns.of(problem)
    assert columns.offered.tolist() == [0, 1, 2, 4, 5, *range(6, 6 + len(PATTERNS))]
    held = unpack(columns.words, 400)
    assert [row.tolist() for row in held] == [row.tolist() for row in columns_of(rows, PATTERNS)]
