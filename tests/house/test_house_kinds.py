"""What serves every kind of genome knows none and asks for none: kinds are found by the registries of their floors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import pytest

from evo.kinds.registry import KINDS, kind_of
from fitness.registry import TASKS
from genomes import registry
from tests.house.test_house_circles import graph, name_of
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
#: Rooms that find what a kind gives them on the top floor by its registry.
ROOMS = ("analysis", "cli", "config", "display", "records", "report", "running", "search", "storage", "text")
#: Kinds whose name asks for them wherever it is compared; sop and pos are also the two forms of a formula.
UNMISTAKABLE = set(KINDS) - {"sop", "pos"}


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


def texts(node: ast.expr) -> set[str]:
    """Texts that stand in an expression: one, or several in a tuple, a list or a set."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def is_genome(node: ast.expr) -> bool:
    """Whether an expression is the name of a kind: ``config.genome.kind``, ``result["genome"]``, ``genome``."""
    match node:
        case ast.Attribute(ast.Name("genome") | ast.Attribute(attr="genome"), "kind"):
            return True
        case ast.Attribute(attr="genome") | ast.Name("genome") | ast.Subscript(slice=ast.Constant("genome")):
            return True
        case ast.Call(ast.Attribute(attr="get"), [ast.Constant("genome"), *_]):
            return True
    return False


def asked_names(source: str) -> Iterator[str]:
    """Comparisons of the name of a kind with a text."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(left, _, others):
                named = set().union(*map(texts, [left, *others]))
                if named & UNMISTAKABLE or (named and any(map(is_genome, [left, *others]))):
                    yield ast.unparse(node)
            case ast.MatchValue(value) if texts(value) & UNMISTAKABLE:
                yield ast.unparse(node)


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


def test_rooms_of_the_top_floor_import_no_kind() -> None:
    kinds = tuple(module.rpartition(".")[0] for module in KINDS.values())
    rooms = tuple(f"evo.{room}" for room in ROOMS)
    imports = {name: {t for t in targets if inside(t, kinds)} for name, targets in graph().items()}
    assert {name: targets for name, targets in imports.items() if targets and inside(name, rooms)} == {}


@pytest.mark.parametrize("package", FLOORS)
def test_nobody_asks_for_the_name_of_a_kind(package: str) -> None:
    paths = {str(path.relative_to(ROOT)): path for path in sources(package) if not inside(name_of(path), OWN)}
    asked = {name: list(asked_names(path.read_text(encoding="utf-8"))) for name, path in paths.items()}
    assert {name: lines for name, lines in asked.items() if lines} == {}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_names_its_sizes_apart(name: str) -> None:
    sizes = kind_of(name).sizes
    names = [column.name for column in sizes]
    assert len(set(names)) == len(names) >= 2
    assert not {column.formerly for column in sizes} & set(names)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("config.genome.kind == 'sop'", True),
        ("x != 'mask'", True),
        ("x in ('mask', 'sop')", True),
        ("genome == 'pos'", True),
        ("result['genome'] == 'sop'", True),
        ("result.get('genome', 'sop') in {'sop'}", True),
        ("match name:\n    case 'mask':\n        pass", True),
        ("model.kind == 'sop'", False),
        ("kind_of(config.genome.kind).sizes", False),
        ("task.kind == 'binary'", False),
        ("{'mask': 1}", False),
        ("record['genome'] is None", False),
    ],
)
def test_a_question_for_a_name_is_seen(line: str, seen: bool) -> None:
    assert bool(list(asked_names(line))) is seen
