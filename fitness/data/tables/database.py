"""DuckDB as a reader of local files: in this process, in memory, without extensions, network or access to other files.

One thread and rows in their order: the bytes of a run depend on the files alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from fitness.errors import DataError
from fitness.machine.memory import memory
from genomes.progress import listened, tell

#: The table that a file is read into.
ROWS = "rows_read"
Connection = Any
#: Seconds between looks at how far a query is, and what lets DuckDB count that, without a word of its own.
TICK = 0.1
_WATCHED = ("enable_progress_bar=true", "enable_progress_bar_print=false", "progress_bar_time=0")


def engine() -> Any:
    """The module of DuckDB: importing it takes some tenths of a second, which runs without tables save.

    Raises:
        DataError: it is not installed.
    """
    try:
        return import_module("duckdb")
    except ImportError:
        raise DataError("tables are read by DuckDB, which is not installed; pip install duckdb") from None


@contextmanager
def database(paths: Sequence[str], folder: str = "") -> Iterator[Connection]:
    """A connection that may read `paths` and nothing else; relative names in a query start at `folder`.

    Raises:
        DataError: DuckDB is not installed.
    """
    with closing(engine().connect(":memory:", config={"threads": 1})) as connection:
        for setting in _settings(paths, folder):
            connection.execute(setting)
        yield connection


def make_table(con: Connection, query: str, origin: str) -> None:
    """The table `ROWS` of what a query gives; where people watch, they see how far that is. origin: the file's name.

    What a listener raises ends the query.
    """
    statement = f"CREATE OR REPLACE TABLE {ROWS} AS {query}"
    if not listened():
        con.execute(statement)
        return
    with ThreadPoolExecutor(1) as alone:
        done = alone.submit(con.execute, statement)
        try:
            while wait([done], TICK).not_done:
                share = con.query_progress() / 100
                tell(f"reading {Path(origin).name}", share if share >= 0 else None)
        except BaseException:
            con.interrupt()
            raise
        done.result()


def _settings(paths: Sequence[str], folder: str) -> list[str]:
    megabytes = max(256, memory() // 2**21)
    return [
        "SET autoinstall_known_extensions=false",
        "SET autoload_known_extensions=false",
        "SET python_enable_replacements=false",
        "SET preserve_insertion_order=true",
        "SET TimeZone='UTC'",
        "SET temp_directory=''",
        f"SET memory_limit='{megabytes}MB'",
        *([f"SET file_search_path={text(folder)}"] if folder else []),
        f"SET allowed_paths=[{', '.join(map(text, paths))}]",
        "SET enable_external_access=false",
        *(f"SET {setting}" for setting in _WATCHED if listened()),
        "SET lock_configuration=true",
    ]


def text(value: str) -> str:
    """A string of SQL."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """A quoted identifier of SQL."""
    return '"' + value.replace('"', '""') + '"'


def one_line(message: str) -> str:
    """The sentence of a message of DuckDB, without its kind, its excerpts and its advice on options of its own."""
    first = re.split(r"\n|Possible (?:fixes|solutions)", message.strip())[0]
    first = re.sub(r"^(?:[A-Z][\w-]+ )+Error: ", "", first).strip().rstrip(".:")
    if ("memory" in first and "allocate" in first) or "Out of Memory" in message:
        return "the table needs more memory than half of what there is"
    return first[:1].lower() + first[1:]
