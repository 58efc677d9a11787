"""Which folder compiled kernels are kept in, and which are refused."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fitness.compiling import places, sources
from fitness.compiling.places import Place
from tests.kits.cold import NO_PLACE, NOWHERE
from tests.kits.processes import python

DIGEST = "0123456789abcdef"
FOLDER = f"evo-kernels-{DIGEST}"


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four places below tmp_path: numba, beside, xdg, temporary."""
    monkeypatch.setattr(sources, "digest", lambda: DIGEST)
    monkeypatch.setattr(sources, "FOLDER", tmp_path / "kernels")
    (tmp_path / "kernels").mkdir()
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    places._temporary.cache_clear()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", NOWHERE)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    return tmp_path


def chosen(*names: str) -> Path | None:
    place = places.place_of(names or ("words",))
    return None if place is None else place.root


def private() -> str:
    return f"temporary/evo-kernels-{os.geteuid()}"


def test_what_the_user_named_comes_first_and_is_made(environment: Path) -> None:
    assert chosen() == environment / "numba"
    assert (environment / "numba" / FOLDER).is_dir()


def test_a_relative_name_is_of_the_current_folder(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(environment)
    monkeypatch.setenv("NUMBA_CACHE_DIR", "here")
    assert chosen() == environment / "here"


@pytest.mark.parametrize("named", ["", NOWHERE, "file"])
def test_beside_the_sources_is_next(named: str, environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (environment / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(environment / named) if named == "file" else named)
    assert chosen() == environment / "kernels" / "__pycache__"


def test_bytecode_elsewhere_means_kernels_elsewhere(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setattr(sys, "pycache_prefix", str(environment / "prefix"))
    assert chosen() == environment / "prefix" / (environment / "kernels").relative_to("/")
    assert not (environment / "kernels" / "__pycache__").exists()


@pytest.fixture
def read_only(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that cannot be written."""
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    (environment / "kernels" / "__pycache__").touch()
    return environment


def test_the_users_cache_is_third(read_only: Path) -> None:
    assert chosen() == read_only / "xdg" / "evo"


@pytest.mark.parametrize("xdg", ["", "relative", NOWHERE])
def test_without_it_there_is_the_home(xdg: str, read_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (read_only / "home").mkdir()
    monkeypatch.setenv("HOME", str(read_only / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", xdg)
    assert chosen() == read_only / "home" / ".cache" / "evo"


@pytest.mark.parametrize("home", ["", "relative", NOWHERE, "missing"])
def test_without_either_there_is_a_private_folder(home: str, read_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(read_only / home) if home == "missing" else home)
    monkeypatch.setenv("XDG_CACHE_HOME", NOWHERE)
    assert chosen() == read_only / private()
    assert (read_only / private()).stat().st_mode & 0o777 == 0o700
    assert not (read_only / "missing").exists()


def test_a_private_folder_of_one_process_goes_with_it(environment: Path) -> None:
    taken = environment / private()
    taken.touch()
    code = "from fitness.compiling import places; print(places.place_of(['words']).root)"
    done = python("-c", code, env=NO_PLACE | {"TMPDIR": str(taken.parent)})
    used = Path(done.stdout.strip())
    assert used.parent == taken.parent
    assert list(taken.parent.iterdir()) == [taken]


def test_without_any_place_there_is_none(read_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", NOWHERE)
    monkeypatch.setattr("tempfile.tempdir", NOWHERE)
    assert chosen() is None


def test_a_full_disk_is_passed_over(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, offset: int, length: int) -> None:
        if str(environment / "numba") in Path(f"/proc/self/fd/{descriptor}").readlink().as_posix():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    assert chosen() == environment / "kernels" / "__pycache__"
    assert places.passed_over(places.place_of(["words"])) == "No space left on device"


def test_kernels_are_read_where_they_cannot_be_written(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen() == environment / "numba"
    (environment / "numba" / FOLDER / "words.ready").touch()
    monkeypatch.setattr(Place, "unusable", lambda place: "Read-only file system")
    assert chosen("words") == environment / "numba"
    assert chosen("words", "beam") is None


def open_folder(folder: Path) -> None:
    folder.chmod(0o777)


def group_folder(folder: Path) -> None:
    folder.chmod(0o775)


def open_above(folder: Path) -> None:
    folder.parent.chmod(0o777)


def someone_elses(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(folder, 65534, 65534)


def linked(folder: Path) -> None:
    folder.rename(folder.with_name("other"))
    folder.symlink_to(folder.with_name("other"))


SPOILED: list[Callable[[Path], None]] = [open_folder, group_folder, open_above, someone_elses, linked]


@pytest.mark.parametrize("spoiled", SPOILED)
def test_programs_that_others_can_have_put_there_are_not_run(
    spoiled: Callable[[Path], None], environment: Path
) -> None:
    folder = environment / "numba" / FOLDER
    folder.mkdir(parents=True)
    (folder / "words.ready").touch()
    assert chosen() == environment / "numba"
    spoiled(folder)
    assert chosen() == environment / "kernels" / "__pycache__"
    assert places.passed_over(places.place_of(["words"])) == "others can write there"


@pytest.mark.parametrize("spoiled", SPOILED)
def test_nor_are_they_beside_the_sources(
    spoiled: Callable[[Path], None], environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    folder = environment / "kernels" / "__pycache__" / FOLDER
    folder.mkdir(parents=True)
    (folder / "words.ready").touch()
    assert chosen() == environment / "kernels" / "__pycache__"
    spoiled(folder)
    assert chosen() == environment / "xdg" / "evo"


def test_a_group_that_may_change_the_sources_may_change_their_kernels(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    (environment / "kernels").chmod(0o775)
    (environment / "kernels" / "__pycache__").mkdir()
    (environment / "kernels" / "__pycache__").chmod(0o775)
    assert chosen() == environment / "kernels" / "__pycache__"


def test_old_kernels_are_swept_and_those_in_use_stay(environment: Path) -> None:
    root = environment / "numba"
    others = [f"evo-kernels-{number:016x}" for number in range(places.KEPT + 3)]
    for age, name in enumerate([*others, "evo-kernels-mine", FOLDER]):
        (root / name).mkdir(parents=True)
        old = (root / name).stat().st_mtime - (age + 1) * places.UNUSED
        os.utime(root / name, (old, old))
    places.sweep(Place(root))
    assert {path.name for path in root.iterdir()} == {*others[: places.KEPT], "evo-kernels-mine", FOLDER}
