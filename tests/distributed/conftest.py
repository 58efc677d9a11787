"""What tests of real workers share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from distributed.ray_session import Session, connect


@pytest.fixture(scope="package")
def session() -> Iterator[Session]:
    """One Ray of three cores for the backends of this folder: they are guests in it."""
    session = connect(None, 3)
    yield session
    session.close()
