from __future__ import annotations

from pathlib import Path

import pytest

from evo.api import Result
from evo.cli.main import run_command
from tests.kits.commands import Evo, Said
from tests.kits.small_runs import flowers, small_run


@pytest.fixture
def evo_(capsys: pytest.CaptureFixture[str]) -> Evo:
    """evo_("status", path, ...) runs one command in this process."""

    def command(*arguments: object) -> Said:
        capsys.readouterr()
        try:
            code = run_command([str(argument) for argument in arguments])
        except SystemExit as leaving:  # argparse
            code = int(leaving.code or 0)
        return Said(code, *capsys.readouterr())

    return command


@pytest.fixture(scope="session")
def flowers_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return flowers(tmp_path_factory.mktemp("flowers"))


@pytest.fixture(scope="session")
def three_classes(tmp_path_factory: pytest.TempPathFactory, flowers_csv: Path) -> Result:
    """A finished run on the flowers."""
    return small_run(tmp_path_factory.mktemp("runs"), {"source": "csv", "path": str(flowers_csv)}, name="flowers")


@pytest.fixture(scope="session")
def two_classes(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A finished run on scikit-learn's breast cancer data."""
    folder = tmp_path_factory.mktemp("runs")
    return small_run(folder, {"source": "sklearn", "name": "breast_cancer"}, name="cancer")


@pytest.fixture(scope="session")
def bits(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A finished run on a table of bits with two outputs."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "t.pla").write_text(
        ".i 3\n.o 2\n.ilb a b c\n.ob f g\n000 00\n001 1-\n010 10\n011 01\n100 11\n101 00\n110 01\n111 11\n.e\n"
    )
    split = {"valid": 0, "test": 0}
    return small_run(folder, {"source": "pla", "path": str(folder / "t.pla"), "split": split}, name="bits")
