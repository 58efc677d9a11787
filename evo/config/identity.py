"""What makes a run the run it is: the sections that cannot change on resume, as plain values and as a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import PureWindowsPath
from typing import Any, Final

from evo.config.schema import IDENTITY, RunConfig

#: Keys of `search` that say nothing while they are empty: runs of earlier versions do not have them.
_EMPTY: Final = ("operators",)
_ABSENT: Final = object()


def identity(config: RunConfig) -> dict[str, Any]:
    """The identity sections as JSON values; of paths only the file name, so that folders may move."""
    values = to_json(config.with_files(_file_name))
    data = {key: value for key, value in values["data"].items() if key not in config.data.without_state()}
    search = {key: value for key, value in values["search"].items() if value or key not in _EMPTY}
    return {**{section: values[section] for section in IDENTITY}, "data": data, "search": search}


def identity_hash(config: RunConfig) -> str:
    """SHA-256 (hex) of the identity as canonical JSON: sorted keys, no spaces, ASCII."""
    text = json.dumps(identity(config), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def changed_identity(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Dotted keys whose values differ between two identities, in the order of the first."""
    return list(_changed(old, new, ""))


def to_json(config: RunConfig) -> dict[str, Any]:
    """The whole config as JSON values: dicts, lists, text, numbers, booleans and null."""
    values: dict[str, Any] = json.loads(json.dumps(asdict(config)))
    return values


def _changed(old: Mapping[str, Any], new: Mapping[str, Any], above: str) -> Iterator[str]:
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key, _ABSENT), new.get(key, _ABSENT)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _changed(before, after, f"{above}{key}.")
        elif before != after:
            yield f"{above}{key}"


def _file_name(path: str | None) -> str | None:
    return path if path is None else PureWindowsPath(path).name  # takes both kinds of separator
