"""Property tests draw the same examples on every machine, and the kits' asserts explain themselves."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from fitness.compiling.ready import bring
from fitness.kernels import GROUP_MASKS, MASKS, NETWORKS, SEARCH, SIGN_MASKS, TABLES, VOTES

pytest.register_assert_rewrite("tests.kits")
#: Rewriting the asserts of all tests takes each process twelve seconds: keep what came of it, as the processes that the
#: tests start keep the bytecode of all they load, whatever PYTHONDONTWRITEBYTECODE says here.
sys.dont_write_bytecode = False

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None, max_examples=50)
settings.load_profile("repeatable")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: tests of runs wait for other processes, those on Ray most of all."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """See `tests.kits.spreading`, unless another way of spreading was asked for."""
    from tests.kits.spreading import ByGroup  # noqa: PLC0415 - needs xdist

    return ByGroup(config, log) if config.option.dist == "load" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest first, in a process that xdist started."""
    if hasattr(config, "workerinput"):
        from tests.kits.spreading import rank  # noqa: PLC0415 - needs xdist

        items.sort(key=lambda item: rank(item.nodeid))


#: Kernels that the tests of a folder run; every other folder's tests run those of searches for formulas, votes and
#: networks.
KERNELS = {
    "config": (),
    "genomes": (),
    "house": (),
    "masks": (*MASKS, *SIGN_MASKS, *GROUP_MASKS),
    "networks": (*NETWORKS, *TABLES),
}


def pytest_collection_finish(session: pytest.Session) -> None:
    """Compile once for all test processes: some tests give a run seconds, and none should wait for kernels."""
    folders = {item.path.relative_to(Path(__file__).parent).parts[0] for item in session.items}
    wanted = [name for folder in sorted(folders) for name in KERNELS.get(folder, (*SEARCH, *VOTES, *NETWORKS, *TABLES))]
    if wanted and not session.config.option.collectonly:
        bring(wanted)
