"""Property tests draw the same examples on every machine, and the kits' asserts explain themselves."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.kits")

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None, max_examples=50)
settings.load_profile("repeatable")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: tests of runs wait for other processes, those on Ray most of all."""
    return (os.cpu_count() or 1) + 1
