from __future__ import annotations

import pytest

from tests.golden.regenerate import NAMES, NETWORKS, composed, composed_run, golden_run, stored
from tests.kits.small_search import KINDS


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_ends_where_it_always_did(name: str, kind: str) -> None:
    assert golden_run(name, kind) == stored(name)[kind]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_search_for_networks_ends_where_it_always_did(name: str) -> None:
    assert composed_run(name) == composed()[name]
