"""The one door to a run directory's files: every way in, against every kind of thing that may stand there."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evo.errors import CheckpointError, StorageError
from evo.storage.folder import Folder, MissingError
from tests.kits.processes import tree

WAYS: dict[str, Callable[[Folder, str], Any]] = {
    "read_bytes": lambda folder, name: folder.read_bytes(name),
    "read_text": lambda folder, name: folder.read_text(name),
    "read_end": lambda folder, name: folder.read_end(name, 10),
    "size": lambda folder, name: folder.size(name),
    "age": lambda folder, name: folder.age(name),
    "check_alone": lambda folder, name: folder.check_alone(name),
    "appendable": lambda folder, name: folder.appendable(name),
    "truncate": lambda folder, name: folder.truncate(name, 1),
}
KINDS: dict[str, tuple[Callable[[Path, Path], Any], str]] = {
    "link to a file": (lambda path, outside: path.symlink_to(outside / "file"), "a symbolic link"),
    "link to a folder": (lambda path, outside: path.symlink_to(outside), "a symbolic link"),
    "dangling link": (lambda path, outside: path.symlink_to(outside / "new"), "a symbolic link"),
    "folder": (lambda path, outside: path.mkdir(), "a folder"),
    "pipe": (lambda path, outside: os.mkfifo(path), "a named pipe"),
    "socket": (lambda path, outside: _bind(path), "a socket"),
    "device": (lambda path, outside: os.mknod(path, 0o020666, os.makedev(1, 5)), "a device"),
}


def _bind(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "file").write_text("precious")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "run").mkdir()
    return Folder(tmp_path / "run")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("inner", ["", "models/"])
def test_what_is_no_file_is_neither_read_nor_changed(kind: str, inner: str, folder: Folder, outside: Path) -> None:
    make, called = KINDS[kind]
    (folder.root / inner).mkdir(exist_ok=True)
    try:
        make(folder.root / inner / "x", outside)
    except (PermissionError, OSError):
        pytest.skip("needs the right to make one, or a shorter path")
    before = tree(outside)
    for way in WAYS.values():
        with pytest.raises(CheckpointError, match=f"x: is {called}, not a file"):
            way(folder, f"{inner}x")
    assert tree(outside) == before


@pytest.mark.parametrize("way", [*WAYS, "replace", "remove", "create", "exists", "names"])
def test_no_way_leads_through_a_folder_that_is_a_link(way: str, folder: Folder, outside: Path) -> None:
    ways = WAYS | {
        "replace": lambda folder, name: folder.replace(name, b"new"),
        "remove": lambda folder, name: folder.remove(name),
        "create": lambda folder, name: folder.create("models/new", [b"new"]),
        "exists": lambda folder, name: folder.exists(name),
        "names": lambda folder, name: folder.names("models"),
    }
    (folder.root / "models").symlink_to(outside)
    before = tree(outside)
    with pytest.raises(CheckpointError, match="models: is a symbolic link, not a folder"):
        ways[way](folder, "models/file")
    assert tree(outside) == before


@pytest.mark.parametrize(
    "name", ["../outside/file", "/etc/passwd", "models/../../outside/file", ".", "..", "a//b", "a\0b"]
)
def test_a_name_never_leads_out(name: str, folder: Folder, outside: Path) -> None:
    for way in WAYS.values():
        with pytest.raises(CheckpointError, match="is no name of a file in a run directory"):
            way(folder, name)


@pytest.mark.parametrize("kind", ["link to a file", "dangling link", "pipe", "socket"])
def test_a_replaced_file_takes_the_place_of_a_link_and_not_of_what_it_leads_to(
    kind: str, folder: Folder, outside: Path
) -> None:
    KINDS[kind][0](folder.root / "x", outside)
    before = tree(outside)
    folder.replace("x", "new")
    assert folder.read_text("x") == "new"
    assert tree(outside) == before
    assert folder.names() == ["x"]


def test_removing_a_link_leaves_what_it_leads_to(folder: Folder, outside: Path) -> None:
    (folder.root / "x").symlink_to(outside / "file")
    folder.remove("x")
    folder.remove("x")
    assert (folder.names(), (outside / "file").read_text()) == ([], "precious")


def test_a_file_with_another_name_is_replaced_but_not_changed_in_place(folder: Folder, outside: Path) -> None:
    (folder.root / "x").hardlink_to(outside / "file")
    for way in ("appendable", "truncate", "check_alone"):
        with pytest.raises(CheckpointError, match="has another name"):
            WAYS[way](folder, "x")
    assert folder.read_text("x") == "precious"
    folder.replace("x", "new")
    assert (outside / "file").read_text() == "precious"


def test_a_file_is_read_whole_up_to_a_limit(folder: Folder) -> None:
    (folder.root / "x").write_bytes(b"12345")
    assert folder.read_bytes("x", limit=5) == b"12345"
    with pytest.raises(CheckpointError, match=r"is too large \(5 bytes; at most 4 are read\)"):
        folder.read_bytes("x", limit=4)
    os.truncate(folder.root / "x", 2**42)
    with pytest.raises(CheckpointError, match="is too large"):
        folder.read_bytes("x")
    assert folder.read_end("x", 3) == b"\0\0\0"


def test_a_failed_replacement_leaves_the_old_file_and_nothing_else(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.replace("x", "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="no space left"):
        folder.replace("x", "new")
    assert (folder.read_text("x"), folder.names()) == ("old", ["x"])


def test_what_is_missing_is_said_to_be(folder: Folder) -> None:
    with pytest.raises(MissingError, match="x: cannot be read"):
        folder.read_bytes("x")
    assert (folder.exists("x"), folder.size("x"), folder.age("x"), folder.names("models")) == (False, 0, None, [])


def test_the_root_may_be_a_link(folder: Folder) -> None:
    link = folder.root.parent / "link"
    link.symlink_to(folder.root)
    Folder(link).replace("x", "new")
    assert folder.read_text("x") == "new"


def test_no_descriptor_is_left_open(folder: Folder, outside: Path) -> None:
    (folder.root / "link").symlink_to(outside)
    folder.make("models")
    folder.replace("models/x", "1")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for name in ("models/x", "link/file", "link", "nothing/x", "../x"):
        for way in (*WAYS.values(), lambda f, n: f.replace(n, b""), lambda f, n: f.names(n), lambda f, n: f.make(n)):
            try:
                found = way(folder, name)
            except (CheckpointError, StorageError):
                continue
            if hasattr(found, "close"):
                found.close()
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
