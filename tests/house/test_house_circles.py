"""Files import each other in one direction, and so do the rooms of each package."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.house.test_house_floors import FLOORS, ROOT, sources

Graph = Mapping[str, set[str]]
#: Files and folders of a package that a reader meets first.
MOST_ROOMS = {"evo": 22, "fitness": 19}
#: Levels of rooms in evo: 0 imports no other of its rooms, 1 only rooms of level 0, and so on.
MOST_LEVELS = 8


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
    imports: dict[str, set[str]] = {}
    for name, targets in files.items():
        room = room_of(name)
        imports.setdefault(room, set()).update({room_of(target) for target in targets} - {room})
    return imports


def room_of(name: str) -> str:
    """The room of a file; each kind of genome has its own, beside the low registry that finds them."""
    if name.startswith("evo.kinds.") and name.count(".") > 2:
        return ".".join(name.split(".")[:3])
    return ".".join(name.split(".")[:2])


def levels(imports: Graph, package: str) -> dict[str, int]:
    """The level of every room of a package; the package itself, whose names users import, is none."""
    inner = {
        room: {target for target in targets if target.startswith(f"{package}.")}
        for room, targets in imports.items()
        if room.startswith(f"{package}.")
    }
    level: dict[str, int] = {}
    for room in TopologicalSorter(inner).static_order():
        level[room] = 1 + max((level[target] for target in inner.get(room, ())), default=-1)
    return level


def circle(imports: Graph) -> list[str]:
    """The names along one circle; empty where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as problem:
        return list(problem.args[1])
    return []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circle(graph()) == []


def test_no_rooms_import_each_other_in_a_circle() -> None:
    assert circle(rooms(graph())) == []


def test_the_rooms_of_evo_lie_on_few_levels() -> None:
    by_level = levels(rooms(graph()), "evo")
    assert max(by_level.values()) < MOST_LEVELS, sorted(by_level.items(), key=lambda item: item[1])


@pytest.mark.parametrize("package", MOST_ROOMS)
def test_the_top_of_a_package_is_small(package: str) -> None:
    entries = [path.name for path in (ROOT / package).iterdir() if path.name != "__pycache__"]
    assert len(entries) <= MOST_ROOMS[package], sorted(entries)


def test_a_circle_is_seen() -> None:
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}


def test_a_level_too_many_is_seen() -> None:
    chain = {f"evo.{number}": {f"evo.{number - 1}", "genomes.bits"} for number in range(1, MOST_LEVELS + 1)}
    assert max(levels(chain, "evo").values()) == MOST_LEVELS
