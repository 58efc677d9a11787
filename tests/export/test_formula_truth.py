"""The printed formula, read as a person reads it, is the model."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.export.dnf import to_dnf
from evo.text.conditions import conditions
from fitness.data.dataset import Bit
from fitness.data.encoders import fit_column
from fitness.data.spec import BinarizeSpec
from fitness.data.table import Column
from tests.kits.dnf_reader import holds, read_dnf
from tests.kits.export_cases import csv_cases, npz_cases
from tests.kits.exporters import ExportCase
from tests.kits.readers import MISSING


def said(case: ExportCase) -> list[object]:
    predict = read_dnf(to_dnf(case.model, case.encoder), strict=True)
    return [predict(filled(case, row)) for row in case.rows]


def on_training_values(case: ExportCase) -> ExportCase:
    """Rows whose cells of a column of few values are such values, or missing."""
    held = {bit.feature: bit.values for bit in case.encoder.binarizer.bits if bit.values}

    def cell(name: str, text: str) -> str:
        known = text.strip() in MISSING or name not in held
        return text if known or _value(text) in held[name] else str(held[name][0])

    return replace(case, rows=[{name: cell(name, text) for name, text in row.items()} for row in case.rows])


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def without_values(case: ExportCase) -> ExportCase:
    """The same as of a run that did not keep what its columns held."""
    binarizer = case.encoder.binarizer
    bits = tuple(replace(bit, values=()) for bit in binarizer.bits)
    return replace(case, encoder=replace(case.encoder, binarizer=replace(binarizer, bits=bits)))


def filled(case: ExportCase, row: Mapping[str, str]) -> dict[str, str]:
    """The row as the document on missing cells says that it is read."""
    usual = {field.name: str(field.fill) for field in case.encoder.binarizer.fields if field.fill is not None}
    return {name: usual.get(name, cell) if cell.strip() in MISSING else cell for name, cell in row.items()}


@given(data=st.data())
@settings(max_examples=150)
def test_the_text_is_the_model_where_every_comparison_with_a_missing_value_is_false(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        case = on_training_values(data.draw(csv_cases(Path(folder), foreign=False)))
        assert said(case) == case.expected(Path(folder))


@given(data=st.data())
@settings(max_examples=150)
def test_the_text_is_the_model_on_new_values_where_it_does_not_speak_of_those_of_training(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        case = data.draw(csv_cases(Path(folder), pairs=False))
        assert said(without_values(case)) == case.expected(Path(folder))


@given(data=st.data())
@settings(max_examples=100)
def test_the_text_is_the_model_on_bits_and_several_outputs(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        case = data.draw(npz_cases(Path(folder)))
        assert said(case) == case.expected(Path(folder))


def column_bits(kind: str, *, missing: bool, method: str = "thermometer") -> tuple[Bit, ...]:
    numbers = np.array([1.0, 2.0, 3.0, 4.0, np.nan if missing else 1.0])
    if kind == "measure":
        kind, numbers = "number", numbers + 0.5
    texts = np.array(["a", "b", "c", None if missing else "a"], dtype=object)
    column = Column("x", "number", numbers) if kind == "number" else Column("x", "category", texts)
    return fit_column(column, BinarizeSpec(method="onehot" if method == "onehot" else "thermometer", bits=3), "t")


COLUMNS = {
    "values": column_bits("number", missing=False),
    "values and missing": column_bits("number", missing=True),
    "single values": column_bits("number", missing=False, method="onehot"),
    "single values and missing": column_bits("number", missing=True, method="onehot"),
    "thresholds": column_bits("measure", missing=False),
    "thresholds and missing": column_bits("measure", missing=True),
    "intervals": column_bits("measure", missing=False, method="onehot"),
    "intervals and missing": column_bits("measure", missing=True, method="onehot"),
    "categories": column_bits("category", missing=False),
    "categories and missing": column_bits("category", missing=True),
}


@pytest.mark.parametrize("conjunction", [True, False], ids=["term", "clause"])
@pytest.mark.parametrize("bits", COLUMNS.values(), ids=COLUMNS.keys())
def test_merged_comparisons_of_a_column_say_what_its_literals_say_one_by_one(
    bits: tuple[Bit, ...], conjunction: bool
) -> None:
    joined = all if conjunction else any
    knows_missing = any(bit.op == "missing" for bit in bits)
    measures = ["1.5", "2", "2.5", "3.5", "4", "4.5"]
    held = [str(value or "") for value in bits[0].values]
    for signs in itertools.product([None, True, False], repeat=len(bits)):
        literals = [(bit, sign) for bit, sign in zip(bits, signs, strict=True) if sign is not None]
        merged = conditions(literals, conjunction=conjunction)
        for cell in held or [*measures, ""]:
            row = {"x": cell}
            one_by_one = joined(holds(bit.text(sign), row, strict=knows_missing) for bit, sign in literals)
            assert joined(holds(text, row, strict=knows_missing) for text in merged) == one_by_one, (literals, merged)


@pytest.mark.parametrize(
    ("column", "signed", "conjunction", "text"),
    [
        ("thresholds", {0: False, 2: True}, True, ["2 < x <= 4"]),
        ("thresholds", {0: True, 1: True}, True, ["x <= 2"]),
        ("thresholds", {0: True, 1: True}, False, ["x <= 3"]),
        ("thresholds", {0: True, 1: False}, True, ["x > 3", "x <= 2"]),
        ("thresholds", {0: True, 1: False}, False, ["x > 3", "x <= 2"]),
        ("thresholds and missing", {0: False, 1: False}, True, ["(x > 3 or x is missing)"]),
        ("thresholds and missing", {0: False, 1: True}, True, ["2 < x <= 3"]),
        ("thresholds and missing", {0: False, 3: True}, True, ["x is missing"]),
        ("thresholds and missing", {0: False, 3: False}, True, ["x > 2"]),
        ("thresholds and missing", {0: False, 1: True, 3: False}, True, ["2 < x <= 3"]),
        ("thresholds and missing", {0: True, 3: True}, True, ["x <= 2", "x is missing"]),
        ("thresholds and missing", {0: False, 3: True}, False, ["(x > 2 or x is missing)"]),
        ("thresholds and missing", {0: True, 3: False}, False, ["x is known"]),
        ("intervals and missing", {1: False, 4: False}, True, ["(x <= 2 or x > 3)"]),
        ("values", {0: False, 1: True}, True, ["x = 2"]),
        ("values", {0: False, 2: True}, True, ["x in {2, 3}"]),
        ("values", {0: False}, True, ["x >= 2"]),
        ("values", {2: False}, True, ["x = 4"]),
        ("values", {0: True, 2: False}, False, ["x in {1, 4}"]),
        ("values and missing", {0: False}, True, ["(x >= 2 or x is missing)"]),
        ("values and missing", {0: False, 3: False}, True, ["x >= 2"]),
        ("single values", {1: False}, True, ["x != 2"]),
        ("categories", {0: False, 1: False}, True, ["x = c"]),
        ("categories", {0: False}, True, ["x != a"]),
        ("categories", {0: False, 1: True}, True, ["x = b"]),
        ("categories", {0: True, 1: True}, False, ["x in {a, b}"]),
        ("categories", {0: False, 1: True}, False, ["x != a"]),
        ("categories and missing", {0: False, 1: False}, True, ["x not in {a, b}"]),
        ("categories and missing", {0: False, 1: False, 3: False}, True, ["x = c"]),
    ],
)
def test_literals_of_one_column_become_the_shortest_comparison(
    column: str, signed: dict[int, bool], conjunction: bool, text: list[str]
) -> None:
    literals = [(COLUMNS[column][index], sign) for index, sign in signed.items()]
    assert conditions(literals, conjunction=conjunction) == text
