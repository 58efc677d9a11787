from __future__ import annotations

import pytest

from tests.golden.regenerate import golden_run, stored
from tests.kits.small_search import KINDS, SEARCH_NAMES


@pytest.mark.parametrize("name", SEARCH_NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_ends_where_it_always_did(name: str, kind: str) -> None:
    assert golden_run(name, kind) == stored(name)[kind]
