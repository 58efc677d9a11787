"""One uninterrupted run and one killed run of the same config, made once; tests work on copies. One Ray for all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from distributed.ray_session import Session, connect
from tests.kits.processes import MUX, evo, kill, products, reached, start_evo, wait_until


@pytest.fixture(scope="session")
def mux(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A config whose run takes 36 generations and saves every third."""
    path = tmp_path_factory.mktemp("config") / "mux.yaml"
    path.write_text(MUX)
    return path


@pytest.fixture(scope="session")
def finished_run(mux: Path) -> Path:
    """The uninterrupted run; only to be read."""
    run = mux.parent / "straight"
    ended = evo("run", mux, "--run-dir", run, "--quiet")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    return run


@pytest.fixture(scope="session")
def expected(finished_run: Path) -> dict[str, bytes]:
    """The bytes every run of this config must come to."""
    return products(finished_run)


@pytest.fixture(scope="session")
def killed_run(mux: Path) -> Path:
    """A run killed between generation 14 and the end; only to be read."""
    run = mux.parent / "killed"
    while True:
        process = start_evo("run", mux, "--run-dir", run)
        wait_until(reached(run, 14), process)
        if kill(process) == -9:
            return run
        shutil.rmtree(run)


@pytest.fixture
def finished(finished_run: Path, tmp_path: Path) -> Path:
    """A copy of the uninterrupted run."""
    return Path(shutil.copytree(finished_run, tmp_path / "run"))


@pytest.fixture
def interrupted(killed_run: Path, tmp_path: Path) -> Path:
    """A copy of the killed run."""
    return Path(shutil.copytree(killed_run, tmp_path / "run"))


@pytest.fixture
def resumes_to_the_same_bytes(expected: dict[str, bytes]) -> Callable[[Path], str]:
    """Resume a run to its end, compare its products with the uninterrupted run's; returns what it said."""

    def check(run: Path) -> str:
        ended = evo("resume", run, "--plain")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert products(run) == expected
        return ended.stdout

    return check


@pytest.fixture(scope="package")
def session() -> Iterator[Session]:
    """One Ray of three cores for the runs of this folder that are made in this process: they are guests in it."""
    session = connect(None, 3)
    yield session
    session.close()
