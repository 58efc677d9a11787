"""Exports read raw cells as `evo predict` does: money, dates and their parts, truth values, hostile categories, blanks.

The cases know the value of every cell, so that C and databases are given typed values, and Python the texts of a file.
"""

from __future__ import annotations

import csv
import datetime
import random
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.export import EXPORTERS
from evo.models.two_level import Model
from fitness.data.encoder import Encoder
from fitness.data.load import load
from fitness.data.schema import Field
from fitness.data.spec import BinarizeSpec, DataSpec, SplitSpec
from tests.kits.export_cases import random_model
from tests.kits.exporters import ExportCase, write_csv_rows
from tests.kits.outside import needs, run
from tests.kits.readers import DAYS, read_json, read_python
from tests.kits.table_checks import FLAGS

Values = dict[str, Any]
EPOCH = datetime.datetime(1970, 1, 1)
CATEGORIES = ("red", "a OR b", 'say "x"', "it's", "x = 1", "back\\slash")
SIZES = ("small", "medium", "large")
WIDE = 2**60

#: Column -> how a value is drawn, and how a file has it.
COLUMNS: Mapping[str, tuple[Callable[[random.Random], Any], Callable[[Any], str]]] = {
    "age years": (lambda rng: rng.randrange(0, 300000) / 100, lambda value: f"${value:,.2f}"),
    "age_years": (lambda rng: float(rng.randrange(9)), repr),
    "code": (lambda rng: WIDE + rng.randrange(12), str),
    "when": (lambda rng: EPOCH + datetime.timedelta(rng.randrange(9000, 9900)), lambda value: f"{value:%d.%m.%Y}"),
    "at": (lambda rng: EPOCH + datetime.timedelta(minutes=rng.randrange(10**6)), lambda value: value.isoformat(" ")),
    "ok": (lambda rng: rng.random() < 0.5, lambda value: "TRUE" if value else "false"),
    "kind": (lambda rng: rng.choice(CATEGORIES), str),
    "size": (lambda rng: rng.choice(SIZES), str),
}  # fmt: skip
TYPES = ("DOUBLE", "DOUBLE", "BIGINT", "DATE", "TIMESTAMP", "BOOLEAN", "VARCHAR", "VARCHAR")


def drawn(rng: random.Random, absent: frozenset[str]) -> Values:
    return {name: None if name in absent and rng.random() < 0.3 else draw(rng) for name, (draw, _) in COLUMNS.items()}


def written(values: Values) -> dict[str, str]:
    return {name: "" if values[name] is None else text(values[name]) for name, (_, text) in COLUMNS.items()}


def drawn_case(seed: int, folder: Path) -> tuple[ExportCase, list[Values]]:
    """A model on 60 rows in which half of the columns miss cells, and rows in which all do."""
    rng = random.Random(seed)
    absent = frozenset(name for name in COLUMNS if rng.random() < 0.5)
    rows = [written(drawn(rng, absent)) | {"y": rng.choice("pn")} for _ in range(60)]
    path = write_csv_rows(folder / "train.csv", rows)
    method: Any = rng.choice(["thermometer", "onehot"])
    spec = DataSpec(
        source="table", path=str(path), target="y", split=SplitSpec(valid=0, test=0), columns={"size": SIZES},
        binarize=BinarizeSpec(method=method, bits=3, levels=4),
    )  # fmt: skip
    encoder = load(spec, seed=0).encoder
    values = [drawn(rng, frozenset(COLUMNS)) for _ in range(40)]
    return ExportCase(random_model(rng, encoder), encoder, [written(row) for row in values]), values


def by_python(case: ExportCase, values: list[Values], folder: Path) -> list[Any]:
    predict = read_python(str(EXPORTERS["python"](case.model, case.encoder)))
    with (folder / "rows.csv").open(newline="", encoding="utf-8") as file:
        from_file = [predict(row) for row in csv.DictReader(file)]
    assert [predict(row) for row in values] == from_file  # typed values mean the same
    return from_file


def by_json(case: ExportCase, values: list[Values], folder: Path) -> list[Any]:
    predict = read_json(str(EXPORTERS["json"](case.model, case.encoder)))
    return [predict(row) for row in case.rows]


def by_duckdb(case: ExportCase, values: list[Values], folder: Path) -> list[Any]:
    with duckdb.connect() as base:
        return in_database(base, TYPES, case, [list(row.values()) for row in values])


def by_sqlite(case: ExportCase, values: list[Values], folder: Path) -> list[Any]:
    def text(name: str, cell: Any) -> Any:
        if isinstance(cell, datetime.datetime):
            return str(cell.date()) if name == "when" else cell.isoformat(" ")
        return cell

    texts = [[text(name, cell) for name, cell in row.items()] for row in values]
    with sqlite3.connect(":memory:") as base:
        return in_database(base, ("REAL", "REAL", "INTEGER", "TEXT", "TEXT", "INTEGER", "TEXT", "TEXT"), case, texts)


def in_database(base: Any, types: tuple[str, ...], case: ExportCase, rows: list[list[Any]]) -> list[Any]:
    declared = ", ".join(f'"{name}" {kind}' for name, kind in zip(COLUMNS, types, strict=True))
    base.execute(f"CREATE TABLE t (place INTEGER, {declared})")
    for place, row in enumerate(rows):
        base.execute(f"INSERT INTO t VALUES ({', '.join('?' * (len(row) + 1))})", [place, *row])
    expression = str(EXPORTERS["sql"](case.model, case.encoder))
    if isinstance(base, sqlite3.Connection):  # as the head of the text says
        expression = expression.replace('EXTRACT(DOW FROM "when")', "CAST(strftime('%w', \"when\") AS INTEGER)")
        expression = expression.replace('EXTRACT(DOW FROM "at")', "CAST(strftime('%w', \"at\") AS INTEGER)")
    return [label for (label,) in base.execute(f"SELECT {expression}\nFROM t ORDER BY place").fetchall()]


def by_c(case: ExportCase, values: list[Values], folder: Path) -> list[Any]:
    source = str(EXPORTERS["c"](case.model, case.encoder))
    fields = [field for field in case.encoder.binarizer.fields if field.name in case.columns]
    fields.sort(key=lambda field: list(case.columns).index(field.name))
    rows = ", ".join("{" + (", ".join(c_cell(field, row) for field in fields) or "0") + "}" for row in values)
    loop = f'for (r = 0; r < {len(values)}; r++) printf("%d\\n", evo_predict(&rows[r]));'
    main = f"static const evo_row rows[] = {{{rows}}};\nint main(void) {{ int r; {loop} return 0; }}\n"
    headers = "#include <stdio.h>\n#include <stdint.h>\n#include <math.h>\n"
    (folder / "model.c").write_text(f"{headers}{source}\n{main}", encoding="utf-8")
    run(["gcc", *FLAGS, "-O1", "-o", "program", "model.c"], folder)
    return [case.encoder.task.classes[int(line)] for line in run([folder / "program"], folder).split()]


def c_cell(field: Field, row: Values) -> str:
    value = row[field.name if field.part is None else field.part[0]]
    if value is None:
        return "NULL" if field.kind == "category" else "INT64_MIN" if field.name == "code" else "NAN"
    if field.part is not None:
        value = {"month": value.month, "hour": value.hour, "weekday": DAYS[value.weekday()]}[field.part[1]]
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, datetime.datetime):
        return repr((value - EPOCH).total_seconds())
    return str(int(value)) if isinstance(value, bool | int) else repr(value)


READ = {"python": by_python, "json": by_json, "DuckDB": by_duckdb, "SQLite": by_sqlite, "c": by_c}


@pytest.mark.parametrize("reader", [pytest.param(name, marks=needs("gcc") if name == "c" else ()) for name in READ])
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=6)
def test_an_export_reads_raw_cells_as_the_stored_model_does(reader: str, seed: int) -> None:
    with TemporaryDirectory() as name:
        case, values = drawn_case(seed, Path(name))
        expected = case.expected(Path(name))
        assert READ[reader](case, values, Path(name)) == expected


def small(folder: Path, first: str, second: str) -> Encoder:
    """Two columns of numbers, without missing cells."""
    rows = [{first: str(k % 9), second: str(k // 9), "y": "pn"[k % 2]} for k in range(30)]
    path = write_csv_rows(folder / "t.csv", rows)
    return load(DataSpec(source="table", path=str(path), split=SplitSpec(valid=0, test=0)), 0).encoder


def test_ports_of_columns_that_look_alike_differ_whatever_the_model_reads(tmp_path: Path) -> None:
    encoder = small(tmp_path, "age years", "age_years")
    number = {bit.feature: place for place, bit in enumerate(encoder.binarizer.bits, start=1) if bit.operand == 1.0}
    ports = {}
    for literals in ([number["age years"]], [number["age_years"]], list(number.values())):
        text = str(EXPORTERS["blif"](Model("m", "sop", len(encoder.binarizer.bits), [[literals]]), encoder))
        for line in text.splitlines():
            if line.startswith("# age_years"):
                port, meaning = line[2:].split(": ", 1)
                assert ports.setdefault(port, meaning) == meaning
    assert sorted(ports.values()) == [
        '"age years" <= 1; a missing cell gives 0', '"age_years" <= 1; a missing cell gives 1',
    ]  # fmt: skip
