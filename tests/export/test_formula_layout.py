"""How formulas are laid out: headings, empty covers, votes, long lines."""

from __future__ import annotations

import pytest

from evo.models.two_level import Model
from evo.text.formula import formula_lines, wrapped
from fitness.data.dataset import Bit, Task
from genomes.two_level.spec import Kind

BITS = tuple(Bit(f"x{i}", "is", None, f"x{i}", f"NOT x{i}") for i in range(3))
BINARY = Task("binary", ("ill",), ("no", "yes"), (0, 1))
CLASSES = Task("multiclass", ("kind",), ("a", "b", "c"), (2, 0, 1))
OUTPUTS = Task("multioutput", ("s0", "s1"), ("0", "1"), ())


def lines(kind: Kind, terms: list[list[list[int]]], task: Task = BINARY) -> list[str]:
    return formula_lines(Model("m", kind, len(BITS), terms), task, BITS)


@pytest.mark.parametrize(
    ("kind", "terms", "body"),
    [
        ("sop", [], ["  FALSE"]),
        ("pos", [], ["  TRUE"]),
        ("sop", [[]], ["  TRUE"]),
        ("pos", [[]], ["  FALSE"]),
        ("sop", [[1, -2]], ["  x0 AND NOT x1"]),
        ("sop", [[3], [1, -2]], ["  x2", "  OR (x0 AND NOT x1)"]),
        ("pos", [[1, 2], [3]], ["  (x0 OR x1)", "  AND x2"]),
    ],
)
def test_a_binary_formula_says_when_the_second_class_holds(kind: Kind, terms: list[list[int]], body: list[str]) -> None:
    assert lines(kind, [terms]) == ["ill = yes when", *body, "otherwise ill = no"]


def test_terms_of_classes_give_votes_and_ties_go_by_frequency() -> None:
    assert lines("sop", [[[1], [2]], [], [[]]], CLASSES) == [
        "kind = a gets a vote for each that holds",
        "  x0",
        "  x1",
        "kind = b has no votes: chosen when no other class has more",
        "kind = c has 1 vote: chosen when no other class has more",
        "most votes win; ties go to the first of c, a, b",
    ]


def test_clauses_of_classes_take_votes() -> None:
    assert lines("pos", [[[1, 2]], [], []], CLASSES)[:4] == [
        "kind = a loses a vote for each that fails",
        "  x0 OR x1",
        "kind = b has no votes: chosen when no other class has more",
        "kind = c has no votes: chosen when no other class has more",
    ]


def test_weights_of_classes_stand_before_their_terms() -> None:
    assert lines("sop", [[[2], [1], [1], [1]], [], [[], [], [3]]], CLASSES)[:6] == [
        "kind = a gets a vote for each that holds",
        "  3 votes: x0",
        "  x1",
        "kind = b has no votes: chosen when no other class has more",
        "kind = c has 2 votes, and gets a vote for each that holds",
        "  x2",
    ]


VOTES = Task("multiclass", ("ill",), ("no", "yes"), (0, 1))


@pytest.mark.parametrize(
    ("kind", "terms", "body"),
    [
        ("sop", [[], []], ["ill = yes when the votes reach 1", "  (no votes)"]),
        ("sop", [[[]], [[1]]], ["ill = yes when the votes reach 2", "  1 vote   x0"]),
        ("sop", [[], [[], [1]]], ["ill = yes when the votes reach 0", "  1 vote   x0"]),
        ("sop", [[[2]], [[1], [1]]], ["ill = yes when the votes reach 2", "  2 votes  x0", "  1 vote   NOT x1"]),
        ("sop", [[[1, 2], [1, 2]], []], ["ill = yes when the votes reach 3", "  2 votes  NOT (x0 AND x1)"]),
        ("sop", [[[-1], [2], [2]], [[1]]], ["ill = yes when the votes reach 4", "  2 votes  x0", "  2 votes  NOT x1"]),
        ("sop", [[[1], [2]], [[1], [1]]], ["ill = yes when the votes reach 2", "  1 vote   x0", "  1 vote   NOT x1"]),
        ("sop", [[[1, 2]], [[1, 2]]], ["ill = yes when the votes reach 1", "  (no votes)"]),
        ("pos", [[[1, 2]], [[3]]], ["ill = yes when the votes reach 2", "  1 vote   x2", "  1 vote   NOT (x0 OR x1)"]),
    ],
)
def test_two_classes_that_vote_are_a_scorecard_of_positive_weights(
    kind: Kind, terms: list[list[list[int]]], body: list[str]
) -> None:
    assert lines(kind, terms, VOTES) == [*body, "otherwise ill = no"]


def test_every_output_has_its_own_heading() -> None:
    assert lines("sop", [[[1]], []], OUTPUTS) == ["s0 = 1 when", "  x0", "s1 = 1 when", "  FALSE"]


def test_no_control_character_of_a_name_reaches_a_line() -> None:
    task = Task("binary", ("y",), ("a\x1b[31m", "b\nc"), (0, 1))
    assert all(line.isprintable() for line in formula_lines(Model("m", "sop", 3, [[]]), task, BITS))


def test_long_lines_go_on_four_columns_deeper_before_a_joint() -> None:
    long = "  OR (" + " AND ".join(f"measurement_{i} <= {i}" for i in range(8)) + ")"
    folded = wrapped(["short", long], 80)
    assert folded[:2] == ["short", "  OR (measurement_0 <= 0 AND measurement_1 <= 1 AND measurement_2 <= 2"]
    assert all(line.startswith("      AND ") for line in folded[2:])
    assert max(map(len, folded)) <= 80
    assert " ".join(line.strip() for line in folded[1:]) == long.strip()


def test_a_set_stays_on_one_line_where_a_line_can_hold_it() -> None:
    members = "AND c not in {" + ", ".join("abcdefgh") + "}"
    assert wrapped([f"  measurement_0 <= 17 {members}"], 50) == ["  measurement_0 <= 17", f"      {members}"]


def test_a_set_longer_than_a_line_is_broken_between_members() -> None:
    long = "  c not in {" + ", ".join(f"category_{i}" for i in range(9)) + "}"
    folded = wrapped([long], 40)
    assert max(map(len, folded)) <= 40
    assert all(line.endswith(",") for line in folded[:-1])


def test_a_name_longer_than_the_line_stays_whole() -> None:
    assert wrapped(["  " + "x" * 300]) == ["  " + "x" * 300]
