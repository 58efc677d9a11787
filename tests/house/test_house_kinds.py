"""What serves every kind of genome knows none: kinds are found by the registries of their floors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import pytest

from fitness.registry import TASKS
from genomes import registry
from tests.house.test_house_circles import graph
from tests.house.test_house_floors import FLOORS, ROOT, sources

#: Where the kinds live.
OWN = ("genomes.two_level", "genomes.masks", "fitness.local", "fitness.masks", "fitness.memetic", "evo.kinds.mask")
#: Files and folders that serve all of them.
NEUTRAL = (
    "genomes.batches",
    "genomes.registry",
    "fitness.evaluation.results",
    "fitness.registry",
    "fitness.tasks",
    "evo.search.archive",
    "evo.search.failures",
    "evo.search.islands",
    "evo.search.loop",
    "evo.search.restored",
    "evo.search.state",
    "evo.storage",
)


def inside(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def types_of_kinds() -> set[str]:
    """Names of the spaces, batches and tasks of all kinds."""
    kinds = [resolve_name(place).KIND for place in registry.KINDS.values()]
    tasks = {place.partition(":")[2] for places in TASKS.values() for place in places.values()}
    return {kind.space.__name__ for kind in kinds} | {kind.batch.__name__ for kind in kinds} | tasks


def asked_types(path: Path) -> Iterator[str]:
    """Names in the second argument of every `isinstance` of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            yield from (name.id for name in ast.walk(node.args[1]) if isinstance(name, ast.Name))


def test_what_serves_every_kind_imports_none() -> None:
    imports = {name: {t for t in targets if inside(t, OWN)} for name, targets in graph().items()}
    assert {name: targets for name, targets in imports.items() if targets and inside(name, NEUTRAL)} == {}
    assert all(any(inside(name, (room,)) for name in imports) for room in (*OWN, *NEUTRAL))


@pytest.mark.parametrize("package", FLOORS)
def test_nobody_asks_for_the_type_of_a_kind(package: str) -> None:
    types = types_of_kinds()
    asked = {str(path.relative_to(ROOT)): types & set(asked_types(path)) for path in sources(package)}
    assert {path: names for path, names in asked.items() if names} == {}


def test_a_question_for_a_type_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "file.py"
    path.write_text(
        "if isinstance(task, MaskTasks | MemeticTasks) or isinstance(space, (CoverSpace, int)):\n    pass\n"
    )
    assert types_of_kinds() & set(asked_types(path)) == {"MaskTasks", "MemeticTasks", "CoverSpace"}
