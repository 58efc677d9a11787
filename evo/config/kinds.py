"""Defaults that depend on what is evolved: filled in where the document leaves a key out, before it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: Keys that mean something else for masks than for formulas, with what they are unless given.
MASKS: Final[Mapping[tuple[str, str], Any]] = {
    ("data", "binarize"): {"method": "none"},
    ("fitness", "objectives"): ["loss", "kept"],
    ("search", "population"): 8,
    ("search", "prices"): 6,
    ("search", "crossover"): 1.0,
    ("local", "kind"): "auto",
    ("stop", "generations"): 20,
    ("checkpoint", "every"): 1,
}


def with_defaults(document: Any) -> Any:
    """The document of a config, completed where `genome.kind` asks for it."""
    genome = document.get("genome") if isinstance(document, dict) else None
    if not isinstance(genome, dict) or genome.get("kind") != "mask":
        return document
    completed = dict(document)
    for (section, key), value in MASKS.items():
        given = completed.get(section, {})
        if isinstance(given, dict):
            completed[section] = {key: value, **given}
    return completed
