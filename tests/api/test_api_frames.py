"""Frames in memory mean what the same rows mean in a file, to runs and to the estimators."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import evo
from evo import SOPClassifier
from evo.errors import ConfigError, DataError
from evo.records.encoders import read_encoder
from evo.storage.run_dir import open_run

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
SIZES, N = ("small", "medium", "large"), 150
#: What a file without types has to be told of these columns.
KINDS = {"region": "category", "size": list(SIZES)}
CONFIG: dict[str, Any] = {
    "schema": 1,
    "data": {"target": "y", "split": {"valid": 0, "test": 0}},
    "stop": {"generations": 2},
    "output": {"report": []},
}


def cells() -> dict[str, list[Any]]:
    """A column of every kind; numbers, texts and times with a gap."""
    draw, day = random.Random(1), datetime.datetime(2021, 1, 1)
    columns: dict[str, list[Any]] = {
        "number": [round(draw.gauss(0, 1), 2) for _ in range(N)],
        "wide": [2**60 + draw.randint(0, 4) for _ in range(N)],
        "flag": [draw.random() < 0.5 for _ in range(N)],
        "region": [draw.choice([3, 7, 11]) for _ in range(N)],
        "size": [draw.choice(SIZES) for _ in range(N)],
        "when": [day + datetime.timedelta(days=draw.randint(0, 900)) for _ in range(N)],
        "Text of it": [draw.choice(["a b", "c, d"]) for _ in range(N)],
    }
    columns["y"] = [
        "yes" if x > 0 and flag else "no" for x, flag in zip(columns["number"], columns["flag"], strict=True)
    ]
    for gap, name in enumerate(("number", "when", "Text of it")):
        columns[name][gap] = None
    return columns


def pandas_frame(columns: Mapping[str, list[Any]]) -> Any:
    frame = pd.DataFrame(columns)
    frame["region"] = frame["region"].astype("category")
    frame["size"] = pd.Categorical(frame["size"], categories=SIZES, ordered=True)
    return frame


def polars_frame(columns: Mapping[str, list[Any]]) -> Any:
    types = {"region": pl.Categorical, "size": pl.Enum(SIZES)}
    texts = {name: list(map(str, values)) if name == "region" else values for name, values in columns.items()}
    return pl.DataFrame({name: pl.Series(values, dtype=types.get(name)) for name, values in texts.items()})


def arrow_table(columns: Mapping[str, list[Any]]) -> Any:
    pa = pytest.importorskip("pyarrow")
    made = {name: pa.array(values) for name, values in columns.items()}
    made["region"] = made["region"].dictionary_encode()
    return pa.table(made)


FRAMES = {"pandas": pandas_frame, "polars": polars_frame, "arrow": arrow_table}


def bits(run: Path) -> Any:
    return read_encoder(open_run(run)).binarizer.bits


@pytest.fixture(scope="module")
def from_csv(tmp_path_factory: pytest.TempPathFactory) -> evo.Result:
    """A run on the same rows as text, with the kinds that text loses."""
    folder = tmp_path_factory.mktemp("csv")
    pd.DataFrame(cells()).to_csv(folder / "t.csv", index=False)
    data = CONFIG["data"] | {"source": "table", "path": str(folder / "t.csv"), "columns": KINDS}
    return evo.run(CONFIG | {"data": data}, run_dir=folder / "r", display="quiet")


@pytest.mark.parametrize("library", FRAMES)
def test_a_frame_gives_the_bits_of_a_file_and_stays_with_the_run(
    from_csv: evo.Result, tmp_path: Path, library: str
) -> None:
    frame = FRAMES[library](cells())
    extra = {"columns": {"size": list(SIZES)}} if library == "arrow" else {}  # its dictionaries have no order
    config = CONFIG | {"data": CONFIG["data"] | extra}
    result = evo.run(config, data=frame, run_dir=tmp_path / "r", display="quiet")
    assert bits(result.run_dir) == bits(from_csv.run_dir)
    assert result.details["data"]["sha256"] == from_csv.details["data"]["sha256"]
    predicted = result.predict(frame)
    assert predicted == result.predict(tmp_path / "r" / "data.parquet") == from_csv.predict(frame)
    (tmp_path / "r").rename(tmp_path / "moved")
    again = evo.resume(tmp_path / "moved", ["stop.generations=3", "stop.exact=null"], display="quiet")
    assert again.details["generations"] == 3


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_estimator_makes_the_same_bits(from_csv: evo.Result, library: str) -> None:
    columns = cells()
    labels = columns.pop("y")
    fitted = SOPClassifier(generations=2).fit(FRAMES[library](columns), labels)
    assert fitted._fitted.encoder.binarizer.bits == bits(from_csv.run_dir)


def test_the_config_may_say_more_of_a_frame_than_its_types(tmp_path: Path) -> None:
    data = CONFIG["data"] | {"columns": {"size": "category"}, "ignore": ["region"]}
    evo.run(CONFIG | {"data": data}, data=pandas_frame(cells()), run_dir=tmp_path / "r", display="quiet")
    by_column = {name: [bit.op for bit in bits(tmp_path / "r") if bit.feature == name] for name in KINDS}
    assert set(by_column["size"]) == {"="} and not by_column["region"]


def test_a_config_file_serves_a_frame(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("schema: 1\nname: frame\nstop: {generations: 1}\n")
    frame = pandas_frame(cells())
    result = evo.run(tmp_path / "c.yaml", data=frame, run_dir=tmp_path / "r", display="quiet")
    assert result.details["data"]["outputs"] == ["y"]
    record = json.loads((tmp_path / "r" / "run.json").read_text())
    assert record["identity"]["data"]["path"] == "data.parquet"


def test_cells_that_are_no_values_are_left_out(tmp_path: Path) -> None:
    frame = pd.DataFrame(cells() | {"lists": [[1, 2]] * N})
    result = evo.run(CONFIG, data=frame, run_dir=tmp_path / "r", display="quiet")
    assert "lists" in dict(result.details["data"]["columns"]["left_out"])


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ([[1, 2]], "expected a pandas or polars frame or an Arrow table, got builtins.list"),
        (pd.DataFrame({"a": [], "y": []}), "expected rows and columns"),
        (pd.DataFrame({"a": [1], "A": [2], "y": [3]}), "must differ in more than case, got 'a' and 'A'"),
        (pd.DataFrame({"a": [object()], "y": [3]}), "in column 'a'"),
    ],
)
def test_what_is_no_frame_is_one_line(tmp_path: Path, frame: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        evo.run(CONFIG, data=frame, run_dir=tmp_path / "r", display="quiet")
    assert not (tmp_path / "r").exists()


def test_a_query_and_a_frame_do_not_go_together() -> None:
    with pytest.raises(ConfigError, match="query"):
        evo.run(CONFIG | {"data": {"query": "SELECT 1"}}, data=pd.DataFrame({"a": [1], "y": [2]}))
