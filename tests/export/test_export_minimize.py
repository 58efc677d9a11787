"""What is left out before export: nothing that any combination of input bits could tell."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.export.care_set import minimized_on
from evo.export.cubes import Budget, TooLargeError, absorbed, complement, cube_of, is_tautology, literals_of
from evo.export.minimize import minimized
from evo.export.truth import cover_of
from evo.models.two_level import Model
from fitness.data.dataset import Split, Task
from genomes.bits import pack
from tests.kits import oracle
from tests.kits.export_cases import random_model
from tests.kits.logic_cases import TASKS, bit_encoder
from tests.kits.oracle_tables import outputs_of, used_numbers

Cover = list[list[int]]
literal = st.integers(1, 5).flatmap(lambda i: st.sampled_from([i, -i]))
covers = st.lists(st.lists(literal, max_size=4, unique_by=abs), max_size=7)


def rows() -> list[tuple[bool, ...]]:
    return list(itertools.product((False, True), repeat=5))


def holds(cover: Cover, row: tuple[bool, ...]) -> bool:
    return oracle.output_of("sop", cover, row)


def function_of(model: Model, task: Task) -> list[object]:
    """Predictions for all rows of five inputs."""
    numbers = used_numbers(model)
    return [outputs_of(model, task, [int(row[number - 1]) for number in numbers]) for row in rows()]


def n_literals(model: Model) -> int:
    return sum(len(term) for terms in model.terms for term in terms)


@given(cover=covers)
def test_a_cover_is_a_tautology_if_it_holds_for_every_row(cover: Cover) -> None:
    assert is_tautology([cube_of(term) for term in cover], Budget(10**6)) == all(holds(cover, row) for row in rows())


@given(cover=covers)
def test_a_complement_holds_where_the_cover_does_not(cover: Cover) -> None:
    opposite = [literals_of(cube) for cube in complement([cube_of(term) for term in cover], Budget(10**6))]
    assert all(holds(opposite, row) != holds(cover, row) for row in rows())


@given(truth=st.lists(st.booleans(), min_size=32, max_size=32))
def test_the_cover_of_a_truth_table_holds_where_the_table_is_1(truth: list[bool]) -> None:
    table = sum(1 << r for r, value in enumerate(truth) if value)
    found = [literals_of(cube) for cube in cover_of(table, 5)]
    assert [holds(found, tuple(bool(r >> i & 1) for i in range(5))) for r in range(32)] == truth


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
@pytest.mark.parametrize("seed", range(12))
def test_a_minimized_model_predicts_the_same_for_all_inputs_and_is_not_larger(task: Task, seed: int) -> None:
    model = random_model(random.Random(seed), bit_encoder(task), most=7)
    found = minimized(model, task)
    assert function_of(found.model, task) == function_of(model, task)
    assert n_literals(found.model) <= n_literals(model)
    assert found.notes == ()


@pytest.mark.parametrize("kind", ["sop", "pos"])
@pytest.mark.parametrize("seed", range(10))
def test_no_literal_and_no_term_of_a_minimized_formula_can_be_left_out(kind: str, seed: int) -> None:
    task = TASKS["two classes"]
    drawn = random_model(random.Random(seed), bit_encoder(task), most=7)
    model = minimized(Model("m", kind, 5, drawn.terms), task).model  # type: ignore[arg-type]
    wanted, (terms,) = function_of(model, task), model.terms
    for t, term in enumerate(terms):
        without = [[*terms[:t], *terms[t + 1 :]]]
        without += [[*terms[:t], [x for x in term if x != lit], *terms[t + 1 :]] for lit in term]
        for smaller in without:
            assert function_of(Model("m", model.kind, 5, [smaller]), task) != wanted


def test_a_minimal_formula_stays_as_it_is_with_its_order() -> None:
    model = Model("m", "sop", 5, [[[4, 5], [1, -2], [2, 3]]], inverted=True)
    assert minimized(model, TASKS["two classes"]).model == model


def test_a_hidden_merge_is_found() -> None:
    parts = [[1, 2, 3], [1, 2, -3], [1, -2, 3], [1, -2, -3, 4], [1, -2, -3, -4]]
    assert minimized(Model("m", "sop", 5, [parts]), TASKS["two classes"]).model.terms == [[[1]]]


def test_votes_that_all_classes_have_cancel_out() -> None:
    model = Model("m", "sop", 5, [[[1], [2], [2]], [[2], [3], []]])
    assert minimized(model, TASKS["votes of two"]).model.terms == [[[1], [2]], [[3], []]]


def test_a_formula_too_large_to_minimize_is_kept_without_absorbed_terms_and_says_so() -> None:
    terms = [[[1, 2], [1, 2, 3], [-1, 3], [2, 4], [-4, 1]]]
    found = minimized(Model("m7", "sop", 5, terms), TASKS["two classes"], cubes=1)
    assert found.model.terms == [[[1, 2], [-1, 3], [2, 4], [1, -4]]]
    assert found.notes == (
        "model m7: its formula is too large for exact minimization; only absorbed terms were removed",
    )


def test_covers_that_come_after_the_time_of_all_keep_their_terms() -> None:
    terms = [[[1, 2], [1, 2, 3], [-1, 3], [2, 4], [-4, 1], [1, 2]]] * 10
    task = replace(TASKS["two classes"], kind="multioutput", outputs=tuple("abcdefghij"), prior=())
    found = minimized(Model("m7", "sop", 5, terms), task, cubes=1).model.terms
    assert [len(cover) for cover in found] == [4] * 8 + [5] * 2


def test_more_cubes_than_can_be_compared_lose_doubles_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.export.cubes.MOST_COMPARED", 2)
    cubes = [cube_of([1]), cube_of([1, 2]), cube_of([1]), cube_of([3])]
    assert absorbed(cubes) == [cubes[0], cubes[1], cubes[3]]


def test_a_spent_budget_ends_a_check() -> None:
    with pytest.raises(TooLargeError):
        is_tautology([cube_of([1]), cube_of([-1, 2]), cube_of([-2])], Budget(1))


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
@pytest.mark.parametrize("seed", range(8))
def test_on_a_care_set_every_row_of_it_keeps_its_prediction_and_nothing_more_can_go(task: Task, seed: int) -> None:
    rng = random.Random(seed)
    model = random_model(rng, bit_encoder(task), most=6)
    kept = rng.sample(rows(), 9)
    split = Split(9, pack(np.array(kept).T.copy()), pack(np.zeros((1, 9), bool)), pack(np.ones((1, 9), bool)))
    small = minimized_on(model, task, [split])
    assert predicted(small, task, kept) == predicted(model, task, kept)
    for o, terms in enumerate(small.terms):
        for t, term in enumerate(terms):
            less = [[*terms[:t], *terms[t + 1 :]]]
            less += [[*terms[:t], [x for x in term if x != lit], *terms[t + 1 :]] for lit in term]
            for changed in less:
                other = Model("m", small.kind, 5, [*small.terms[:o], changed, *small.terms[o + 1 :]], small.inverted)
                assert predicted(other, task, kept) != predicted(model, task, kept)


def predicted(model: Model, task: Task, chosen: list[tuple[bool, ...]]) -> list[object]:
    numbers = used_numbers(model)
    return [outputs_of(model, task, [int(row[number - 1]) for number in numbers]) for row in chosen]
