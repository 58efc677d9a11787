"""z3 proves the SMT-LIB export and the Python export equal: for every row there could be, not for samples."""

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

pytestmark = needs("z3")


def difference(smt: str, python: str, case: ExportCase) -> object:
    """What z3 says of a row for which both predict something else: unsat if there is none."""
    import z3  # noqa: PLC0415

    from tests.kits.symbolic import PythonMeaning, definitions  # noqa: PLC0415

    model, task = case.model, case.encoder.task
    meaning = PythonMeaning(python, smt, dict(case.columns))
    said = meaning.predictions(task, sop=model.kind == "sop", inverted=model.inverted)
    solver = z3.Solver()
    solver.add(z3.Or([a != b for a, b in zip(definitions(smt, task), said, strict=True)]))
    return solver.check()


def is_proven(case: ExportCase) -> bool:
    import z3  # noqa: PLC0415

    smt, python = (str(EXPORTERS[fmt](case.model, case.encoder)) for fmt in ("smt2", "python"))
    return difference(smt, python, case) == z3.unsat


@pytest.mark.parametrize("hostile", [False, True], ids=["plain", "hostile"])
@given(data=st.data())
@settings(max_examples=10)
def test_smt_and_python_are_equal_on_csv_tables(hostile: bool, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        assert is_proven(data.draw(csv_cases(Path(folder), hostile=hostile)))


@given(data=st.data())
@settings(max_examples=10)
def test_smt_and_python_are_equal_on_bits_and_several_outputs(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        assert is_proven(data.draw(npz_cases(Path(folder))))
