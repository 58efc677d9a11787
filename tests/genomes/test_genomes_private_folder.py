"""A folder in the temporary folder, which anybody may have prepared."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from genomes.private_folder import is_private, private_folder
from tests.kits.processes import python


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_it_is_the_users_own_and_the_same_every_time(temporary: Path) -> None:
    folder = private_folder("evo-test")
    assert (folder.parent, mode(folder)) == (temporary, 0o700)
    assert private_folder("evo-test") == folder


def test_an_open_umask_opens_nothing(temporary: Path) -> None:
    before = os.umask(0)
    try:
        assert mode(private_folder("evo-test")) == 0o700
    finally:
        os.umask(before)


def test_tmpdir_is_honoured(temporary: Path) -> None:
    code = "from genomes.private_folder import private_folder; print(private_folder('evo-test').parent)"
    assert python("-c", code, env={"TMPDIR": str(temporary)}).stdout.strip() == str(temporary)


def link(path: Path) -> None:
    (path.parent / "elsewhere").mkdir(mode=0o700)
    path.symlink_to(path.parent / "elsewhere")


def dangling_link(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def open_to_others(path: Path) -> None:
    path.mkdir()
    path.chmod(0o777)


def readable_by_the_group(path: Path) -> None:
    path.mkdir()
    path.chmod(0o750)


def of_someone_else(path: Path) -> None:
    path.mkdir(mode=0o700)
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(path, 65534, 65534)


PREPARED: list[Callable[[Path], object]] = [
    link, dangling_link, open_to_others, readable_by_the_group, of_someone_else, Path.touch, os.mkfifo,
]  # fmt: skip


@pytest.mark.parametrize("prepared", PREPARED)
def test_what_someone_prepared_under_its_name_is_left_alone(
    prepared: Callable[[Path], object], temporary: Path
) -> None:
    name = temporary / f"evo-test-{os.geteuid()}"
    prepared(name)
    before = {path: path.lstat() for path in temporary.iterdir()}
    folder = private_folder("evo-test")
    assert folder != name
    assert is_private(folder)
    assert list(folder.iterdir()) == []
    assert {path: path.lstat() for path in before} == before
