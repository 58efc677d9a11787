from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.kits.small_search import SEARCH_NAMES, after, small_search, state_bytes, state_digest

ROOT = Path(__file__).parents[2]
PRINT_DIGESTS = """
from tests.kits.small_search import SEARCH_NAMES, after, small_search, state_digest
for name in SEARCH_NAMES:
    print(state_digest(after(small_search(name, data=dict(source="sklearn", name="iris")), 3)))
"""


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_the_global_generators_are_not_moved(name: str) -> None:
    before = random.getstate(), repr(np.random.get_state())  # noqa: NPY002 - the global state is what is checked
    after(small_search(name), 4)
    assert (random.getstate(), repr(np.random.get_state())) == before  # noqa: NPY002


@pytest.mark.parametrize("name", SEARCH_NAMES)
def test_the_global_generators_have_no_say(name: str) -> None:
    search = small_search(name)
    state = search.start()
    for generation in range(4):
        random.seed(generation)
        np.random.seed(generation)  # noqa: NPY002
        state = search.step(state)
    assert state_bytes(state) == state_bytes(after(small_search(name), 4))


def test_processes_with_different_hash_seeds_find_the_same() -> None:
    iris = {"source": "sklearn", "name": "iris"}
    here = [state_digest(after(small_search(name, data=iris), 3)) for name in SEARCH_NAMES]
    environment = {**os.environ, "PYTHONHASHSEED": "0" if os.environ.get("PYTHONHASHSEED") == "4711" else "4711"}
    command = [sys.executable, "-c", PRINT_DIGESTS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == here
