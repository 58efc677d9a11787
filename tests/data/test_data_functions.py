from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.data.functions import domain, source
from fitness.data.functions.noise import flip_labels
from fitness.data.spec import DataSpec


def make(function, seed=0, **keys):
    return source.read(DataSpec(source="function", function=function, **keys), seed)


def named_rows(table):
    """One dict of column -> int per row."""
    names = [c.name for c in table.columns]
    return [
        dict(zip(names, map(int, row), strict=True)) for row in zip(*(c.values for c in table.columns), strict=True)
    ]


def outputs(table):
    """One list of ints per row."""
    if table.target.several:
        return table.target.values.tolist()
    return [[int(label)] for label in table.target.values]


def number(row, letter):
    return sum(value << int(name[1:]) for name, value in row.items() if name[0] == letter)


def bits(value, count):
    return [value >> i & 1 for i in range(count)]


ORACLES = [
    ("multiplexer", {"address_bits": 2}, 64, lambda r: [r[f"d{number(r, 'a')}"]]),
    ("parity", {"bits": 5}, 32, lambda r: [sum(r.values()) % 2]),
    ("majority", {"bits": 5}, 32, lambda r: [int(sum(r.values()) > 2.5)]),
    ("majority", {"bits": 4}, 16, lambda r: [int(sum(r.values()) > 2)]),
    ("adder", {"bits": 3}, 64, lambda r: bits(number(r, "a") + number(r, "b"), 4)),
    ("multiplier", {"bits": 3}, 64, lambda r: bits(number(r, "a") * number(r, "b"), 6)),
    ("comparator", {"bits": 3}, 64, lambda r: [int(number(r, "a") > number(r, "b"))]),
    ("modular_add", {"modulus": 5}, 25, lambda r: bits((number(r, "a") + number(r, "b")) % 5, 3)),
    ("modular_add", {"modulus": 2}, 4, lambda r: [r["a0"] ^ r["b0"]]),
    ("monk", {"problem": 1}, 432, lambda r: [int(r["a1"] == r["a2"] or r["a5"] == 1)]),
    ("monk", {"problem": 2}, 432, lambda r: [int(list(r.values()).count(1) == 2)]),
    (
        "monk",
        {"problem": 3},
        432,
        lambda r: [int((r["a5"] == 3 and r["a4"] == 1) or (r["a5"] != 4 and r["a2"] != 3))],
    ),
]


@pytest.mark.parametrize(("function", "keys", "size", "oracle"), ORACLES)
def test_the_whole_domain_holds_every_row_once_with_the_right_label(function, keys, size, oracle):
    table = make(function, **keys)
    found = named_rows(table)
    assert len({tuple(row.items()) for row in found}) == table.n_rows == size
    assert outputs(table) == [oracle(row) for row in found]


@pytest.mark.parametrize(
    ("function", "oracle"),
    [
        ("adder", lambda r: bits(number(r, "a") + number(r, "b"), 101)),
        ("multiplier", lambda r: bits(number(r, "a") * number(r, "b"), 200)),
        ("comparator", lambda r: [int(number(r, "a") > number(r, "b"))]),
    ],
)
def test_operands_wider_than_a_machine_word(function, oracle):
    table = make(function, bits=100, samples=50)
    assert outputs(table) == [oracle(row) for row in named_rows(table)]


def test_operand_width_at_the_edge_of_machine_words():
    for width in (31, 32):
        table = make("multiplier", bits=width, samples=200)
        expected = [bits(number(r, "a") * number(r, "b"), 2 * width) for r in named_rows(table)]
        assert outputs(table) == expected


def test_monk_attributes_are_categories():
    table = make("monk", problem=1)
    assert [(c.name, c.kind) for c in table.columns] == [(f"a{i}", "category") for i in range(1, 7)]
    assert [sorted(set(c.values)) for c in table.columns] == [list("1234")[:n] for n in (3, 3, 2, 3, 4, 2)]


def test_modular_operands_stay_below_the_modulus():
    found = named_rows(make("modular_add", modulus=5, samples=20))
    assert max(max(number(r, "a"), number(r, "b")) for r in found) <= 4


def test_a_random_dnf_is_a_dnf_of_its_size():
    table = make("random_dnf", inputs=8, terms=3, literals=2, seed=3)
    ones = {tuple(r.values()) for r, (y,) in zip(named_rows(table), outputs(table), strict=True) if y}
    literals = [(i, v) for i in range(8) for v in (0, 1)]
    cover = set()
    implicants = 0
    for pair in itertools.combinations(literals, 2):
        cube = {row for row in itertools.product((0, 1), repeat=8) if all(row[i] == v for i, v in pair)}
        if cube and cube <= ones:
            implicants += 1
            cover |= cube
    assert cover == ones
    assert 1 <= implicants <= 12


def test_the_hidden_formula_depends_on_the_seed_and_not_on_the_rows_drawn():
    keys = {"inputs": 10, "terms": 4, "literals": 3}
    whole = dict(
        zip(map(str, named_rows(make("random_dnf", **keys))), outputs(make("random_dnf", **keys)), strict=True)
    )
    part = make("random_dnf", samples=100, **keys)
    assert [whole[str(row)] for row in named_rows(part)] == outputs(part)
    assert outputs(make("random_dnf", seed=1, **keys)) != list(whole.values())


@pytest.mark.parametrize("address_bits", [3, 5])
def test_drawn_rows_are_distinct_and_test_rows_are_further_ones(address_bits):
    table = make("multiplexer", address_bits=address_bits, samples=300, test_samples=500)
    assert table.parts.tolist() == [0] * 300 + [2] * 500
    assert len({tuple(row.items()) for row in named_rows(table)}) == 800


@pytest.mark.parametrize("address_bits", [3, 5])
def test_training_rows_do_not_depend_on_test_samples(address_bits):
    few, many = (make("multiplexer", address_bits=address_bits, samples=100, test_samples=n) for n in (10, 1000))
    assert named_rows(few)[:100] == named_rows(many)[:100]


def test_rows_follow_the_seed():
    first, again, other = (named_rows(make("parity", bits=40, samples=50, seed=seed)) for seed in (1, 1, 2))
    assert first == again != other


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.data(), st.integers(0, 99))
def test_any_number_of_rows_up_to_the_domain_can_be_drawn(radices, data, seed):
    size = int(np.prod(radices))
    samples = data.draw(st.integers(1, size))
    drawn = domain.rows(radices, samples, size - samples, seed, "f")
    assert len(np.unique(drawn, axis=0)) == size
    assert (drawn < radices).all()


@pytest.mark.parametrize("samples", [1, 20, 31, 32, 40, 64])
def test_rows_of_a_domain_too_large_to_number_are_distinct_too(monkeypatch, samples):
    monkeypatch.setattr(domain, "MAX_NUMBERED", 4)
    drawn = domain.rows((2,) * 6, samples // 2 + samples % 2, samples // 2, 0, "f")
    assert len(np.unique(drawn, axis=0)) == len(drawn) == samples


TOO_LARGE = "rows, at most 1048576 without data.samples; set it"
TOO_FEW = "9 distinct rows asked for, the function has only 8; ask for fewer"


@pytest.mark.parametrize(
    ("function", "keys", "message"),
    [
        ("parity", {"bits": 21}, f"function parity: the function has 2^21 {TOO_LARGE}"),
        ("modular_add", {"modulus": 1025}, f"function modular_add: the function has 1050625 {TOO_LARGE}"),
        ("parity", {"bits": 3, "samples": 9}, f"function parity: {TOO_FEW}"),
        ("parity", {"bits": 3, "samples": 5, "test_samples": 4}, f"function parity: {TOO_FEW}"),
        (
            "parity",
            {"bits": 3, "test_samples": 4},
            "function parity: test_samples needs samples: without it every row is taken already",
        ),
        ("parity", {}, "data.bits: function parity needs data.bits"),
        (
            "random_dnf",
            {"inputs": 3, "terms": 1, "literals": 4},
            "data.literals: must be at most data.inputs = 3, got 4",
        ),
    ],
)
def test_impossible_requests(fails, function, keys, message):
    assert fails(make, function, **keys) == message


@pytest.mark.parametrize("function", ["parity", "adder"])
@pytest.mark.parametrize("noise", [0.0, 0.1, 0.333, 0.5])
def test_noise_flips_exactly_its_share_of_the_given_rows(function, noise):
    table = make(function, bits=5)
    chosen = np.arange(3, table.n_rows)
    noisy = flip_labels(table, chosen, noise, seed=4)
    changed = np.array(outputs(table)) != np.array(outputs(noisy))
    assert changed[chosen].sum(axis=0).tolist() == [round(noise * len(chosen))] * changed.shape[1]
    assert not changed[:3].any()
    assert outputs(flip_labels(table, chosen, noise, seed=4)) == outputs(noisy)
