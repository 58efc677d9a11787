"""The rows of a CSV file in the database, none of them lost.

DuckDB reads by the standard. Where line ends are of several kinds (between rows, or in quoted cells) it may refuse the
file or give fewer rows; so what Python's reader sees is counted where that costs nothing (small files, and those with
line ends in quoted cells), and its rows are taken where they are others.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fitness.containers.bound import bound, too_large
from fitness.data.tables.database import ROWS, Connection, engine, make_table
from fitness.data.tables.dialect import BACKSLASH, Dialect
from fitness.data.tables.faults import explained, ragged, rows_of
from fitness.data.tables.files import TableFile
from fitness.errors import DataError

#: Bytes of a file whose rows are counted by Python's reader, too.
SMALL = 2_000_000
#: Rows that are handed to the database at one time.
ROWS_AT_A_TIME = 10_000
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
    n_rows = _by_database(con, f"{dialect.read(file, longest)} LIMIT {most}", file, dialect)
    if _doubtful(file, dialect, n_rows) and n_rows != _counted(file, dialect):
        n_rows = _by_python(con, file, dialect)
    if n_rows == most:
        raise too_large(None, bound(limit), file.shown)
    require_rows(n_rows, file.shown)
    return n_rows


def count_rows(con: Connection) -> int:
    """Rows of the table `ROWS`."""
    (n_rows,) = con.execute(f"SELECT count(*) FROM {ROWS}").fetchone()
    return int(n_rows)


def require_rows(n_rows: int, where: str) -> None:
    """Raise DataError where there are none."""
    if not n_rows:
        raise DataError("a header but no rows", where=where)


def _by_database(con: Connection, rows: str, file: TableFile, dialect: Dialect) -> int:
    """The rows that the standard gives, 0 where it cannot go on."""
    with explained(file, dialect):
        try:
            make_table(con, f"SELECT * FROM {rows}", file.shown)
        except engine().Error as problem:
            if _LOST in str(problem):
                return 0
            raise
    return count_rows(con)


def _doubtful(file: TableFile, dialect: Dialect, n_rows: int) -> bool:
    """Whether rows are counted again; what zstd packs cannot be."""
    small = n_rows == 0 or dialect.broken_lines or Path(file.path).stat().st_size <= SMALL
    return small and file.packed != "zstd" and dialect.escape != BACKSLASH


def _counted(file: TableFile, dialect: Dialect) -> int:
    return sum(1 for _ in rows_of(file, dialect)) - int(dialect.header)


def _by_python(con: Connection, file: TableFile, dialect: Dialect) -> int:
    """The rows as Python's reader sees them."""
    columns = ", ".join(f"c{i} VARCHAR" for i in range(len(dialect.names)))
    con.execute(f"CREATE OR REPLACE TABLE {ROWS} ({columns})")
    rows, n_rows = rows_of(file, dialect), 0
    next(rows if dialect.header else iter(()), None)
    while some := list(itertools.islice(rows, ROWS_AT_A_TIME)):
        for line, cells in some:
            if len(cells) != len(dialect.names):
                raise ragged(len(dialect.names), len(cells), f"{file.shown}:{line}")
        _insert(con, [cells for _, cells in some])
        n_rows += len(some)
    return n_rows


def _insert(con: Connection, rows: Sequence[Sequence[str]]) -> None:
    width = len(rows[0])
    values = [[row[i] or None for row in rows] for i in range(width)]
    con.execute(f"INSERT INTO {ROWS} SELECT {', '.join(['unnest(?::VARCHAR[])'] * width)}", values)
