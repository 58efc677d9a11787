"""The config reference as a Markdown page: every key of every kind with its default, what fits and what it does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from evo.config.choice import schemas
from evo.config.expect import EVERYTHING, expectation
from evo.config.reference import Definitions, definitions_of
from evo.config.schema import IDENTITY, RunConfig
from evo.config.shape import item_section, keys_of, section_at

_HEAD: Final = """\
# Config reference

Every key of a config file, made from the schema by `evo schema --markdown`. A key that is left out has its default;
unknown keys are errors, and `-o section.key=value` sets one from the command line. `evo schema --template` prints the
same as a starter file. The sections {identity} are what makes a run the run it is: they cannot
change when it is resumed, all others may. `genome.kind` decides which keys there are: first come those of
{usual}, then what differs for {others}."""
_OTHERS: Final = "These keys are other ones, or have other defaults or values; all others are as above."
_TITLES: Final = ["key", "default", "value", "meaning"]


@dataclass(frozen=True, slots=True)
class Section:
    """A section's text, and the cells of its keys."""

    text: str
    rows: Mapping[str, list[str]]


def reference_page() -> str:
    """The whole page."""
    (usual, names), *others = schemas().items()
    known = dict(_sections(usual, definitions_of(usual)))
    head = _HEAD.format(
        identity=", ".join(f"`{name}`" for name in IDENTITY),
        usual=_listed(names),
        others=", ".join(_listed(names) for _, names in others),
    )
    parts = [head, *(part for path, section in known.items() for part in _part(path, section, section.rows))]
    for schema, names in others:
        parts += _differing(schema, names, known)
    return "\n\n".join(parts) + "\n"


def _differing(schema: type[RunConfig], names: tuple[str, ...], known: Mapping[str, Section]) -> Iterator[str]:
    """The sections of another kind that are not as those of the usual one, with the keys that are not."""
    yield f"# `genome.kind`: {_listed(names)}\n\n{_OTHERS}"
    for path, section in _sections(schema, definitions_of(schema)):
        usual = known.get(path, Section("", {}))
        rows = {key: cells for key, cells in section.rows.items() if cells != usual.rows.get(key)}
        missing = [f"`{key}`" for key in usual.rows if key not in section.rows]
        if rows or missing or section.text != usual.text:
            yield from _part(path, section, rows, f" ({', '.join(names)})")
        if missing:
            yield f"There is no {', '.join(missing)}."


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def _sections(
    section: type, definitions: Definitions, path: str = "", default: Any = None
) -> Iterator[tuple[str, Section]]:
    """A section and all below it, by their paths."""
    body = definitions[section.__name__]
    rows, inner = {}, []
    for key, annotation in keys_of(section).items():
        own = body["properties"][key]
        below = section_at(annotation)
        if below is None:
            rows[key] = [f"`{key}`", _default(own), expectation(annotation, EVERYTHING), str(own["description"])]
            item = item_section(annotation)
            if item is not None:
                inner.append((f"{path}.{key}[]".lstrip("."), item, None))
        else:
            inner.append((f"{path}.{key}".lstrip("."), below, own.get("default")))
    text = str(body["description"]) + (f" Default: `{json.dumps(default)}`." if default else "")
    yield path, Section(text, rows)
    for name, below, usual in inner:
        yield from _sections(below, definitions, name, usual)


def _part(path: str, section: Section, rows: Mapping[str, list[str]], of: str = "") -> Iterator[str]:
    if path:
        yield f"## `{path}`{of}\n\n{section.text}"
    if rows:
        lines = [_TITLES, ["---"] * len(_TITLES), *rows.values()]
        yield "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _default(body: Mapping[str, Any]) -> str:
    return f"`{json.dumps(body['default'])}`" if "default" in body else "required"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
