"""Names from data become names in languages: different, legal, and unable to do harm in comments."""

from __future__ import annotations

import random
import re
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.errors import ExportError
from evo.export import EXPORTERS
from evo.export.names import KEYWORDS, LONGEST, bit_texts, comment, identifiers
from evo.export.sql import name as sql_name
from evo.export.sql import text as sql_text
from evo.models.two_level import Model
from fitness.data.binarize import Binarizer
from fitness.data.dataset import Bit, Task
from fitness.data.encoder import Encoder
from fitness.data.encoders import shown
from fitness.data.schema import Field
from tests.kits.circuit_checks import CIRCUITS, TOOLS, Truth
from tests.kits.exporters import ExportCase
from tests.kits.outside import needs
from tests.kits.table_checks import TABLE_TOOLS, TABLES

NASTY = (
    'say "hi"', "a\nb", "a\rb", "*/", "/*", "//", "x \\", "\\", "??/", "x" * 300, "x" * 301, "größe", "\u202egnp",
    "日本", "\N{SLIGHTLY SMILING FACE}", "SELECT", "DROP TABLE t; --", "int", "INT", "Int", "wire", "module", "NULL",
    "SIZE_MAX", "_", "", "1", "1a", "a b", "a_b", "A-B", "'", '"', "'; --", ";", "|", "(", ")", "#", "%s", "`define",
    "$finish", ".end", "-- x", "${x}", "y", "score_0", "g1", "g1_2", "row", "evo_model", "prediction", "main", "in",
    "out", "w", "i", "synthesis translate_off",
)  # fmt: skip
BINARY = Task("binary", ('target */ "x" \\',), ('no "', "yes \\"), (0, 1))


@given(texts=st.lists(st.text(max_size=80) | st.sampled_from(NASTY), max_size=12))
def test_identifiers_are_legal_everywhere_and_differ_without_regard_to_case(texts: list[str]) -> None:
    names = identifiers(texts, taken=("x",))
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) for name in names)
    assert all(len(name) <= LONGEST + 6 for name in names)
    assert len({name.lower() for name in names} | {"x"}) == len(texts) + 1
    assert not KEYWORDS & {name.lower() for name in names}


def test_a_legal_name_stays_as_it_is() -> None:
    assert identifiers(["age", "Worst_Area", "x0"]) == ("age", "Worst_Area", "x0")


def test_bits_of_a_column_say_what_they_test() -> None:
    bits = [
        Bit("age", "<=", 3.5, "", ""), Bit("age", "<=", -3.5, "", ""), Bit("age", "in", (-float("inf"), 2.0), "", ""),
        Bit("soil", "=", "clay", "", ""), Bit("wet", "=", 1.0, "", ""), Bit("age", "missing", None, "", ""),
    ]  # fmt: skip
    assert identifiers(bit_texts(bits)) == (
        "age_le_3_5", "age_le_m3_5", "age_in_any_to_2", "soil_is_clay", "wet_is_1", "age_missing",
    )  # fmt: skip


@given(text=st.text(max_size=40) | st.sampled_from(NASTY))
def test_a_comment_is_one_printable_line_that_ends_nothing(text: str) -> None:
    line = comment(text)
    assert line.isprintable()
    assert not any(mark in line for mark in ("*/", "/*", "??", "\n"))
    assert not line.endswith("\\")


def nasty_case(*absent: str) -> ExportCase:
    """A column for every nasty text, each a category among nasty ones, and a model that reads all of them."""
    columns = [text for text in NASTY if text.strip() == text and text and text not in absent]
    bits = tuple(
        Bit(name, "=", columns[-1 - i], f"{shown(name)} = {columns[-1 - i]}", f"{shown(name)} != {columns[-1 - i]}")
        for i, name in enumerate(columns)
    )
    encoder = Encoder(BINARY, Binarizer(tuple(Field(name, "category") for name in columns), bits))
    n = len(bits)
    terms = [[i if i % 3 else -i for i in range(first, min(first + 3, n + 1))] for first in range(1, n + 1, 3)]
    model = Model("m1", "sop", n, [terms])
    rng = random.Random(1)
    rows = [
        {name: columns[-1 - i] if rng.random() < 0.3 else rng.choice(columns) for i, name in enumerate(columns)}
        for _ in range(30)
    ]
    return ExportCase(model, encoder, rows)


@pytest.mark.parametrize("fmt", [pytest.param(fmt, marks=needs(*TABLE_TOOLS[fmt])) for fmt in TABLES])
def test_a_model_over_nasty_columns_predicts_as_the_stored_one(fmt: str, tmp_path: Path) -> None:
    # In SQL names cannot differ in case alone, nor can one end in a backslash.
    case = nasty_case(*(("INT", "Int", "x \\", "\\") if fmt == "sql" else ()))
    said = TABLES[fmt](EXPORTERS[fmt](case.model, case.encoder), case, tmp_path)
    assert said == case.expected(tmp_path)
    assert len(set(said)) == 2


@pytest.mark.parametrize(
    "fmt", [pytest.param(fmt, marks=needs(*TOOLS.get(fmt, ("berkeley-abc",)))) for fmt in CIRCUITS]
)
def test_a_circuit_over_nasty_columns_is_the_model(fmt: str, tmp_path: Path) -> None:
    case = nasty_case()
    for first in range(1, case.model.n_inputs + 1, 6):
        numbers = [number for number in range(first, first + 6) if number <= case.model.n_inputs]
        model = Model("m1", "sop", case.model.n_inputs, [[[numbers[0], -numbers[1]], [-number for number in numbers]]])
        CIRCUITS[fmt](EXPORTERS[fmt](model, case.encoder), Truth.of(model, BINARY), tmp_path)


@pytest.mark.parametrize("fmt", ["c", "c-bitsliced", "sql"])
def test_a_nul_character_is_refused_where_the_language_has_none(fmt: str) -> None:
    bits = (Bit("x", "=", "a\0b", "x = a b", "x != a b"),)
    encoder = Encoder(BINARY, Binarizer((Field("x", "category"),), bits))
    with pytest.raises(ExportError, match=r"^--format \S+: a name or category holds the character U\+0000"):
        EXPORTERS[fmt](Model("m", "sop", 1, [[[1]]]), encoder)


BACKSLASHES = ("a\\", "\\", "\\\\\\", "\\'", "x\\' OR 1=1; --", "a\\\\'b", "it's", "", "'", "\\ \\")


@pytest.mark.parametrize("value", BACKSLASHES)
def test_a_text_in_sql_ends_in_one_place_whether_backslashes_escape_or_not(value: str) -> None:
    written = sql_text(value)
    with sqlite3.connect(":memory:") as base:
        assert base.execute(f"SELECT {written}").fetchone() == (value,)
    escaping = re.sub(r"'(?:\\.|''|[^'\\])*'", "", written, flags=re.DOTALL)  # as MySQL reads texts
    assert not {"'", "\\"} & set(escaping)


@pytest.mark.parametrize("column", ["a\\", 'a\\"b'])
def test_a_column_that_sql_dialects_end_elsewhere_is_refused(column: str) -> None:
    with pytest.raises(ExportError, match="a backslash before a quote or at its end"):
        sql_name(column)


def test_orders_to_tools_are_no_orders_in_a_comment() -> None:
    assert comment("synthesis translate_off") == "(synthesis translate_off)"
    assert comment("  Synopsys full_case") == "(  Synopsys full_case)"
    assert comment("type = synthesis") == "type = synthesis"
