"""Starting Ray: what a start that fails leaves, and when it is tried again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from distributed import ray_session
from distributed.errors import ComputeError

SLOW = Exception("The current node timed out during startup. This could happen because some of the raylet failed.")


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders of starts, none of which comes to anything; a word of the problem says which one it is."""
    seen: list[Path] = []

    def init(**options: Any) -> None:
        folder = Path(options["_temp_dir"])
        folder.mkdir()
        seen.append(folder)
        raise SLOW if len(seen) < 3 else OSError("no more\nthan one line")

    monkeypatch.setattr(ray_session, "_init", init)
    return seen


def test_a_start_that_was_too_slow_is_tried_again_and_another_failure_is_one_line(folders: list[Path]) -> None:
    with pytest.raises(ComputeError) as failed:
        ray_session._start(2)
    assert str(failed.value) == (
        "compute: Ray does not start on this machine (OSError: no more); compute.backend: local works without it"
    )
    assert len(set(folders)) == 3


def test_starts_that_fail_leave_nothing(folders: list[Path]) -> None:
    with pytest.raises(ComputeError):
        ray_session._start(2)
    assert not any(folder.parent.exists() for folder in folders)


def test_a_start_that_stays_too_slow_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []

    def init(**options: Any) -> None:
        calls.append(options)
        raise SLOW

    monkeypatch.setattr(ray_session, "_init", init)
    with pytest.raises(ComputeError, match="timed out during startup"):
        ray_session._start(2)
    assert len(calls) == ray_session.TRIES
