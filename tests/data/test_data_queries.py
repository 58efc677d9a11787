"""data.query: a SELECT over files that it names between quotes, and over no others."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from evo import api
from evo.errors import CheckpointError, DataError
from evo.records.runs import read_run
from evo.storage.run_dir import open_run
from fitness.data.sources import read_source
from fitness.data.spec import DataSpec

JOINED = "SELECT age, income, loan FROM 'people.csv' JOIN 'pay/*.csv' USING (pid) ORDER BY pid"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A table of people, and what they earn in two files; a file that no query names."""
    (tmp_path / "pay").mkdir()
    people = [(i, 18 + 7 * i % 60, f"http://x/{i % 3}") for i in range(80)]
    pay = [(i, 5 * i % 90, "paid" if 7 * i % 60 > 22 else "late") for i in range(80)]
    write(tmp_path / "people.csv", ("pid", "age", "page"), people)
    for number in (0, 1):
        write(tmp_path / "pay" / f"part{number}.csv", ("pid", "income", "loan"), pay[number::2])
    write(tmp_path / "secret.csv", ("a", "y"), [(1, "u"), (2, "v")])
    return tmp_path


def write(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def read(query: str, folder: Path) -> dict[str, list[object]]:
    table = read_source(DataSpec(source="table", query=query, folder=str(folder)), 0)
    assert table.target is not None
    columns = {column.name: column.values.tolist() for column in table.columns if column.part is None}
    return columns | {table.target.names[0]: table.target.values.tolist()}


def test_a_query_joins_files_that_it_names_relative_to_the_folder(folder: Path) -> None:
    assert read(JOINED, folder) == {
        "age": [18 + 7 * i % 60 for i in range(80)],
        "income": [5 * i % 90 for i in range(80)],
        "loan": ["paid" if 7 * i % 60 > 22 else "late" for i in range(80)],
    }


@pytest.mark.parametrize("name", ["'people.csv'", '"people.csv"', "read_csv('people.csv')", "'{folder}/people.csv'"])
def test_files_are_named_in_either_quotes_and_by_whole_paths(folder: Path, name: str) -> None:
    query = f"SELECT age, page FROM {name.format(folder=folder)} WHERE page != 'http://x/0'"
    assert len(read(query, folder)["age"]) == 53


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * FROM 'nothing.csv'", "no file 'nothing.csv' in "),
        ("SELECT * FROM 'pay/none*.csv'", "no file 'pay/none*.csv' in "),
        ("SELECT * FROM 'https://example.com/x.csv'", "only local files are read, got 'https://example.com/x.csv'"),
        ("SELECT * FROM read_parquet('s3://b/x.parquet')", "only local files are read, got 's3://b/x.parquet'"),
        ("SELECT * FROM read_csv('sec' || 'ret.csv')", "reads 'secret.csv', which it does not name between quotes"),
        ("SELECT * FROM secret.csv", "reads 'secret.csv', which it does not name between quotes"),
        ("SELECT age FROM 'people.csv'; SELECT 1", "expected one SELECT"),
        ("COPY (SELECT 1) TO 'people.csv'", "expected one SELECT"),
        ("INSTALL httpfs", "expected one SELECT"),
        ("SELCT 1", 'syntax error at or near "SELCT"'),
    ],
)
def test_what_a_query_may_not_do_is_one_line(folder: Path, query: str, said: str) -> None:
    before = (folder / "people.csv").read_bytes()
    with pytest.raises(DataError) as caught:
        read(query, folder)
    assert str(caught.value).startswith(f"data.query: {said}")
    assert "\n" not in str(caught.value)
    assert (folder / "people.csv").read_bytes() == before


def test_a_run_of_a_query_goes_on_after_its_folder_moved(folder: Path, tmp_path: Path) -> None:
    document = {"schema": 1, "data": {"source": "table", "query": JOINED, "folder": str(folder)}}
    more = {"stop": {"generations": 1, "exact": None}, "output": {"report": []}}
    run = api.run(document | more, run_dir=tmp_path / "runs" / "r", display="quiet").run_dir
    elsewhere = tmp_path / "elsewhere" / "rows"
    elsewhere.mkdir(parents=True)
    for name in ("people.csv", "pay"):
        shutil.move(folder / name, elsewhere / name)
    with pytest.raises(DataError, match=r"no file .people\.csv."):
        api.resume(run, ["stop.generations=2"], display="quiet")
    resumed = api.resume(run, ["stop.generations=2", f"data.folder={elsewhere}"], display="quiet")
    assert resumed.details["generations"] == 2
    with (elsewhere / "people.csv").open("a", newline="") as file:
        file.write("7,99,http://x/0\r\n")
    with pytest.raises(CheckpointError, match="have changed"):
        api.resume(run, ["stop.generations=3"], display="quiet")


def test_a_query_in_a_run_from_elsewhere_is_not_asked(folder: Path, tmp_path: Path) -> None:
    document = {"schema": 1, "data": {"source": "table", "query": JOINED, "folder": str(folder)}}
    run = api.run(document | {"stop": {"generations": 1}}, run_dir=tmp_path / "r", display="quiet").run_dir
    opened = open_run(run)
    opened.update_run_json(written_by=read_run(opened)["written_by"][:1])
    with pytest.raises(CheckpointError, match=r"did not write .*data\.query"):
        api.resume(run, ["stop.generations=2"], display="quiet")
