from __future__ import annotations

import pytest

from evo.api import Result
from tests.kits.small_runs import flowers, small_run


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A finished run on the flowers."""
    folder = tmp_path_factory.mktemp("finished")
    return small_run(folder, {"source": "csv", "path": str(flowers(folder))}, name="flowers")
