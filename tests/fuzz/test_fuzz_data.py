"""Data files and weights that lie never do harm: one line and the right exit code, or a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fuzz.cases import fuzz
from benchmarks.fuzz.data_files import data_files
from benchmarks.fuzz.harness import import_everything
from benchmarks.fuzz.sandbox import Sandbox

CASES = 10


@pytest.mark.parametrize("seed", [11])
def test_no_changed_data_file_does_harm(seed: int, tmp_path: Path) -> None:
    import_everything()
    findings = list(fuzz(data_files, Sandbox.make(tmp_path / "box"), seed, range(CASES)))
    assert [finding.text() for finding in findings if finding.faulty] == []
    assert {outcome.exit_code for finding in findings for outcome in finding.outcomes} == {0, 3}
