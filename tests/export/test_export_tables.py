"""Exports on raw rows run by outside tools predict what the stored model predicts, on every kind of table."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.export import EXPORTERS
from tests.kits.export_cases import csv_cases, npz_cases
from tests.kits.exporters import ExportCase
from tests.kits.outside import needs
from tests.kits.table_checks import TABLE_TOOLS, TABLES

FORMATS = [pytest.param(fmt, marks=needs(*TABLE_TOOLS[fmt])) for fmt in TABLES]


def agrees(fmt: str, case: ExportCase, folder: Path) -> None:
    said = TABLES[fmt](EXPORTERS[fmt](case.model, case.encoder), case, folder)
    assert said == case.expected(folder)


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("hostile", [False, True], ids=["plain", "hostile"])
@given(data=st.data())
@settings(max_examples=8)
def test_a_program_predicts_as_the_stored_model_on_csv_tables(fmt: str, hostile: bool, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        agrees(fmt, data.draw(csv_cases(Path(folder), hostile=hostile)), Path(folder))


@pytest.mark.parametrize("fmt", FORMATS)
@given(data=st.data())
@settings(max_examples=8)
def test_a_program_predicts_as_the_stored_model_on_bits_and_several_outputs(fmt: str, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        agrees(fmt, data.draw(npz_cases(Path(folder))), Path(folder))
