from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given

from genomes.errors import GenomeError
from genomes.two_level.cover import (
    CoverSpace,
    cover_from_literals,
    empty_cover,
    literals_by_cover,
)
from genomes.two_level.spec import Kind
from tests.kits import oracle
from tests.kits.tables import random_terms, randoms

KINDS: tuple[Kind, ...] = ("sop", "pos")
WIDTHS = (4, 63, 64, 65, 129)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_inputs", WIDTHS)
@given(rng=randoms())
def test_terms_become_cubes_and_clauses_the_cubes_of_their_complement(
    kind: Kind, n_inputs: int, rng: random.Random
) -> None:
    covers = random_terms(rng, n_inputs, 3, 5)
    cover = cover_from_literals(covers, CoverSpace(kind, n_inputs, 3, 5))
    assert cover.key() == oracle.cover(kind, covers, n_inputs).key()
    assert literals_by_cover(cover, kind) == covers


@given(randoms())
def test_a_product_of_sums_is_the_negated_sum_of_products_of_its_cubes(rng: random.Random) -> None:
    cover = oracle.cover("sop", random_terms(rng, 5, 2, 4), 5)
    sums, products = literals_by_cover(cover, "sop"), literals_by_cover(cover, "pos")
    for row in oracle.all_rows(5):
        for terms, clauses in zip(sums, products, strict=True):
            assert oracle.output_of("pos", clauses, row) is not oracle.output_of("sop", terms, row)


@given(randoms())
def test_terms_are_counted(rng: random.Random) -> None:
    covers = random_terms(rng, 70, 3, 6)
    cover = oracle.cover("sop", covers, 70)
    assert cover.n_terms == sum(len(terms) for terms in covers)


def test_replacing_one_output_leaves_the_others_alone() -> None:
    cover = oracle.cover("sop", [[[1]], [[2]], [[3]]], 4)
    replaced = cover.replaced(1, oracle.cover("sop", [[[-4], [4]]], 4).cubes[0])
    assert literals_by_cover(replaced, "sop") == [[[1]], [[-4], [4]], [[3]]]
    assert literals_by_cover(cover, "sop") == [[[1]], [[2]], [[3]]]


@pytest.mark.parametrize(("kind", "value"), [("sop", False), ("pos", True)])
def test_the_cover_without_cubes_is_constant(kind: Kind, value: bool) -> None:
    cover = empty_cover(CoverSpace(kind, 3, 2, 4))
    assert oracle.function_of(cover, kind, 3) == [[value, value]] * 8


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ([], "expected the terms of 2 outputs, got 0"),
        ([[[1]]], "expected the terms of 2 outputs, got 1"),
        (None, "expected the terms of 2 outputs, got None"),
        ([[[1]], 3], "the terms of an output must be a list of lists of signed integers"),
        ([[[1]], [3]], "the terms of an output must be a list of lists of signed integers"),
        ([[[1]], [[5]]], "a literal must be an integer from 1 to 4 or its negative, got 5"),
        ([[[1]], [[True]]], "a literal must be an integer from 1 to 4 or its negative, got True"),
        ([[[1]], ["a"]], "a literal must be an integer from 1 to 4 or its negative, got 'a'"),
        ([[[1]], [[2, -2]]], "input 2 appears twice in one term"),
    ],
)
def test_stored_terms_that_do_not_fit_are_refused(terms: Any, message: str) -> None:
    with pytest.raises(GenomeError) as caught:
        cover_from_literals(terms, CoverSpace("sop", 4, 2, 3))
    assert str(caught.value) == message
