"""What pages say of commands, flags and parameters is what these are."""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evo import BooleanNetworkClassifier, POSClassifier, SOPClassifier
from evo.cli.parser import build_parser

ROOT = Path(__file__).resolve().parents[2]
#: What follows `evo` and is no command: options, and learners of a benchmark.
OTHERS = {"--help", "--version", "quick", "raw", "unrefined", "run."}
PAGES = ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]


@pytest.fixture(scope="module")
def parsers() -> Mapping[str, argparse.ArgumentParser]:
    """By command."""
    actions = build_parser()._actions
    return next(action for action in actions if isinstance(action, argparse._SubParsersAction)).choices


def test_the_table_of_commands_has_each_of_them(parsers: Mapping[str, argparse.ArgumentParser]) -> None:
    section = (ROOT / "README.md").read_text().partition("## Commands")[2].partition("\n\nExit codes")[0]
    cells = [line.split(" | ")[0] for line in section.splitlines() if line.startswith("| `")]
    named = {word for cell in cells for word in re.findall(r"`(?:evo )?([a-z-]+)", cell)}
    assert named == set(parsers)


@pytest.mark.parametrize("page", PAGES)
def test_flags_that_pages_name_are_those_of_their_commands(
    page: str, parsers: Mapping[str, argparse.ArgumentParser]
) -> None:
    text = (ROOT / page).read_text()
    spans = [
        *re.findall(r"`(evo [^`]*)`", text.replace("\n", " ")),
        *re.findall(r"^(?:    +|\$ )(evo .*)$", text, re.MULTILINE),
    ]
    for span in spans:
        command, _, rest = span.removeprefix("evo ").partition(" ")
        rest = re.split(r"\s#\s|\s\|\s|; ", rest)[0]
        if command not in parsers:
            assert command in OTHERS, f"{page}: {span}"
            continue
        known = parsers[command]._option_string_actions
        for flag in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", rest):
            assert flag in known, f"{page}: {span}: {flag}"


def test_the_table_of_parameters_has_their_defaults() -> None:
    text = (ROOT / "docs" / "estimators.md").read_text()
    said = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", text, re.MULTILINE))
    given: dict[str, Any] = {
        name: parameter.default for name, parameter in inspect.signature(SOPClassifier).parameters.items()
    }
    assert {name: said[name].strip("`") for name in given} == {name: str(value) for name, value in given.items()}
    assert inspect.signature(POSClassifier) == inspect.signature(SOPClassifier)
    assert set(inspect.signature(BooleanNetworkClassifier).parameters) >= set(given) - {"side", "monotone_features"}
