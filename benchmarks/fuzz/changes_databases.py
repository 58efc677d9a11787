"""Tables that databases write: Parquet files and JSON lines that promise too much, and what DuckDB packs."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb

ROWS = (10**6, 2 * 10**7)


def copied(query: str, ending: str, options: str) -> bytes:
    """The bytes of a file that DuckDB writes of a query's rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows.{ending}"
        duckdb.connect().execute(f"COPY ({query}) TO '{path}' ({options})")
        return path.read_bytes()


def many_rows(path: Path, rng: random.Random) -> str:
    """Few bytes that are many rows."""
    n_rows = rng.choice(ROWS)
    columns = "range % 7 AS a, 1.5 AS b, 2 AS c, 3 AS d, 'red' AS colour, range % 2 AS kind"
    path.write_bytes(copied(f"SELECT {columns} FROM range({n_rows})", "parquet", "FORMAT parquet"))
    return f"{n_rows} rows"


def nested(path: Path, rng: random.Random) -> str:
    """Cells that are lists and records."""
    cell = rng.choice(["[1, 2]", "{'x': 1}", "MAP {'k': 1}", "'\\x00'::BLOB", "NULL", "INTERVAL 1 DAY", "uuid()"])
    query = f"SELECT {cell} AS a, {cell} AS b, 1 AS c, 2 AS d, 'x' AS colour, range % 2 AS kind FROM range(60)"
    path.write_bytes(copied(query, "parquet", "FORMAT parquet"))
    return f"cells {cell}"


PARQUET: list[Callable[[Path, random.Random], str]] = [many_rows, nested]


def deep(path: Path, rng: random.Random) -> str:
    """Brackets in brackets."""
    depth = rng.choice([10, 1000, 100_000])
    path.write_text("[" * depth + "1" + "]" * rng.choice([0, depth]) + "\n")
    return f"{depth} brackets"


def other_values(path: Path, rng: random.Random) -> str:
    """Rows whose values change their type, and rows that are none."""
    lines = path.read_text().splitlines()
    for _ in range(rng.randint(1, 9)):
        value = rng.choice([{"a": "many"}, {"a": [1]}, {"a": {"b": 1}}, {"z": 1}, {}, [], 5, None, {"kind": 7}])
        lines[rng.randrange(len(lines))] = json.dumps(value)
    path.write_text("\n".join(lines))
    return "other values"


JSON: list[Callable[[Path, random.Random], str]] = [deep, other_values]


def bomb(path: Path, rng: random.Random) -> str:
    """A packed file that unpacks to much more."""
    n_rows = rng.choice([10**5, 10**7])
    columns = "1 AS a, 2 AS b, 3 AS c, 4 AS d, 'red' AS colour, range % 2 AS kind"
    path.write_bytes(copied(f"SELECT {columns} FROM range({n_rows})", "csv", "FORMAT csv, COMPRESSION zstd"))
    return f"{n_rows} rows in zstd"


ZSTD: list[Callable[[Path, random.Random], str]] = [bomb]
