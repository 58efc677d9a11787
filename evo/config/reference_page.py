"""The config reference as a Markdown page: every key of every section with its default, what fits and what it does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from evo.config.expect import EVERYTHING, expectation
from evo.config.reference import json_schema
from evo.config.schema import IDENTITY, RunConfig
from evo.config.shape import keys_of, section_at

_HEAD: Final = """\
# Config reference

Every key of a config file, made from the schema by `evo schema --markdown`. A key that is left out has its default;
unknown keys are errors, and `-o section.key=value` sets one from the command line. `evo schema --template` prints the
same as a starter file. The sections {identity} are what makes a run the run it is: they cannot
change when it is resumed, all others may. Masks (`genome.kind: mask`) have a few defaults of their own, which the text
of the key names; `resolved.yaml` in the run directory shows every value that a run has."""


def reference_page() -> str:
    """The whole page."""
    schema = json_schema()
    identity = ", ".join(f"`{name}`" for name in IDENTITY)
    parts = [_HEAD.format(identity=identity), *_section("", RunConfig, schema, schema["$defs"])]
    return "\n\n".join(parts) + "\n"


def _section(path: str, section: type, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    """The section's own keys as a table, then the sections in it."""
    rows, inner = [], []
    for key, annotation in keys_of(section).items():
        body = schema["properties"][key]
        below = section_at(annotation)
        if below is None:
            rows.append([f"`{key}`", _default(body), expectation(annotation, EVERYTHING), str(body["description"])])
        else:
            inner.append((f"{path}.{key}".lstrip("."), below, definitions[below.__name__]))
    if path:
        yield f"## `{path}`\n\n{schema['description']}"
    if rows:
        lines = [["key", "default", "value", "meaning"], ["---"] * 4, *rows]
        yield "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)
    for name, below, described in inner:
        yield from _section(name, below, described, definitions)


def _default(body: Mapping[str, Any]) -> str:
    return f"`{json.dumps(body['default'])}`" if "default" in body else "required"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
