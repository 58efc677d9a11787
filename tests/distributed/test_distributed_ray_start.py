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


SLOW = Exception("The current node timed out during startup. This could happen because some of the raylet failed.")


@pytest.mark.parametrize("starts", [1, 3])
def test_a_start_that_was_too_slow_is_tried_again_as_long_as_there_is_time(
    starts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, folders = [0.0], set[str]()

    def init(**options: Any) -> None:
        folders.add(options["_temp_dir"])
        now[0] += ray_session.PATIENCE / starts
        raise SLOW

    monkeypatch.setattr(ray_session, "_init", init)
    monkeypatch.setattr(ray_session.time, "monotonic", lambda: now[0])
    with pytest.raises(ComputeError, match="timed out during startup"):
        ray_session._start(2)
    assert len(folders) == starts


@pytest.mark.parametrize("raylet", ["at work", "gone"])
def test_ray_waits_for_its_daemons_as_long_as_we_say_and_they_are_there(
    raylet: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from ray._private import services  # noqa: PLC0415

    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    def not_there(gcs_address: str, node: str) -> dict[str, int]:
        if now[0] < 100.0:
            raise RuntimeError("no such node")
        return {"port": 1}

    monkeypatch.setattr(services, "get_node", not_there)
    monkeypatch.setattr(ray_session, "is_at_work", lambda folder, program: raylet == "at work")
    monkeypatch.setattr(ray_session.time, "sleep", sleep)
    monkeypatch.setattr(ray_session.time, "monotonic", lambda: now[0])
    with ray_session.patience(tmp_path):
        if raylet == "at work":
            assert services.get_node("127.0.0.1:1", "a") == {"port": 1}
        else:
            with pytest.raises(RuntimeError, match="no such node"):
                services.get_node("127.0.0.1:1", "a")
    assert services.get_node is not_there
    assert (now[0] >= 100.0) == (raylet == "at work")


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    from ray._private import services  # noqa: PLC0415

    now = [0.0]

    def never(gcs_address: str, node: str) -> None:
        now[0] += 1.0
        raise RuntimeError("no such node")

    monkeypatch.setattr(services, "get_node", never)
    monkeypatch.setattr(ray_session.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(ray_session.time, "monotonic", lambda: now[0])
    with ray_session.patience(), pytest.raises(RuntimeError, match="no such node"):
        services.get_node("127.0.0.1:1", "a")
    assert ray_session.PATIENCE <= now[0] <= ray_session.PATIENCE + 2
