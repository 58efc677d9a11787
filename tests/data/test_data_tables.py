from __future__ import annotations

import csv
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.data.schema import Field, Schema
from fitness.data.spec import DataSpec, SplitSpec
from fitness.data.tables import source as csv_source
from fitness.data.tables.database import ROWS
from fitness.data.tables.opened import open_file


def read(path, **keys):
    return csv_source.read(DataSpec(source="csv", path=path, **keys), 0)


def column(table, name):
    return next(c for c in table.columns if c.name == name)


def test_a_column_of_numbers_is_a_number_column_and_any_other_a_category(write):
    table = read(write("a.csv", "n,c,m,y\n1,a,1,p\n-2.5e3,1,x,q\n"))
    assert [c.kind for c in table.columns] == ["number", "category", "category"]
    assert column(table, "n").values.tolist() == [1.0, -2500.0]
    assert column(table, "c").values.tolist() == ["a", "1"]


@pytest.mark.parametrize("cell", ["", "?", "NA", "NaN", "nan", " ? "])
def test_missing_cells(write, cell):
    table = read(write("a.csv", f"n,c,y\n1,a,p\n{cell},{cell},q\n"))
    assert math.isnan(column(table, "n").values[1])
    assert column(table, "c").values[1] is None


def test_one_text_among_many_numbers_is_missing_and_told(write):
    rows = "".join(f"{i},p\n" for i in range(500))
    table = read(write("a.csv", f"x,y\n{rows}1_000,q\n"))
    assert table.columns[0].kind == "number"
    assert math.isnan(table.columns[0].values[-1])
    assert table.profiles[0].oddities == ("1 cell is not a number, and read as missing: '1_000'",)


def test_cells_are_stripped_and_quotes_removed(write):
    table = read(write("a.csv", 'c , y\n "a b" ,"p"\n"x,\n""z",q\n'.replace(' "a b" ', '"  a b "')))
    assert [c.name for c in table.columns] == ["c"]
    assert table.columns[0].values.tolist() == ["a b", 'x,\n"z']
    assert table.target.values.tolist() == ["p", "q"]


def test_the_target_is_the_last_column_by_default(write):
    table = read(write("a.csv", "a,b\n1,p\n2,q\n"))
    assert table.target.names == ("b",)


def test_a_trailing_split_column_is_not_the_default_target(write):
    table = read(write("a.csv", "a,b,s\n1,p,train\n2,q,test\n"), split=SplitSpec(column="s"))
    assert table.target.names == ("b",)
    assert [c.name for c in table.columns] == ["a"]
    assert table.parts.tolist() == [0, 2]


def test_target_ignore_and_categorical(write):
    path = write("a.csv", "y,id,n,m\np,1,1,1\nq,2,2,2\n")
    table = read(path, target="y", ignore=("id",), categorical=("n",))
    assert [(c.name, c.kind) for c in table.columns] == [("n", "category"), ("m", "number")]
    assert table.columns[0].values.tolist() == ["1", "2"]


def test_blank_lines_are_skipped_and_lines_still_counted(write, fails):
    path = write("a.csv", "a,y\n\n1,p\n\n2,?\n")
    assert fails(read, path) == f"{path}:5: missing label in column 'y'; fill it in or remove the row"


@pytest.mark.parametrize(
    ("content", "where", "message"),
    [
        ("\n\n", "", "the file is empty"),
        ("a,y\n", "", "a header but no rows"),
        ("a,y\n1,p\n2\n", ":3", "expected 2 cells as in the header, got 1"),
        ('a,y\n"1\n2",p\n3,q,r\n', ":4", "expected 2 cells as in the header, got 3"),
        ("a,a,y\n1,1,p\n", ":1", "column names must differ, got 'a' more than once"),
        ("ay\n1p\n", ":1", "no column left beside the target 'ay'; is it comma-separated?"),
        ('a,y\n"1,p\n', ":2", "not a csv row: a quoted cell does not end where its quotes do"),
    ],
)
def test_damaged_files(write, fails, content, where, message):
    path = write("a.csv", content)
    assert fails(read, path) == f"{path}{where}: {message}"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"target": "incme"}, "no column 'incme'; did you mean 'income'?"),
        ({"target": "zzz"}, "no column 'zzz'; columns: 'age', 'sex', 'income'"),
        ({"ignore": ("ags",)}, "no column 'ags'; did you mean 'age'?"),
        ({"categorical": ("u", "v")}, "no columns 'u', 'v'; columns: 'age', 'sex', 'income'"),
        ({"split": SplitSpec(column="parts")}, "no column 'parts'; columns: 'age', 'sex', 'income'"),
    ],
)
def test_unknown_columns_in_the_config(write, fails, keys, message):
    path = write("a.csv", "age,sex,income\n1,f,p\n")
    assert fails(read, path, **keys) == f"{path}:1: {message}"


def test_a_target_cannot_be_ignored(write, fails):
    path = write("a.csv", "a,y\n1,p\n")
    message = f"{path}: the target column 'y' cannot also be ignored or hold the split"
    assert fails(read, path, target="y", ignore=("y",)) == message


def test_split_column_values(write, fails):
    path = write("a.csv", "a,s,y\n1,train,p\n2,dev,q\n")
    message = f"{path}:3: split column 's' must hold train, valid or test, got 'dev'"
    assert fails(read, path, split=SplitSpec(column="s")) == message


WANTED = Schema((Field("n", "number"), Field("c", "category"), Field("b", "bit")), ("y",))


def test_a_later_file_may_order_its_columns_freely_and_have_more(write):
    table = csv_source.reread(write("b.csv", "extra,y,b,c,n\n?,p,1,1,2\n?,q,0,?,?\n"), WANTED)
    assert [c.name for c in table.columns] == ["n", "c", "b"]
    np.testing.assert_array_equal(column(table, "n").values, [2.0, np.nan])
    assert column(table, "c").values.tolist() == ["1", None]
    assert column(table, "b").values.tolist() == [True, False]


@pytest.mark.parametrize(
    ("content", "where", "message"),
    [
        ("n,b,y\n1,1,p\n", ":1", "no column 'c'; columns: 'n', 'b', 'y'"),
        ("y\np\n", ":1", "no columns 'n', 'c', 'b'; columns: 'y'"),
        ("n,c,b\n1,a,1\n", ":1", "no column 'y'; columns: 'n', 'c', 'b'"),
        ("n,c,b,y\n1,a,1,p\nx,a,1,p\n", ":3", "column 'n' must hold finite numbers, got 'x'"),
        ("n,c,b,y\n1,a,2,p\n", ":2", "column 'b' must hold only 0 and 1, got '2'"),
        ("n,c,b,y\n1,a,?,p\n", ":2", "column 'b' must hold only 0 and 1, got a missing value"),
    ],
)
def test_a_later_file_must_fit_the_training_columns(write, fails, content, where, message):
    path = write("b.csv", content)
    assert fails(csv_source.reread, path, WANTED) == f"{path}{where}: {message}"


def test_labels_are_not_needed_where_they_are_not_wanted(write):
    table = csv_source.reread(write("b.csv", "n\n1\n"), Schema((Field("n", "number"),)))
    assert table.target is None


def test_several_outputs_read_dont_cares(write, fails):
    schema = Schema((Field("n", "number"),), ("s0", "s1"), several=True)
    table = csv_source.reread(write("b.csv", "n,s1,s0\n1,0,1\n2,-,\n"), schema)
    assert table.target.values.tolist() == [[1, 0], [-1, -1]]
    path = write("c.csv", "n,s1,s0\n1,0,5\n")
    assert fails(csv_source.reread, path, schema) == f"{path}:2: output 's0' must be 0, 1 or - (don't care), got '5'"


CELLS = st.text(st.sampled_from("ab01,;\t|'\"\n\r \\#\u00e9\u2028"), max_size=6)


@given(
    st.lists(st.tuples(CELLS, CELLS, st.sampled_from("pq")), min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_every_cell_comes_as_the_csv_module_reads_it(tmp_path_factory, rows, end, delimiter):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        quoted = any(mark in cell for row in rows for cell in row for mark in "\r\n")
        quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting)
        writer.writerows([("col a", "col b", "y"), *rows])
    with open_file(str(path), None) as opened:
        cells = opened.con.execute(f"SELECT * FROM {ROWS}").fetchall()
    assert opened.names == ("col a", "col b", "y")
    assert [tuple(cell or "" for cell in row) for row in cells] == rows


@pytest.mark.parametrize(
    "content",
    [
        "a,y\n1,p\r\n3,q\n", "a,y\r\n1,p\n3,q\r\n", "a,y\r1,p\r3,q\r", "a,y\n1,p\r3,q\n",
        '"a\nb",y\r\n1,p\r\n3,q\r\n', '"a\nb",y\n1,p\n3,q', '"a\r\nb",y\n1,p\n3,q\n',
    ],
)  # fmt: skip
def test_no_row_is_lost_whatever_ends_the_lines(write, content):
    table = read(write("a.csv", content.encode()), header=True)
    assert (table.columns[0].values.tolist(), table.target.values.tolist()) == ([1.0, 3.0], ["p", "q"])


def test_lines_that_end_in_several_ways_are_measured_too(write, fails):
    path = write("a.csv", b"a,y\n1,p\r\n2,q,r\n3,q\n")
    assert fails(read, path) == f"{path}:3: expected 2 cells as in the header, got 3"
