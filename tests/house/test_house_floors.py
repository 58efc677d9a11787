"""The house's rules, read off the code itself."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("genomes", "fitness", "distributed", "evo")
ALLOWED_ON_THE_GROUND = {"numpy", "annotated_types", "typing_extensions"}


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Top-level names that a module imports, at any depth of its code."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(str(node.module).split(".")[0])
    return names


@pytest.mark.parametrize("package", FLOORS)
def test_imports_only_go_down(package: str) -> None:
    above = set(FLOORS[FLOORS.index(package) + 1 :])
    upward = {str(path.relative_to(ROOT)): imported(path) & above for path in sources(package)}
    assert {path: names for path, names in upward.items() if names} == {}


def test_genomes_use_numpy_alone() -> None:
    standard = __import__("sys").stdlib_module_names
    foreign = {name for path in sources("genomes") for name in imported(path) if name not in standard}
    assert foreign - {"genomes"} <= ALLOWED_ON_THE_GROUND


def test_pydantic_is_used_where_files_become_values_only() -> None:
    users = {path.relative_to(ROOT).parts[:2] for p in FLOORS for path in sources(p) if "pydantic" in imported(path)}
    assert users == {("evo", "config"), ("evo", "records")}


def test_no_module_unpickles() -> None:
    users = [
        path for package in FLOORS for path in sources(package) if imported(path) & {"pickle", "cloudpickle", "dill"}
    ]
    assert users == []


def test_every_package_folder_is_listed_for_installation() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    folders = {".".join(path.parent.relative_to(ROOT).parts) for p in FLOORS for path in (ROOT / p).rglob("*.py")}
    assert sorted(listed) == sorted(folders)
