"""What is wrong with a file, where DuckDB refuses it: the line, what was expected, what came."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

from fitness.data.tables.database import engine, one_line
from fitness.data.tables.dialect import Dialect
from fitness.data.tables.files import TableFile, unpacked
from fitness.errors import ContainerError, DataError


@contextmanager
def explained(file: TableFile, dialect: Dialect | None = None) -> Iterator[None]:
    """Raise what DuckDB says of `file` as one line with its place; dialect: of CSV, if known."""
    try:
        yield
    except engine().Error as problem:
        raise _fault(str(problem), file, dialect) from None


def _fault(message: str, file: TableFile, dialect: Dialect | None) -> DataError:
    line = re.search(r"CSV Error on Line: (\d+)", message)
    where = f"{file.shown}:{line[1]}" if line else file.shown
    width = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if width:
        exact = None if dialect is None else _ragged_line(file, dialect)  # DuckDB counts rows, not lines
        return ragged(int(width[1]), int(width[2]), where if exact is None else f"{file.shown}:{exact}")
    lower = message.split("Possible", maxsplit=1)[0].lower()
    if "unicode" in lower or "utf-8 encoded" in lower or "invalid utf" in lower:
        hint = "save the file as UTF-8, or say what it is, e.g. data.encoding: latin-1"
        return DataError(f"not UTF-8 text; {hint}", where=_bad_line(file) or where)
    if "quote" in lower and line:
        return DataError("not a csv row: a quoted cell does not end where its quotes do", where=where)
    if "line size" in lower or "maximum_object_size" in lower:
        return ContainerError("a line is longer than any row of a table; is this a table?", where=where)
    return DataError(one_line(message), where=where)


def ragged(width: int, cells: int, where: str) -> DataError:
    """The error for a row with another number of cells than the header."""
    return DataError(f"expected {width} cells as in the header, got {cells}", where=where)


def _bad_line(file: TableFile) -> str | None:
    if file.packed == "zstd":
        return None
    with unpacked(file) as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return f"{file.shown}:{number}"
    return None


def line_of(file: TableFile, dialect: Dialect, row: int) -> int | None:
    """The line on which a row of data begins; None where the file cannot be looked at twice."""
    rows = enumerate(rows_of(file, dialect), -int(dialect.header))
    return next((line for number, (line, _) in rows if number == row), None)


def _ragged_line(file: TableFile, dialect: Dialect) -> int | None:
    return next((line for line, cells in rows_of(file, dialect) if len(cells) != len(dialect.names)), None)


def rows_of(file: TableFile, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file, its header first, each with the line on which it begins; none of a zstd file."""
    if file.packed == "zstd":
        return
    with unpacked(file) as raw, io.TextIOWrapper(raw, dialect.encoding, errors="replace", newline="") as lines:
        for _ in range(dialect.skip):
            lines.readline()
        reader, begin = csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote), 1
        try:
            for cells in reader:
                if cells:
                    yield dialect.skip + begin, cells
                begin = reader.line_num + 1
        except csv.Error:
            return
