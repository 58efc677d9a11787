"""Kernels brought into a cache by a process of their own, and read by another."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.kits.cold import NO_PLACE, NOWHERE
from tests.kits.processes import python

LOAD = """
import numpy as np, numba
before = numba.config.CACHE_DIR
from fitness.kernels import words
hits = sum(sum(getattr(words, name).stats.cache_hits.values()) for name in
           ("count_words", "count_inputs", "next_random", "mixed", "uniform", "below", "shuffle"))
print(hits, words.count_words(np.array([7, 255], dtype=np.uint64), 0, 2), numba.config.CACHE_DIR == before)
"""


def load(cache: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return python("-c", LOAD, env={"NUMBA_CACHE_DIR": str(cache)} | variables)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that was cold when `words` was imported."""
    cache = tmp_path_factory.mktemp("cache")
    assert load(cache).stdout.split() == ["7", "11", "True"]
    return cache


@pytest.fixture
def cache(compiled: Path, tmp_path: Path) -> Path:
    """A copy to be changed."""
    return shutil.copytree(compiled, tmp_path / "cache")


def files(cache: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in cache.rglob("*.nb?")}


def test_an_import_from_a_cold_cache_fills_it_and_leaves_numbas_own_alone(compiled: Path) -> None:
    (folder,) = compiled.iterdir()
    assert len(list(folder.glob("words.*.nbi"))) == len(list(folder.glob("words.*.nbc"))) == 9
    assert (folder / "words.ready").exists()


def test_another_process_only_reads_them(cache: Path) -> None:
    before = files(cache)
    assert load(cache).stdout.split() == ["7", "11", "True"]
    assert files(cache) == before


@pytest.mark.parametrize("content", [b"\x80\x04garbage", None])
def test_a_damaged_or_missing_file_is_compiled_again_and_mended_by_the_next_process(
    content: bytes | None, cache: Path
) -> None:
    (folder,) = cache.iterdir()
    (damaged,) = folder.glob("words.count_words-*.nbc")
    damaged.unlink() if content is None else damaged.write_bytes(content)
    assert load(cache).stdout.split() == ["6", "11", "True"]
    assert not (folder / "words.ready").exists()
    assert load(cache).stdout.split() == ["7", "11", "True"]
    assert (folder / "words.ready").exists()


def test_where_none_are_wanted_numba_is_not_loaded() -> None:
    done = python(
        "-c", "import sys; from fitness.compiling.ready import bring; bring(()); print('numba' in sys.modules)"
    )
    assert done.stdout == "False\n"


def test_an_isolated_interpreter_compiles_with_the_import_path_it_was_given(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    code = f"import sys; sys.path.insert(0, {str(root)!r})\n{LOAD}"
    done = python("-I", "-c", code, env={"NUMBA_CACHE_DIR": str(tmp_path)})
    assert done.stdout.split() == ["7", "11", "True"]


def test_where_nothing_can_be_kept_kernels_are_compiled_for_the_process_alone() -> None:
    code = f"import tempfile; tempfile.tempdir = {NOWHERE!r}\n{LOAD}"
    done = python("-c", code, env=NO_PLACE)
    assert (done.stdout.split(), done.stderr) == (["0", "11", "True"], "")
