"""No file and no function of the product is longer than a reader can hold in mind."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.test_house_floors import FLOORS, ROOT, sources

FILE, FUNCTION = 400, 60


def too_long(text: str) -> Iterator[str]:
    """What of a file is over the limits."""
    lines = text.count("\n")
    if lines > FILE:
        yield f"{lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION:
                yield f"{node.name}: {length} lines"


@pytest.mark.parametrize("package", FLOORS)
def test_files_and_functions_are_short(package: str) -> None:
    found = {str(path.relative_to(ROOT)): list(too_long(path.read_text(encoding="utf-8"))) for path in sources(package)}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_what_is_too_long_is_seen() -> None:
    assert list(too_long("x = 1\n" * (FILE + 1))) == ["401 lines"]
    assert list(too_long("def f():\n" + "    x = 1\n" * FUNCTION)) == ["f: 61 lines"]
