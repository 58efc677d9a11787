"""A data file in the place of a config: ``evo run loans.csv --target repaid``."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from evo.config.load import Loaded, config_from_dict, load_config
from evo.config.resolved import dump_yaml
from fitness.data.spec import STANDARD_INPUT

_SOURCES: Final = {
    "table": re.compile(r"\.(csv|tsv|txt|data|parquet|json|jsonl|ndjson)(\.gz|\.zst)?$", re.IGNORECASE),
    "npz": re.compile(r"\.npz$", re.IGNORECASE),
    "pla": re.compile(r"\.pla(\.gz)?$", re.IGNORECASE),
}
_ENDINGS: Final = re.compile(r"(\.[A-Za-z]{2,7})?(\.gz|\.zst)?$", re.IGNORECASE)
_LONGEST_NAME: Final = 100


def load_given(given: str, overrides: Sequence[str] = (), target: str | None = None) -> Loaded:
    """The config of a YAML file, or the one that a data file stands for.

    Args:
        given: a config or a data file; "-" is a table on standard input.
        overrides: as of `load_config`; relative paths in them begin at the folder of the config or data file.
        target: the column to predict.

    Raises:
        ConfigError: as `load_config`.
    """
    source = source_of(given)
    if source is None:
        of_target = [] if target is None else [f"data.target={json.dumps(target)}"]
        return load_config(Path(given), [*of_target, *overrides])
    document = document_of(given, source, target)
    base = Path.cwd() if given == STANDARD_INPUT else Path(given).parent
    return Loaded(config_from_dict(document, base, overrides), dump_yaml(document), Path(given))


def source_of(given: str) -> str | None:
    """The source of a data file, told by its name; None for a config."""
    if given == STANDARD_INPUT:
        return "table"
    source = next((name for name, ending in _SOURCES.items() if ending.search(given)), None)
    return None if given.lower().endswith(".json") and _is_config(given) else source


def document_of(path: str, source: str, target: str | None = None) -> dict[str, Any]:
    """The config that a data file stands for."""
    of_target = {} if target is None else {"target": target}
    whole = path if path == STANDARD_INPUT else str(Path(path).absolute())
    return {"schema": 1, "name": name_of(path), "data": {"source": source, "path": whole, **of_target}}


def name_of(path: str) -> str:
    """The stem of a file's name as the name of a run."""
    stem = "table" if path == STANDARD_INPUT else _ENDINGS.sub("", Path(path).name)
    legal = re.sub(r"[^A-Za-z0-9._-]+", "_", stem).lstrip(".")[:_LONGEST_NAME].strip("_")
    return legal or "table"


def _is_config(path: str) -> bool:
    """Whether a JSON file is a config: YAML takes JSON, too."""
    try:
        document = json.loads(Path(path).read_bytes()[: 2**20])
    except (OSError, ValueError):
        return False
    return isinstance(document, dict) and "schema" in document and "data" in document
