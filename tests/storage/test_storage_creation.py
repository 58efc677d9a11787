"""Run directories that are made, killed while they are, and swept; files where the user wants them."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from evo.errors import UsageError
from evo.storage.creation import FolderTakenError, create
from evo.storage.known import RUN
from evo.storage.outputs import write_output
from evo.storage.run_dir import RunDir, open_run


def fill(run: RunDir) -> None:
    run.replace(RUN, "{}")


def fill_and_get(number: signal.Signals) -> Callable[[RunDir], None]:
    def made(run: RunDir) -> None:
        fill(run)
        os.kill(os.getpid(), number)

    return made


def start_that_dies(path: Path, number: signal.Signals) -> int:
    """A child that makes a run directory and gets a signal once it is filled; its process id."""
    child = os.fork()
    if not child:
        create(path, fill_and_get(number))
        os._exit(0)
    os.waitpid(child, os.WUNTRACED)
    return child


def hidden(parent: Path) -> list[str]:
    return sorted(path.name for path in parent.iterdir() if path.name.startswith("."))


def test_what_a_killed_start_left_goes_with_the_next_start_beside_it(tmp_path: Path) -> None:
    start_that_dies(tmp_path / "a", signal.SIGKILL)
    assert len(hidden(tmp_path)) == 1
    create(tmp_path / "b", fill)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_a_start_that_lives_is_left_alone(tmp_path: Path) -> None:
    child = start_that_dies(tmp_path / "a", signal.SIGSTOP)
    before = hidden(tmp_path)
    create(tmp_path / "b", fill)
    assert hidden(tmp_path) == before != []
    os.kill(child, signal.SIGCONT)
    os.waitpid(child, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_only_what_is_a_killed_start_is_swept(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("precious")
    parent = tmp_path / "runs"
    (parent / ".theirs.01234567.tmp").mkdir(parents=True)
    (parent / ".theirs.01234567.tmp" / "more").write_text("more")
    (parent / ".theirs.01234567.tmp" / ".lock").touch()
    (parent / ".link.01234567.tmp").symlink_to(outside)
    (parent / ".file.01234567.tmp").write_text("a file")
    (parent / ".empty.01234567.tmp").mkdir()
    (parent / ".locked.01234567.tmp").mkdir()
    (parent / ".locked.01234567.tmp" / ".lock").symlink_to(outside / "precious")
    before = hidden(parent)
    create(parent / "b", fill)
    assert hidden(parent) == before
    assert (outside / "precious").read_text() == "precious"


def test_an_old_start_without_a_lock_is_swept_with_its_own_files_only(tmp_path: Path) -> None:
    old = tmp_path / ".a.01234567.tmp"
    (old / "models").mkdir(parents=True)
    (old / ".run.json.0a1b2c3d.tmp").touch()
    (tmp_path / "precious").mkdir()
    (old / "models" / "link").symlink_to(tmp_path / "precious")
    os.utime(old, (time.time() - 7200,) * 2)
    create(tmp_path / "b", fill)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "precious"]


def test_a_run_is_made_in_an_empty_folder_and_where_a_link_leads(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    run = create(tmp_path / "link", fill)
    assert run.root == tmp_path / "link"
    assert (tmp_path / "link").is_symlink()
    assert open_run(tmp_path / "empty").read_json(RUN) == {}
    with pytest.raises(FolderTakenError):
        create(tmp_path / "link", fill)


def test_an_output_goes_where_the_user_says_through_links_and_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "file").chmod(0o640)
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "new link").symlink_to("new")
    write_output(tmp_path / "link", "new")
    write_output(tmp_path / "new link", "new")
    assert ((tmp_path / "file").read_text(), (tmp_path / "new").read_text()) == ("new", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640
    write_output("/dev/null", "nothing")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link", "new", "new link"]


def test_an_output_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(UsageError, match="file: cannot be written"):
            write_output(tmp_path / "file", "x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
    with pytest.raises(UsageError, match="nowhere"):
        write_output(tmp_path / "nowhere" / "file", "x")
