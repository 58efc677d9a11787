"""What a cache of kernels is named after."""

from __future__ import annotations

import ast

import pytest

from fitness import kernels
from fitness.compiling import places, sources
from fitness.compiling.sources import closure, count, texts, with_needs

WITH_KERNELS = [name for name in texts() if count(name)]
GROUPS = (
    kernels.SEARCH,
    kernels.VOTES,
    kernels.MASKS,
    kernels.SIGN_MASKS,
    kernels.GROUP_MASKS,
    kernels.NETWORKS,
    kernels.TABLES,
)


def digest() -> str:
    return sources.digest.__wrapped__()


@pytest.mark.parametrize("name", closure(WITH_KERNELS))
def test_a_change_in_any_source_that_kernels_need_names_another_cache(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest()
    monkeypatch.setattr(sources, "texts", lambda: {**texts(), name: texts()[name] + "\n"})
    assert digest() != before


@pytest.mark.parametrize("variable", ["NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "NUMBA_OPT", "NUMBA_BOUNDSCHECK"])
def test_so_does_another_processor_or_setting(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest()
    monkeypatch.setenv(variable, "another")
    assert digest() != before


@pytest.mark.parametrize("package", ["numba", "llvmlite"])
def test_so_does_another_version(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest()
    monkeypatch.setattr(f"{package}.__version__", "0")
    assert digest() != before


def test_threads_and_the_cache_itself_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest()
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/nowhere")
    assert digest() == before


@pytest.mark.parametrize("name", closure(WITH_KERNELS))
def test_kernels_need_nothing_of_this_project_but_kernels(name: str) -> None:
    nodes = ast.walk(ast.parse(texts()[name]))
    modules = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    ours = {module for module in modules if module.split(".")[0] in ("evo", "distributed", "fitness", "genomes")}
    assert ours <= {"fitness.compiling.kernel"} | {f"fitness.kernels.{other}" for other in texts()}
    assert {f"fitness.kernels.{other}" for other in sources.needs(name)} == ours - {"fitness.compiling.kernel"}


def test_every_module_with_kernels_is_reached_from_a_group() -> None:
    assert sorted(with_needs(name for group in GROUPS for name in group)) == sorted(WITH_KERNELS)


def test_every_kernel_of_a_module_that_is_complete_lies_in_the_cache() -> None:
    complete = {name: place for name in WITH_KERNELS if (place := places.place_of([name])) and place.holds([name])}
    stored = {name: len(list(place.folder.glob(f"{name}.*.nbi"))) for name, place in complete.items()}
    assert stored == {name: count(name) for name in complete}
    assert stored
