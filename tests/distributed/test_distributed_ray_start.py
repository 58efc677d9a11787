"""Starting Ray: how long it may take, and what a start that fails leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from distributed import ray_session
from distributed.errors import ComputeError


def test_a_start_that_fails_is_one_line_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []

    def init(**options: Any) -> None:
        folders.append(Path(options["_temp_dir"]))
        folders[0].mkdir()
        raise OSError("no room\nfor it")

    monkeypatch.setattr(ray_session, "_init", init)
    with pytest.raises(ComputeError) as failed:
        ray_session._start(2)
    assert str(failed.value) == (
        "compute: Ray does not start on this machine (OSError: no room); compute.backend: local works without it"
    )
    assert not folders[0].parent.exists()


def test_ray_waits_for_its_daemons_as_long_as_we_say(monkeypatch: pytest.MonkeyPatch) -> None:
    from ray._private import services  # noqa: PLC0415

    now, asked = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        now[0] += seconds

    def not_there(gcs_address: str, node: str) -> dict[str, int]:
        asked.append(now[0])
        if now[0] < 100.0:
            raise RuntimeError("no such node")
        return {"port": 1}

    monkeypatch.setattr(services, "get_node", not_there)
    monkeypatch.setattr(ray_session.time, "sleep", sleep)
    monkeypatch.setattr(ray_session.time, "monotonic", lambda: now[0])
    with ray_session.patience():
        assert services.get_node("127.0.0.1:1", "a") == {"port": 1}
        assert 100.0 <= asked[-1] < 101.0
    assert services.get_node is not_there
    monkeypatch.setattr(ray_session, "PATIENCE", 50.0)
    now[0] = 0.0
    with ray_session.patience(), pytest.raises(RuntimeError, match="no such node"):
        services.get_node("127.0.0.1:1", "a")
    assert 50.0 <= now[0] < 51.0
