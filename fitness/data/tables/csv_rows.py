"""The rows of a CSV file in the database, none of them lost.

DuckDB reads by the standard first. Where line ends are of several kinds (in quoted cells, or between rows) it may
refuse the file or give no row at all; then it reads leniently, which could cut rows that are too long, so that the rows
are counted and measured by Python's reader as well.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace

from fitness.containers.bound import bound, too_large
from fitness.data.tables.database import ROWS, Connection, engine
from fitness.data.tables.dialect import BACKSLASH, Dialect
from fitness.data.tables.faults import explained, rows_of
from fitness.data.tables.files import TableFile
from fitness.errors import DataError

#: What DuckDB says of line ends that it did not expect.
_LOST = "invalid state"


def read_rows(con: Connection, file: TableFile, dialect: Dialect, longest: int, limit: int | None) -> int:
    """Read the file into the table `ROWS`; how many rows it has.

    longest: characters of a line, at most; limit: bytes that the file may unpack to.

    Raises:
        DataError: whatever is wrong with the rows, or none at all.
    """
    most = bound(limit) // (2 * len(dialect.names)) + 1  # a cell takes a byte, and a mark behind it
    if dialect.escape == BACKSLASH:  # believed only where doubled quotes cannot be what is meant
        doubled = replace(dialect, escape=dialect.quote)
        with contextlib.suppress(DataError):
            return read_rows(con, file, doubled, longest, limit)
    n_rows = _strict(con, f"{dialect.read(file, longest)} LIMIT {most}", file, dialect)
    if not n_rows:
        with explained(file, dialect):
            n_rows = _created(con, f"{dialect.read(file, longest, strict=False)} LIMIT {most}")
        _verify(file, dialect, n_rows)
    if n_rows == most:
        raise too_large(None, bound(limit), file.shown)
    if not n_rows:
        raise DataError("a header but no rows", where=file.shown)
    return n_rows


def _strict(con: Connection, rows: str, file: TableFile, dialect: Dialect) -> int:
    """The rows that the standard gives, 0 where it may have lost some."""
    with explained(file, dialect):
        try:
            return _created(con, rows)
        except engine().Error as problem:
            if _LOST in str(problem):
                return 0
            raise


def _created(con: Connection, rows: str) -> int:
    con.execute(f"CREATE OR REPLACE TABLE {ROWS} AS SELECT * FROM {rows}")
    (n_rows,) = con.execute(f"SELECT count(*) FROM {ROWS}").fetchone()
    return int(n_rows)


def _verify(file: TableFile, dialect: Dialect, n_rows: int) -> None:
    """Raise DataError where Python's reader sees other rows."""
    if file.packed == "zstd":
        return
    width, seen = len(dialect.names), -int(dialect.header)
    for line, cells in rows_of(file, dialect):
        if len(cells) != width:
            found = f"expected {width} cells as in the header, got {len(cells)}"
            raise DataError(found, where=f"{file.shown}:{line}")
        seen += 1
    if seen != n_rows:
        need = (
            f"its lines end in several ways, which gives {n_rows:,} or {seen:,} rows; save it with one kind of line end"
        )
        raise DataError(need, where=file.shown)
