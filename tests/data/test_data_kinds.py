"""What columns are taken for: values against those that Python's own parsers give, kinds and what is said of them."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.data.binarize import Binarizer
from fitness.data.spec import BinarizeSpec, DataSpec
from fitness.data.tables import opened, source
from fitness.data.tables.cells import read_number
from fitness.data.tables.raw import Texts, coded
from fitness.errors import DataError

NUMBERS = [12.5, 1234.5, 7.25, 1000000.75, 3.125, 999.5, 42.5, 60000.25, 8.5, 0.5, 17.25, 20.5]


def read(write, cells, name="a.csv", quote=False, **keys):
    shown = [f'"{cell}"' if quote else cell for cell in cells]
    rows = "".join(f"{cell},{i % 2}\n" for i, cell in enumerate(shown))
    return source.read(DataSpec(source="table", path=write(name, f"x,y\n{rows}"), **keys), 0)


def day_of(seconds: float) -> str:
    return str(datetime.datetime.fromtimestamp(seconds, datetime.UTC).date())


def grouped(value: float, group: str, point: str) -> str:
    return f"{value:,}".replace(",", "#").replace(".", point).replace("#", group)


@pytest.mark.parametrize(
    ("write_number", "said"),
    [
        (lambda v: grouped(v, ",", "."), "groups of thousands"),
        (lambda v: grouped(v, ".", ","), "decimal comma"),
        (lambda v: grouped(v, "\u202f", ","), "decimal comma"),
        (lambda v: grouped(v, "'", "."), "groups of thousands"),
        (lambda v: f"${v}", "money"),
        (lambda v: grouped(v, ".", ",") + " \u20ac", "money"),
        (lambda v: f"USD {v}", "money"),
        (lambda v: f"{v} %", "percent"),
        (lambda v: f"{v} kg", "the unit kg"),
        (lambda v: f"+{v}" if v > 100 else f"{v}", "all cells are numbers"),
        (lambda v: f"{v:.12e}", "all cells are numbers"),
    ],
)
def test_numbers_however_they_are_written(write, write_number, said):
    table = read(write, map(write_number, NUMBERS), quote=True)
    (column,) = table.columns
    assert column.kind == "number"
    assert column.values.tolist() == NUMBERS
    assert said in table.profiles[0].reason


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["\u22125", "3", "\u22122"] * 4, [-5.0, 3.0, -2.0]),
        (["(5.00)", "3.00", "(2.50)"] * 4, [-5.0, 3.0, -2.5]),
        (["<0.01", "0.5", "0.7"] * 4, [0.01, 0.5, 0.7]),
        (["7:30", "12:00", "23:15"] * 4, [7.5, 12.0, 23.25]),
        (["\uff11\uff12", "3", "4"] * 4, [12.0, 3.0, 4.0]),
    ],
)
def test_signs_brackets_bounds_and_clocks(write, cells, values):
    (column,) = read(write, cells).columns
    assert (column.kind, column.values[:3].tolist()) == ("number", values)


@given(st.decimals(-(10**9), 10**9, places=3, allow_nan=False), st.sampled_from([",", " ", "'"]))
def test_a_grouped_number_reads_as_itself(value: Decimal, group: str) -> None:
    assert read_number(f"{value:,}".replace(",", group)) == float(value)
    assert read_number(grouped(value, ".", ","), comma=True) == float(value)


@pytest.mark.parametrize(
    "text", ["1_000", "12,34,567.8", "1,2", "--5", "5-3", "1.2.3", "0x10", "e5", ".", "5 apples", "\u00bd?"]
)
def test_what_is_no_number(text):
    assert read_number(text) is None


def test_mixed_units_and_currencies_are_no_numbers(write):
    (column,) = read(write, ["5 kg", "6 g", "5 kg"] * 4).columns
    assert column.kind == "category"


@pytest.mark.parametrize(
    ("form", "dates"),
    [
        ("%d.%m.%Y", True), ("%m/%d/%Y", True), ("%d %b %Y", True), ("%Y/%m/%d", True), ("%d-%b-%y", True),
        ("%Y-%m-%d %H:%M", True), ("%d.%m.%Y %H:%M:%S", True), ("%B %d. %Y", False),
    ],
)  # fmt: skip
def test_dates_are_seconds(write, form, dates):
    days = [datetime.datetime(2021, 1 + i % 12, 1 + 7 * i % 28, i % 24, 5 * i % 60) for i in range(60)]
    table = read(write, [day.strftime(form) for day in days])
    if not dates:
        assert not [column for column in table.columns if column.kind == "date"]
        return
    (column, *parts) = table.columns
    wanted = [datetime.datetime.strptime(day.strftime(form), form) for day in days]
    assert column.values.tolist() == [(day - datetime.datetime(1970, 1, 1)).total_seconds() for day in wanted]
    values = {part.name: part.values.tolist() for part in parts}
    assert values["weekday of x"] == [day.strftime("%A") for day in wanted]
    assert ("hour of x" in values) == ("%H" in form)


def test_days_and_months_that_cannot_be_told_apart_are_told(write):
    table = read(write, [f"{1 + i % 9:02d}/{1 + i % 7:02d}/2020" for i in range(60)])
    assert "days and months cannot be told apart" in table.profiles[0].oddities[0]
    other = read(write, [f"{1 + i % 9:02d}/{1 + i % 7:02d}/2020" for i in range(60)], columns={"x": "%d/%m/%Y"})
    assert other.columns[0].values[1] - table.columns[0].values[1] == 0  # 02/02
    assert other.columns[0].values[2] == table.columns[0].values[2]  # 03/03
    assert other.columns[0].values[8] != table.columns[0].values[8]  # 09/02


def test_dates_are_cut_at_round_days_and_printed_as_dates(write):
    table = read(write, [f"2021-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(300)])
    bits = [bit for bit in Binarizer.fit(table, BinarizeSpec()).bits if bit.feature == "x"]
    assert all(bit.when_true == f"x <= {day_of(bit.operand)}" for bit in bits)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([f"tx-{i:06x}" for i in range(60)], "id"),
        ([f"the customer said {i} things and left" for i in range(60)], "text"),
        ([f"{i % 20:05d}" for i in range(60)], "category"),
        (["True", "False", "true"] * 20, "boolean"),
        ([str(10**25 + i % 7) for i in range(60)], "category"),
        (["5"] * 60, "constant"),
        ([""] * 60, "constant"),
    ],
)
def test_kinds_of_texts(write, cells, kind):
    rows = "".join(f"{cell},{i % 9},{i % 2}\n" for i, cell in enumerate(cells))
    table = source.read(DataSpec(source="table", path=write("a.csv", f"x,z,y\n{rows}")), 0)
    assert table.profiles[0].kind == kind
    assert table.profiles[0].left_out == (kind in ("id", "text")) == ("x" not in [c.name for c in table.columns])


def test_whole_numbers_under_an_ids_name_are_left_out_and_others_are_not(write):
    rows = "".join(f"{i},{i},{i % 2}\n" for i in range(40))
    table = source.read(DataSpec(source="table", path=write("a.csv", f"cust_id,x,y\n{rows}")), 0)
    assert [column.name for column in table.columns] == ["x"]
    kept = DataSpec(source="table", path=write("a.csv", f"cust_id,x,y\n{rows}"), columns={"cust_id": "number"})
    assert [column.name for column in source.read(kept, 0).columns] == ["cust_id", "x"]


def test_whole_numbers_of_64_bits_stay_apart(write):
    wide = [9007199254740993 + 2 * (i % 5) for i in range(40)]
    table = read(write, [*map(str, wide[:-1]), ""])
    (column,) = table.columns
    assert column.values[:-1].tolist() == wide[:-1]
    binarizer = Binarizer.fit(table, BinarizeSpec())
    again = Binarizer.from_json(json.loads(json.dumps(binarizer.to_json())))
    assert again == binarizer
    below = [bit for bit in binarizer.bits if bit.op == "<="]
    assert len(below) == 4
    words = binarizer.transform(table)
    holds = [[bool(words[row, i // 64] >> np.uint64(i % 64) & np.uint64(1)) for i in range(39)] for row in range(4)]
    assert holds == [[value <= bit.operand for value in wide[:-1]] for bit in below]


def test_what_the_user_says_of_columns(write):
    rows = "".join(f"{'SML'[i % 3]},{i % 4},{i % 2}\n" for i in range(40))
    wishes = {"size": ("S", "M", "L"), "n": "category"}
    table = source.read(DataSpec(source="table", path=write("a.csv", f"size,n,y\n{rows}"), columns=wishes), 0)
    texts = [bit.when_true for bit in Binarizer.fit(table, BinarizeSpec()).bits]
    assert texts == ["size <= S", "size <= M", "n = 0", "n = 1", "n = 2", "n = 3"]


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ("number", "column 'x' cannot be of numbers: none of its cells is one, e.g. 'a'"),
        ("date", "column 'x' cannot be of dates: got 'a'; give its format, e.g. '%d.%m.%Y'"),
        ("boolean", "column 'x' cannot be boolean, got 'a'"),
        (("a", "c"), "column 'x' holds 'b', which data.columns does not list: 'a', 'c'"),
    ],
)
def test_wishes_that_cannot_be(write, wish, message):
    with pytest.raises(DataError) as error:
        read(write, ["a", "b"] * 20, columns={"x": wish})
    assert error.value.message == message


def test_rare_categories_share_a_bit(write):
    cells = [f"c{i % 4}" for i in range(200)] + ["rare1", "rare2", "rare3"]
    table = read(write, cells)
    binarizer = Binarizer.fit(table, BinarizeSpec())
    assert [bit.when_true for bit in binarizer.bits] == ["x = c0", "x = c1", "x = c2", "x = c3", "x = (other)"]
    words = binarizer.transform(table)
    assert [int(words[4, i // 64] >> np.uint64(i % 64) & np.uint64(1)) for i in range(198, 203)] == [0, 0, 1, 1, 1]
    assert len(Binarizer.fit(table, BinarizeSpec(levels=2)).bits) == 3


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([f"{i}.5" for i in range(60)], "looks continuous: 60 different values"),
        ([str(i) for i in range(60)], "looks continuous: 60 different values"),
        (["1.5", "2.5", "3"] * 20, "looks continuous: 3 different values"),
        (["a", ""] * 30, "missing label in column 'y' (30 rows have none); fill it in or remove the row"),
    ],
)
def test_targets_that_are_none(write, labels, message):
    path = write("a.csv", "x,y\n" + "".join(f"{i % 7},{label}\n" for i, label in enumerate(labels)))
    with pytest.raises(DataError) as error:
        source.read(DataSpec(source="table", path=path), 0)
    assert message in str(error.value)


def test_labels_that_are_equal_numbers_are_one_class_and_a_bound_makes_two(write):
    path = write("a.csv", "x,y\n" + "".join(f"{i % 7},{['1', '1.0', '0'][i % 3]}\n" for i in range(30)))
    table = source.read(DataSpec(source="table", path=path), 0)
    assert set(table.target.values) == {"0", "1"}
    path = write("b.csv", "x,y\n" + "".join(f"{i % 7},{i / 4}\n" for i in range(30)))
    table = source.read(DataSpec(source="table", path=path, target_above=5), 0)
    assert table.target.values.tolist() == ["above 5" if i / 4 > 5 else "at most 5" for i in range(30)]


CELL = st.one_of(
    st.sampled_from(
        ["", "NA", "007", "1_0", "1'0", "inf", "nan", "1e5", "5.", ".5", "+5", " 7 ", "-0", "1e999", "0x1"]
    ),
    st.sampled_from(["9007199254740993", "99999999999999999999", "9223372036854775807", "12", "a", "\u22125", "true"]),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(2**65), 2**65).map(str),
)


@given(st.lists(CELL, min_size=1, max_size=6), st.integers(0, 2))
def test_the_database_and_python_read_the_same_numbers(tmp_path_factory, cells, repeats):
    path = tmp_path_factory.mktemp("same") / "a.csv"
    path.write_text("x,y\n" + "".join(f"{cell},1\n" for cell in cells * (1 + 20 * repeats)))
    with opened.open_file(str(path), None, header=True) as few:
        (ours,) = few.read(["x"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opened, "FEW_ROWS", 0)
        with opened.open_file(str(path), None, header=True) as many:
            (theirs,) = many.read(["x"])
    assert type(ours) is type(theirs)
    if isinstance(ours, Texts):
        assert ours.levels == theirs.levels
    else:
        np.testing.assert_array_equal(ours.values, theirs.values)


@given(st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=30))
def test_coded_texts_are_the_cells(cells):
    texts = coded(cells)
    assert len(set(texts.levels)) == len(texts.levels)
    for cell, back in zip(cells, texts.cells().tolist(), strict=True):
        assert back is None or back == cell.strip()
