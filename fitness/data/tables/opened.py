"""A file or a query as a table in DuckDB, and its columns as they are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.containers.bound import require_bound
from fitness.data.checks import quoted, require_few_columns
from fitness.data.tables.csv_rows import count_rows, read_rows, require_rows
from fitness.data.tables.database import ROWS, Connection, database, make_table, name, text
from fitness.data.tables.dialect import Dialect, dialect_of
from fitness.data.tables.faults import explained, line_of
from fitness.data.tables.files import TableFile, table_file
from fitness.data.tables.queries import WHERE, explained_query, named_files
from fitness.data.tables.raw import (
    NO_INTEGER,
    Nested,
    Numbers,
    RawColumn,
    Texts,
    Times,
    coded,
    is_wide,
    numbers_or_texts,
)
from fitness.errors import DataError
from fitness.machine.memory import require_memory
from genomes.progress import told

#: Cells that are fetched at one time: bounds what stands beside the table.
CELLS_AT_A_TIME = 2**22
#: Rows of a table whose texts are read here: asking the database costs more for each column.
FEW_ROWS = 5_000
#: Memory of a cell while a table is read: in the database, and as an array.
BYTES_PER_CELL = 24
_WHOLE = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$")
_REAL = re.compile(r"(FLOAT|DOUBLE|DECIMAL.*)$")
_TIME = re.compile(r"(DATE|TIMESTAMP.*)$")


@dataclass(frozen=True, slots=True)
class OpenTable:
    """names: of the columns, `types` those of the database; columns[i] of the database holds names[i].

    loose: whether every cell is a text that may mean anything, as in CSV; file, dialect: of a CSV file.
    """

    con: Connection
    names: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...]
    n_rows: int
    origin: str
    loose: bool
    file: TableFile | None = None
    dialect: Dialect | None = None
    notes: tuple[str, ...] = ()

    @property
    def header_place(self) -> str:
        """Where the names stand, for messages."""
        return self.origin if self.dialect is None else f"{self.origin}:{self.dialect.skip + 1}"

    def place(self, row: int) -> str:
        """Where a row stands, for messages."""
        line = None if self.file is None or self.dialect is None else line_of(self.file, self.dialect, row)
        return f"{self.origin}, row {row + 1}" if line is None else f"{self.origin}:{line}"

    def read(self, wanted: Sequence[str]) -> Iterator[RawColumn]:
        """The columns of these names, one after the other."""
        place = {name: i for i, name in enumerate(self.names)}
        most = 500 if self.n_rows <= FEW_ROWS else 32  # planning many expressions at once takes long
        at_a_time = max(1, min(most, CELLS_AT_A_TIME // max(1, self.n_rows)))
        batches = list(_batched(wanted, at_a_time))
        for some in told(f"reading the columns of {Path(self.origin).name}", batches) if len(batches) > 1 else batches:
            yield from self._batch([place[name] for name in some])

    def _batch(self, places: Sequence[int]) -> Iterator[RawColumn]:
        parts = [f"{sql} AS v{k}_{i}" for k, place in enumerate(places) for i, sql in enumerate(self._sql(place))]
        arrays = self.con.execute(f"SELECT {', '.join(parts)} FROM {ROWS}").fetchnumpy() if parts else {}
        for k, place in enumerate(places):
            values = [arrays[f"v{k}_{i}"] for i in range(len(self._sql(place)))]
            yield self._column(place, values)

    def _sql(self, place: int) -> list[str]:
        column, kind = name(self.columns[place]), self.types[place]
        if kind == "VARCHAR" and self.loose:
            double = f"coalesce(TRY_CAST({column} AS DOUBLE), 'nan'::DOUBLE)"
            return [column] if self.n_rows <= FEW_ROWS else [double, _odd(column)]
        if kind == "BOOLEAN" or _WHOLE.match(kind) or _REAL.match(kind):
            return [f"coalesce({column}::DOUBLE, 'nan'::DOUBLE)"]
        if _TIME.match(kind):
            return [f"CASE WHEN isfinite({column}) THEN epoch({column})::DOUBLE ELSE 'nan'::DOUBLE END"]
        return [f"{column}::VARCHAR"] if kind in ("VARCHAR", "UUID") or kind.startswith("ENUM") else []

    def _column(self, place: int, values: list[NDArray[Any]]) -> RawColumn:
        kind = self.types[place]
        if kind == "VARCHAR" and self.loose:
            return numbers_or_texts(_texts(values[0])) if len(values) == 1 else self._loose(place, *values)
        if not values:
            return Nested(kind.split("(")[0].lower(), self.n_rows)
        if kind in ("VARCHAR", "UUID") or kind.startswith("ENUM"):
            return replace(_texts(values[0]), type="category" if kind.startswith("ENUM") else "text")
        array = np.ma.filled(values[0], np.nan)
        return Times(array) if _TIME.match(kind) else self._numbers(place, array)

    def _numbers(self, place: int, array: NDArray[Any]) -> Numbers:
        infinite = np.flatnonzero(np.isinf(array))
        if infinite.size:
            need = f"column {self.names[place]!r} must hold finite numbers, got {array[infinite[0]]}"
            raise DataError(need, where=self.place(int(infinite[0])))
        exact = self._exact(place, array)
        return Numbers(array if exact is None else exact, boolean=self.types[place] == "BOOLEAN")

    def _loose(self, place: int, numbers: NDArray[Any], odd: NDArray[Any]) -> RawColumn:
        """Texts that may be numbers, as the database read them; see `numbers_or_texts`."""
        odd = np.asarray(odd, dtype=bool)
        if np.isnan(numbers).all() or (odd.any() and not self._all_missing(place)):
            return self._texts(place)
        numbers[odd] = np.nan
        exact = self._exact(place, numbers)
        return self._texts(place) if exact is None else Numbers(exact, typed=False)

    def _all_missing(self, place: int) -> bool:
        """Whether all cells that are no plain numbers say that they are missing."""
        column = name(self.columns[place])
        query = f"SELECT DISTINCT {column} FROM {ROWS} WHERE {_odd(column)} LIMIT 100"
        distinct = self.con.execute(query).fetchall()
        return all(not coded([cell]).levels for (cell,) in distinct)

    def _exact(self, place: int, numbers: NDArray[Any]) -> NDArray[Any] | None:
        """int64 where whole numbers are too wide for float64, None where they are for 64 bits, too; else `numbers`."""
        known = numbers[~np.isnan(numbers)]
        if not known.size or not is_wide(float(known.min()), float(known.max())):
            return numbers
        column = name(self.columns[place])
        whole = f"TRY_CAST({column} AS BIGINT)"
        point = f"contains({column}::VARCHAR, '.') OR contains(lower({column}::VARCHAR), 'e')"
        lost = f"count(*) FILTER ({column} IS NOT NULL AND ({point}))"
        (fractions,) = self.con.execute(f"SELECT {lost} FROM {ROWS}").fetchone()
        if fractions:
            return numbers
        exact = self.con.execute(f"SELECT coalesce({whole}, {NO_INTEGER}) AS v FROM {ROWS}").fetchnumpy()["v"]
        exact = np.asarray(np.ma.filled(exact, NO_INTEGER), dtype=np.int64)
        return exact if ((exact == NO_INTEGER) == np.isnan(numbers)).all() else None

    def _texts(self, place: int) -> Texts:
        query = f"SELECT {name(self.columns[place])}::VARCHAR AS v FROM {ROWS}"
        return _texts(self.con.execute(query).fetchnumpy()["v"])


def _texts(cells: NDArray[Any]) -> Texts:
    return coded(np.ma.filled(cells, None).tolist() if isinstance(cells, np.ma.MaskedArray) else cells.tolist())


def _odd(column: str) -> str:
    """Whether a cell is something else than a plain number; codes with leading zeros are."""
    double, code = f"TRY_CAST({column} AS DOUBLE)", f"{column} >= '00' AND {column} < '0:'"  # ":" comes after "9"
    mark = f"contains({column}, '_') OR contains({column}, '''')"  # between digits, as programs write them
    return f"coalesce(NOT isfinite({double}) OR {mark} OR ({code}), {column} IS NOT NULL)"


def _batched(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))


@contextmanager
def open_file(
    path: str, limit: int | None, encoding: str | None = None, header: bool | None = None, known: Sequence[str] = ()
) -> Iterator[OpenTable]:
    """A file as a table.

    Args:
        path: a CSV, Parquet or JSON file, packed or not; "-" is standard input.
        limit: bytes that it may unpack to; None for a quarter of the memory.
        encoding, header, known: of CSV, see `dialect.dialect_of`.

    Raises:
        DataError: whatever is wrong with the file, in one line.
    """
    with table_file(path, limit) as file, explained(file), database([file.path]) as con:
        if file.format == "csv":
            dialect, longest = dialect_of(con, file, encoding, header, known)
            n_rows = read_rows(con, file, dialect, longest, limit)
            _require_memory(n_rows, len(dialect.names), file.shown)
            columns = tuple(f"c{i}" for i in range(len(dialect.names)))
            types = ("VARCHAR",) * len(columns)
            yield OpenTable(
                con,
                dialect.names,
                columns,
                types,
                n_rows,
                file.shown,
                True,
                file,
                dialect,
                dialect.notes,
            )
        else:
            if file.format == "parquet":
                _require_room(con, file, limit)
            call = "read_parquet" if file.format == "parquet" else "read_json"
            options = "" if file.format == "parquet" else f", compression={text(file.packed)}, sample_size=-1"
            yield _typed(con, f"SELECT * FROM {call}({text(file.path)}{options})", file.shown)


@contextmanager
def open_query(query: str, folder: str) -> Iterator[OpenTable]:
    """The rows that a SELECT gives over local files, which its text names relative to `folder`.

    Raises:
        DataError: no SELECT, several statements, or what DuckDB says of it.
    """
    with explained_query(query, folder), database(named_files(query, folder), folder) as con:
        statements = con.extract_statements(query)
        if len(statements) != 1 or "SELECT" not in str(statements[0].type).upper():
            raise DataError("expected one SELECT", where=WHERE)
        yield _typed(con, query.strip().rstrip(";"), WHERE)


def _typed(con: Connection, query: str, origin: str) -> OpenTable:
    make_table(con, query, origin)
    described = con.execute(f"SELECT column_name, column_type FROM (DESCRIBE {ROWS})").fetchall()
    require_few_columns(len(described), origin)
    columns = tuple(column for column, _ in described)
    names = tuple(column.strip() or f"column {i + 1}" for i, column in enumerate(columns))
    if len(set(names)) < len(names):
        raise DataError(f"column names must differ, got {quoted(names)}", where=origin)
    n_rows = count_rows(con)
    require_rows(n_rows, origin)
    _require_memory(n_rows, len(columns), origin)
    return OpenTable(con, names, columns, tuple(kind for _, kind in described), n_rows, origin, False)


def _require_memory(n_rows: int, n_columns: int, origin: str) -> None:
    cells = n_rows * n_columns
    require_memory(BYTES_PER_CELL * cells, f"the {cells:,} cells of this file", origin)


def _require_room(con: Connection, file: TableFile, limit: int | None) -> None:
    """Parquet says how many rows it has; a small file may say billions."""
    n_rows, columns = con.execute(
        f"SELECT (SELECT coalesce(sum(num_rows), 0) FROM parquet_file_metadata({text(file.path)})), "
        f"(SELECT count(*) FROM (DESCRIBE SELECT * FROM read_parquet({text(file.path)})))"
    ).fetchone()
    require_bound(8 * int(n_rows) * int(columns), limit, file.shown)
