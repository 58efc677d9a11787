"""The registry of sources: adding one is a module with a pure `read` and one line here.

`SOURCES` reads what a config names; `FORMATS` reads a later file against what training fixed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from fitness.data import idx_source, npz_source, pla_source, sklearn_source
from fitness.data.functions import source as function_source
from fitness.data.schema import Schema
from fitness.data.spec import DataSpec
from fitness.data.table import Table
from fitness.data.tables import source as table_source
from fitness.errors import DataError

SOURCES: Mapping[str, Callable[[DataSpec, int], Table]] = MappingProxyType(
    {
        "table": table_source.read,
        "csv": table_source.read,
        "npz": npz_source.read,
        "pla": pla_source.read,
        "idx": idx_source.read,
        "sklearn": sklearn_source.read,
        "function": function_source.read,
    }
)

FORMATS: Mapping[str, Callable[[str, Schema, int | None], Table]] = MappingProxyType(
    {
        "table": table_source.reread,
        "csv": table_source.reread,
        "npz": npz_source.reread,
        "pla": pla_source.reread,
        "idx": idx_source.reread,
    }
)

_ENDINGS = {
    "npz": re.compile(r"\.npz$"),
    "pla": re.compile(r"\.pla(\.gz)?$"),
    "idx": re.compile(r"idx\d[^/]*$"),
}


def read_source(spec: DataSpec, seed: int) -> Table:
    """All rows that the config's source gives.

    Raises:
        DataError: whatever is wrong with the file or the arguments, in one line.
    """
    if spec.source in FORMATS and not spec.path and spec.query is None:
        raise DataError(f"source {spec.source} needs a file", where="data.path")
    return SOURCES[spec.source](spec, seed)


def read_later(path: str, schema: Schema, source: str | None = None, limit: int | None = None) -> Table:
    """The wanted columns (and labels) of another file.

    Args:
        path: the file.
        wanted: what training fixed.
        source: its format where the config says it; otherwise, and for sources without files, its name tells: a table
            where it ends otherwise than those of other formats.
        limit: bytes that it may unpack to; None for a quarter of the memory.

    Raises:
        DataError: whatever is wrong with the file.
    """
    named = source if source is not None and source in FORMATS else _format_of(path)
    return FORMATS[named](path, schema, limit)


def _format_of(path: str) -> str:
    return next((name for name, ending in _ENDINGS.items() if ending.search(path)), "table")
