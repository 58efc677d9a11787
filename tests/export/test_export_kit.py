"""Every exporter on every kind of data: what it says is what the stored model says."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kits.export_cases import csv_cases, npz_cases
from tests.kits.exporters import READERS


@pytest.mark.parametrize("fmt", READERS)
@pytest.mark.parametrize("hostile", [False, True], ids=["plain", "hostile"])
@given(data=st.data())
@settings(max_examples=60)
def test_an_export_predicts_as_the_stored_model_on_csv_tables(fmt: str, hostile: bool, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        case = data.draw(csv_cases(Path(folder), hostile=hostile))
        assert case.predicted(fmt) == case.expected(Path(folder))


@pytest.mark.parametrize("fmt", READERS)
@given(data=st.data())
@settings(max_examples=60)
def test_an_export_predicts_as_the_stored_model_on_bits_and_several_outputs(fmt: str, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        case = data.draw(npz_cases(Path(folder)))
        assert case.predicted(fmt) == case.expected(Path(folder))
