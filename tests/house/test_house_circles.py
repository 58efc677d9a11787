"""Files import each other in one direction, and so do the rooms of evo."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.house.test_house_floors import FLOORS, ROOT, sources

Graph = Mapping[str, set[str]]
#: Imports that close a circle and are still to be opened; nothing may be added.
OPEN_CIRCLES = {("fitness.layouts.term_store", "fitness.layouts.binary")}
#: Rooms of evo that still import each other.
OPEN_ROOMS = {("evo.kinds", "evo.masks"), ("evo.storage", "evo.records")}
#: Files and folders of evo that a reader meets first.
MOST_ROOMS = 22


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
    """What every room of evo (a file or folder on its top level) imports of the others."""
    found: dict[str, set[str]] = {}
    for name, targets in files.items():
        if name.startswith("evo."):
            room = room_of(name)
            found.setdefault(room, set()).update({room_of(t) for t in targets if t.startswith("evo.")} - {room})
    return found


def room_of(name: str) -> str:
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
    assert circle(graph(), OPEN_CIRCLES) == []


def test_no_rooms_of_evo_import_each_other_in_a_circle() -> None:
    assert circle(rooms(graph()), OPEN_ROOMS) == []


def test_the_lists_of_exceptions_are_no_longer_than_needed() -> None:
    for imports, allowed in ((graph(), OPEN_CIRCLES), (rooms(graph()), OPEN_ROOMS)):
        assert [pair for pair in sorted(allowed) if not circle(imports, allowed - {pair})] == []


def test_the_top_of_evo_is_small() -> None:
    entries = [path.name for path in (ROOT / "evo").iterdir() if path.name != "__pycache__"]
    assert len(entries) <= MOST_ROOMS, sorted(entries)


def test_a_circle_is_seen() -> None:
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}, set())) == {"a", "b", "c"}
    assert circle({"a": {"b"}, "b": {"a"}}, {("b", "a")}) == []
