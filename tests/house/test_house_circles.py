"""Files import each other in one direction, and so do the rooms of each package."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.house.test_house_floors import FLOORS, ROOT, sources

Graph = Mapping[str, set[str]]
#: Rooms that still import each other; nothing may be added.
OPEN_ROOMS = {("evo.storage", "evo.records")}
#: Files and folders of a package that a reader meets first.
MOST_ROOMS = {"evo": 22, "fitness": 18}


def name_of(path: Path) -> str:
    """``evo.cli.run`` of its file; a package by the name of its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_files(path: Path, files: set[str]) -> Iterator[str]:
    """Files of the house that a file imports at any depth, also for types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in files else str(node.module)


def graph() -> dict[str, set[str]]:
    """What every file of the four packages imports of them."""
    paths = {name_of(path): path for package in FLOORS for path in sources(package)}
    return {name: (set(imported_files(path, set(paths))) & set(paths)) - {name} for name, path in paths.items()}


def rooms(files: Graph) -> dict[str, set[str]]:
    """What every room (a file or folder on the top level of a package) imports of the others."""
    found: dict[str, set[str]] = {}
    for name, targets in files.items():
        room = room_of(name)
        found.setdefault(room, set()).update({room_of(target) for target in targets} - {room})
    return found


def room_of(name: str) -> str:
    """The room of a file; each kind of genome has its own, beside the low registry that finds them."""
    if name.startswith("evo.kinds.") and name.count(".") > 2:
        return ".".join(name.split(".")[:3])
    return ".".join(name.split(".")[:2])


def circle(imports: Graph, allowed: set[tuple[str, str]]) -> list[str]:
    """The names along one circle; empty where there is none."""
    kept = {name: {t for t in targets if (name, t) not in allowed} for name, targets in imports.items()}
    try:
        TopologicalSorter(kept).prepare()
    except CycleError as problem:
        return list(problem.args[1])
    return []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circle(graph(), set()) == []


def test_no_rooms_import_each_other_in_a_circle() -> None:
    assert circle(rooms(graph()), OPEN_ROOMS) == []


def test_the_list_of_exceptions_is_no_longer_than_needed() -> None:
    imports = rooms(graph())
    assert [pair for pair in sorted(OPEN_ROOMS) if not circle(imports, OPEN_ROOMS - {pair})] == []


@pytest.mark.parametrize("package", MOST_ROOMS)
def test_the_top_of_a_package_is_small(package: str) -> None:
    entries = [path.name for path in (ROOT / package).iterdir() if path.name != "__pycache__"]
    assert len(entries) <= MOST_ROOMS[package], sorted(entries)


def test_a_circle_is_seen() -> None:
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}, set())) == {"a", "b", "c"}
    assert circle({"a": {"b"}, "b": {"a"}}, {("b", "a")}) == []
