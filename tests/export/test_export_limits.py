"""Models that a format cannot hold, or only just: one clear line, or the same function."""

from __future__ import annotations

import re

import pytest

from evo.errors import ExportError
from evo.export import EXPORTERS
from evo.models.two_level import Model
from tests.kits import oracle
from tests.kits.logic_cases import TASKS, bit_encoder


def clauses(n: int) -> list[list[int]]:
    """n clauses of three inputs each, all different: 3 ** n terms as a sum of products."""
    return [[3 * i + 1, -(3 * i + 2), 3 * i + 3] for i in range(n)]


def cubes_of(text: str) -> list[list[int]]:
    """The terms of a PLA with one output."""
    rows = re.findall(r"^([-01]+) 1$", text, re.MULTILINE)
    return [[(i + 1) * (1 if char == "1" else -1) for i, char in enumerate(row) if char != "-"] for row in rows]


def test_clauses_are_multiplied_out() -> None:
    encoder = bit_encoder(TASKS["two classes"], 12)
    terms = clauses(4)
    text = str(EXPORTERS["pla"](Model("m", "pos", 12, [terms]), encoder))
    assert sorted(cubes_of(text)) == sorted(
        [a, b, c, d] for a in terms[0] for b in terms[1] for c in terms[2] for d in terms[3]
    )


def test_an_inverted_sum_over_many_inputs_is_complemented() -> None:
    encoder = bit_encoder(TASKS["two classes"], 40)
    terms = [[1, -2, 40], [2, 3, -39], [-1, -3, 20]]
    found = cubes_of(str(EXPORTERS["pla"](Model("m", "sop", 40, [terms], inverted=True), encoder)))
    used = [1, 2, 3, 20, 39, 40]
    for inputs in oracle.all_rows(len(used)):
        row = [False] * 40
        for number, value in zip(used, inputs, strict=True):
            row[number - 1] = value
        assert oracle.output_of("sop", found, inputs) != oracle.output_of("sop", terms, row)


@pytest.mark.parametrize(
    ("task", "kind", "terms"),
    [
        ("two classes", "pos", [clauses(12)]),
        ("votes of two", "sop", [[[i] for i in range(1, 20)], [[-20], [21], [22]]]),
    ],
)
def test_what_has_no_two_level_form_is_refused_in_one_line(task: str, kind: str, terms: list[list[list[int]]]) -> None:
    encoder = bit_encoder(TASKS[task], 36)
    n = 36 if kind == "pos" else 22
    with pytest.raises(ExportError) as caught:
        EXPORTERS["pla"](Model("m", kind, 36, terms), encoder)  # type: ignore[arg-type]
    assert str(caught.value) == (
        f"--format pla: this model over {n} input bits is no sum of products of a size that can be written "
        "(votes and products of sums are, up to 16); use blif or aiger"
    )
    assert "\n.end\n" in str(EXPORTERS["blif"](Model("m", kind, 36, terms), encoder))  # type: ignore[arg-type]


def test_a_model_of_no_input_has_a_constant_in_every_format() -> None:
    encoder = bit_encoder(TASKS["two classes"], 3)
    for terms, inverted in (([], False), ([[]], False), ([[]], True)):
        model = Model("m", "sop", 3, [terms], inverted=inverted)
        assert all(EXPORTERS[fmt](model, encoder) for fmt in EXPORTERS)
    text = str(EXPORTERS["verilog"](Model("m", "sop", 3, [[]], inverted=True), encoder))
    assert "    wire g1 = 1'b1;\n    assign ill_is_yes = g1;\n" in text
    assert cubes_of(str(EXPORTERS["pla"](Model("m", "sop", 3, [[[]]]), encoder))) == [[]]
