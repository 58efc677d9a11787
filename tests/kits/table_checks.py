"""Exports on raw rows run by outside tools: gcc, SQLite and z3 say what they predict."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from tests.kits.oracle_tables import label_of
from tests.kits.outside import run
from tests.kits.readers import MISSING

FLAGS = ("-Wall", "-Wextra", "-Werror", "-std=c99", "-pedantic-errors", "-Wno-overlength-strings")


class RawCase(Protocol):
    """A model of any kind with raw rows to predict, as `tests.kits.exporters.ExportCase` is one."""

    @property
    def encoder(self) -> Any:
        """With `task` and `binarizer`."""

    @property
    def rows(self) -> list[dict[str, str]]:
        """Raw cells by the name of their column."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Columns that the model reads with their kinds, in the order in which exports list them."""


Predicted = Callable[[Any, RawCase, Path], list[Any]]


def by_c(text: str, case: RawCase, folder: Path) -> list[Any]:
    """Labels from a program that calls evo_predict for every row."""
    task, n = case.encoder.task, len(case.rows)
    if task.kind == "multioutput":
        m = len(task.outputs)
        call = f'int o[{m}], k; evo_predict(&rows[r], o); for (k = 0; k < {m}; k++) printf("%d ", o[k]); printf("\\n");'
    else:
        call = 'printf("%d\\n", evo_predict(&rows[r]));'
    main = f"int main(void) {{ int r; for (r = 0; r < {n}; r++) {{ {call} }} return 0; }}"
    said = _compiled(f"{text}\n{_rows(case)}\n{main}\n", folder).splitlines()
    if task.kind == "multioutput":
        return [tuple(map(int, line.split())) for line in said]
    return [task.classes[int(line)] for line in said]


def by_c_words(text: str, case: RawCase, folder: Path) -> list[Any]:
    """Labels from a program that packs all rows (repeated to more than a word) and calls evo_predict_words once."""
    n, repeat = len(case.rows), 9
    total = n * repeat
    words = (total + 63) // 64
    main = f"""
int main(void) {{
    static evo_row many[{total}]; static uint64_t in[EVO_INPUTS * {words} + 1], out[EVO_OUTPUTS * {words}];
    size_t r, o;
    for (r = 0; r < {total}; r++) many[r] = rows[r % {n}];
    evo_pack(many, {total}, in, {words});
    evo_predict_words(in, out, {words});
    for (r = 0; r < {total}; r++) {{
        for (o = 0; o < EVO_OUTPUTS; o++) printf("%d ", (int)(out[o * {words} + r / 64] >> (r % 64) & 1));
        printf("\\n");
    }}
    return 0;
}}
"""
    said = [tuple(map(int, line.split())) for line in _compiled(f"{text}\n{_rows(case)}\n{main}", folder).splitlines()]
    assert said == said[:n] * repeat
    return [label_of(case.encoder.task, outputs) for outputs in said[:n]]


def _compiled(source: str, folder: Path) -> str:
    (folder / "model.c").write_text(f"#include <stdio.h>\n#include <math.h>\n{source}", encoding="utf-8")
    run(["gcc", *FLAGS, "-O1", "-o", "program", "model.c"], folder)
    return run([folder / "program"], folder)


def _rows(case: RawCase) -> str:
    columns = case.columns
    rows = [
        "{" + (", ".join(_cell(row[name], kind) for name, kind in columns.items()) or "0") + "}" for row in case.rows
    ]
    return f"static const evo_row rows[] = {{{', '.join(rows)}}};"


def _cell(cell: str, kind: str) -> str:
    cell = cell.strip()
    if cell in MISSING:
        return "NULL" if kind == "category" else "NAN"
    if kind == "category":
        return " ".join(f'"\\x{byte:02x}"' for byte in cell.encode()) or '""'
    return repr(float(cell)) if kind == "number" else str(int(float(cell)))


def by_sql(text: str, case: RawCase, folder: Path) -> list[Any]:
    """Labels from SQLite; where a text column misses a value it holds NULL or one of the marks."""
    kinds = {field.name: field.kind for field in case.encoder.binarizer.fields}
    types = {"number": "REAL", "category": "TEXT", "bit": "INTEGER"}
    with sqlite3.connect(":memory:") as base:
        quoted = ['"' + name.replace('"', '""') + '"' for name in kinds]
        declared = ", ".join(f"{name} {types[kind]}" for name, kind in zip(quoted, kinds.values(), strict=True))
        base.execute(f"CREATE TABLE t ({declared})")
        for number, row in enumerate(case.rows):
            cells = [_value(row[name], kind, number) for name, kind in kinds.items()]
            base.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(cells))})", cells)
        said = base.execute(f"SELECT\n{text}\nFROM t ORDER BY rowid").fetchall()
    return [row if case.encoder.task.kind == "multioutput" else row[0] for row in said]


def _value(cell: str, kind: str, number: int) -> Any:
    cell = cell.strip()
    if cell in MISSING:
        return cell if kind == "category" and number % 2 else None
    return cell if kind == "category" else float(cell)


def by_z3(text: str, case: RawCase, folder: Path) -> list[Any]:
    """Labels from z3: the definitions with a row's values put in for the columns, simplified to a constant."""
    import z3  # noqa: PLC0415

    from tests.kits.symbolic import columns_in, definitions  # noqa: PLC0415

    task, columns = case.encoder.task, case.columns
    said = definitions(text, task)
    labels = []
    for row in case.rows:
        cells = [(kind, row[name]) for name, kind in columns.items()]
        values = [pair for place, (kind, cell) in enumerate(cells) for pair in columns_in(text, place, kind, cell)]
        found = [z3.simplify(z3.substitute(expression, *values)) for expression in said]
        outputs = tuple(int(z3.is_true(value)) for value in found)
        labels.append(outputs if task.kind == "multioutput" else _label(found[0], task.classes))
    return labels


def _label(value: Any, classes: tuple[str, ...]) -> str:
    import z3  # noqa: PLC0415

    return next(label for label in classes if z3.is_true(z3.simplify(value == z3_text(label))))


def z3_text(text: str) -> Any:
    """The text as z3's string, escaped by its own rule."""
    import z3  # noqa: PLC0415

    return z3.StringVal("".join(f"\\u{{{ord(char):x}}}" for char in text))


TABLES: Mapping[str, Predicted] = {"c": by_c, "c-bitsliced": by_c_words, "sql": by_sql, "smt2": by_z3}
TABLE_TOOLS: Mapping[str, tuple[str, ...]] = {"c": ("gcc",), "c-bitsliced": ("gcc",), "sql": (), "smt2": ("z3",)}
