"""Rows that come from no file (standard input, a frame) as a file without a name, for a run to keep in its directory.

The file is in memory where the system can have such files, else on disk without a name; it is gone when it is closed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np

from fitness.containers.bound import bound, too_large
from fitness.data.checks import first_alike
from fitness.data.tables.database import database, name, text
from fitness.data.tables.frames import frame_columns, frame_names, is_frame
from fitness.data.tables.raw import Nested, Numbers, RawColumn, Texts, Times, missing_of
from fitness.errors import DataError
from genomes.bounds import LONGEST_NAME

PIECE = 2**20
#: Where open files have names, and what those of this module are called in messages.
DESCRIPTORS, INPUT, FRAME = "/dev/fd/", "standard input", "the frame"
_NAMES: dict[str, str] = {}
#: What data.columns says of one column.
Kind = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """path: under which this process reads the rows; name: of the file that a run keeps them in; columns: what
    `data.columns` must say of columns, because the file does not.
    """

    file: IO[bytes]
    name: str
    columns: Mapping[str, Kind] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """A name of the open file."""
        return f"{DESCRIPTORS}{self.file.fileno()}"

    def pieces(self) -> Iterator[bytes]:
        """All bytes."""
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            yield piece


def shown_name(path: str) -> str:
    """What a file is called in messages."""
    return _NAMES.get(path, path)


@contextmanager
def _nameless(shown: str) -> Iterator[IO[bytes]]:
    """A new file, in memory where that can be."""
    in_memory = hasattr(os, "memfd_create")
    with os.fdopen(os.memfd_create("table"), "w+b") if in_memory else tempfile.TemporaryFile() as file:
        path = f"{DESCRIPTORS}{file.fileno()}"
        _NAMES[path] = shown
        try:
            yield file
        finally:
            del _NAMES[path]


@contextmanager
def held_input(limit: int | None) -> Iterator[Held]:
    """The rows of standard input; limit: bytes, see `fitness.containers.bound.bound`.

    Raises:
        ContainerError: more than `limit`. DataError: standard input is a terminal, or closed.
    """
    most, size, head = bound(limit), 0, b""
    if sys.stdin is None or sys.stdin.isatty():
        raise DataError("expected rows of a table, got a terminal; e.g. cat x.csv | evo ... -", where=INPUT)
    with _nameless(INPUT) as file:
        while piece := sys.stdin.buffer.read(PIECE):
            head = head or piece[:64]
            size += file.write(piece)
            if size > most:
                raise too_large(None, most, INPUT)
        file.flush()
        yield Held(file, f"data.{ending(head)}")


def ending(head: bytes) -> str:
    """What the name of a file with these first bytes ends in."""
    if head.startswith(b"PAR1"):
        return "parquet"
    return "json" if looks_like_json(head) else "csv"


def looks_like_json(head: bytes) -> bool:
    """Whether a file without a name is one of JSON."""
    return head.lstrip()[:2].rstrip() in (b"{", b"[", b'{"', b"[{", b"[[")


@contextmanager
def held_frame(frame: Any) -> Iterator[Held]:
    """The rows of a pandas or polars frame or an Arrow table, as Parquet.

    Raises:
        DataError: no frame, no rows, names that Parquet cannot hold, a cell that is neither number, text nor time.
    """
    if not is_frame(frame):
        need = "expected a pandas or polars frame or an Arrow table"
        raise DataError(f"{need}, got {type(frame).__module__}.{type(frame).__qualname__}", where="data")
    try:
        names, raws = frame_names(frame), frame_columns(frame)
    except (TypeError, ValueError) as problem:
        raise DataError(str(problem), where=FRAME) from None
    _check(names, frame)
    with _nameless(FRAME) as file:
        held = Held(file, "data.parquet", {n: k for n, raw in zip(names, raws, strict=True) if (k := _kind(raw))})
        _write(held.path, names, raws)
        yield held


def _check(names: tuple[str, ...], frame: Any) -> None:
    if not frame.shape[0] or not names:
        raise DataError(f"expected rows and columns, got a frame of shape {tuple(frame.shape)}", where=FRAME)
    long = next((column for column in names if len(column) > LONGEST_NAME), None)
    if long is not None:
        raise DataError(f"column names have at most {LONGEST_NAME:,} characters, got {long[:40]!r}...", where=FRAME)
    pair = first_alike(names, str.lower)
    if pair is not None:
        need = "column names must differ in more than case"
        raise DataError(f"{need}, got {pair[0]!r} and {pair[1]!r}; rename one", where=FRAME)


def _kind(raw: RawColumn) -> Kind | None:
    """What Parquet does not tell of a column."""
    if not isinstance(raw, Texts) or raw.type == "text":
        return None
    listed = len(raw.levels) > 1 and max(map(len, raw.levels)) <= LONGEST_NAME
    return raw.levels if raw.type == "ordered" and listed else "category"


def _write(path: str, names: tuple[str, ...], raws: tuple[RawColumn, ...]) -> None:
    arrays = {f"c{i}": _array(raw) for i, raw in enumerate(raws)}
    columns = ", ".join(
        f"{_sql(f'c{i}', raw)} AS {name(column)}" for i, (column, raw) in enumerate(zip(names, raws, strict=True))
    )
    with database([path]) as con:
        con.register("rows_held", arrays)
        con.execute(f"COPY (SELECT {columns} FROM rows_held) TO {text(path)} (FORMAT parquet, USE_TMP_FILE false)")


def _array(raw: RawColumn) -> Any:
    """What the database takes a column from; what is missing is masked."""
    if isinstance(raw, Nested):
        return np.zeros(raw.n_rows)
    if isinstance(raw, Texts):
        return raw.cells()
    if isinstance(raw, Times):
        micros = np.rint(np.where(np.isnan(raw.seconds), 0, raw.seconds) * 1e6).astype(np.int64)
        return np.ma.masked_array(micros, missing_of(raw))
    return np.ma.masked_array(raw.values, missing_of(raw))


def _sql(column: str, raw: RawColumn) -> str:
    if isinstance(raw, Nested):
        return "[]::INTEGER[]"
    if isinstance(raw, Times):
        return f"make_timestamp({column})"
    return f"{column}::BOOLEAN" if isinstance(raw, Numbers) and raw.boolean else column
