"""Temporary folders that nobody else can enter, and that a killed process leaves only until the next one is made."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from distributed.scratch import scratch_folder
from tests.kits.processes import ROOT, environment

#: Makes a folder, says which, and waits.
HOLDER = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from distributed.scratch import scratch_folder
with scratch_folder("evo-test") as folder:
    (folder / "work").mkdir()
    (folder / "work" / "file").write_text("x")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    monkeypatch.setattr("distributed.scratch.SHORT", (str(tmp_path),))
    return place


@pytest.fixture
def holder(temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process with a scratch folder of its own."""
    command = [sys.executable, "-c", HOLDER, str(temporary)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment(), text=True, **pipes) as process:
        yield process
        process.kill()


def said(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_a_folder_is_private_has_a_name_of_its_own_and_goes_with_its_content(temporary: Path) -> None:
    before = os.umask(0)
    try:
        with scratch_folder("evo-test") as one, scratch_folder("evo-test") as other:
            assert one.parent == other.parent == temporary
            assert one != other
            assert mode(one) == mode(other) == 0o700
            (one / "deep").mkdir()
            (one / "deep" / "file").touch()
    finally:
        os.umask(before)
    assert list(temporary.iterdir()) == []


def test_a_folder_goes_when_the_work_in_it_fails(temporary: Path) -> None:
    with pytest.raises(ValueError, match="broken"), scratch_folder("evo-test"):
        raise ValueError("broken")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("room", [-1, 0])
def test_a_path_that_would_be_too_long_goes_to_a_shorter_place(room: int, temporary: Path) -> None:
    with scratch_folder("evo-test") as first:
        longest = len(str(first)) + room
    with scratch_folder("evo-test", longest=longest) as folder:
        assert folder.parent == (temporary if room == 0 else temporary.parent)
        assert len(str(folder)) <= longest


def test_no_place_at_all_is_said_with_the_reason_of_each(temporary: Path) -> None:
    with (
        pytest.raises(OSError, match=f"{temporary}: its path is too long; {temporary.parent}: its path is too long"),
        scratch_folder("evo-test", longest=20),
    ):
        pass


def test_a_place_where_others_may_rename_what_is_in_it_is_not_used(temporary: Path) -> None:
    temporary.chmod(0o777)
    with scratch_folder("evo-test") as folder:
        assert folder.parent == temporary.parent
    temporary.chmod(0o1777)
    with scratch_folder("evo-test") as folder:
        assert folder.parent == temporary


def test_what_a_killed_process_left_goes_when_the_next_folder_is_made(holder: subprocess.Popen[str]) -> None:
    left = said(holder)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (left / "work" / "file").exists()
    ended: list[Path] = []
    with scratch_folder("evo-other"):
        assert left.exists()
    with scratch_folder("evo-test", end=ended.append) as folder:
        assert ended == [left]
        assert [path for path in folder.parent.iterdir() if path.name.startswith("evo-test")] == [folder]


def test_what_a_live_process_has_stays(holder: subprocess.Popen[str]) -> None:
    its = said(holder)
    with scratch_folder("evo-test") as folder:
        assert folder != its
    assert (its / "work" / "file").exists()
    assert holder.stdin is not None
    holder.stdin.close()
    assert holder.wait() == 0
    assert not its.exists()


def test_links_in_what_is_left_are_removed_and_not_followed(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    left, elsewhere = said(holder), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    (left / "link").symlink_to(elsewhere)
    (left / "work" / "link").symlink_to(elsewhere)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with scratch_folder("evo-test"):
        assert not left.exists()
    assert (elsewhere / "precious").exists()


def owned(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    (folder / "owner").touch()
    return folder


def test_what_only_looks_left_over_is_never_touched(temporary: Path, tmp_path: Path) -> None:
    owned(temporary / "evo-test-open").chmod(0o755)
    (temporary / "evo-test-link").symlink_to(owned(tmp_path / "elsewhere"))
    (temporary / "evo-test-file").touch()
    (temporary / "evo-test-unowned").mkdir(mode=0o700)
    (temporary / "evo-test-linked-owner").mkdir(mode=0o700)
    (temporary / "evo-test-linked-owner" / "owner").symlink_to(tmp_path / "elsewhere" / "owner")
    os.mkfifo(temporary / "evo-test-fifo")
    before = sorted(tmp_path.rglob("*"))
    with scratch_folder("evo-test"):
        pass
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_what_belongs_to_someone_else_is_never_touched(temporary: Path) -> None:
    folder = owned(temporary / "evo-test-theirs")
    for path in (folder / "owner", folder):
        os.chown(path, 65534, 65534)
    with scratch_folder("evo-test"):
        pass
    assert (folder / "owner").exists()
