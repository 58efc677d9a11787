"""evo.run(callbacks=[...]), evo.load, and the loggers with the real libraries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import evo
from evo.api import Result
from evo.errors import CheckpointError, UsageError

CONFIG = {
    "schema": 1,
    "name": "seen",
    "seed": 3,
    "data": {"source": "function", "function": "majority", "bits": 5},
    "genome": {"kind": "sop", "terms": 6},
    "search": {"algorithm": "nsga2", "population": 24},
    "stop": {"generations": 4},
}


def run(folder: Path, **given: Any) -> Result:
    return evo.run(CONFIG | {"output": {"root": str(folder / "runs"), "report": []}}, display="quiet", **given)


class Seen:
    """Keeps all it is told."""

    def __init__(self) -> None:
        self.info: Mapping[str, Any] = {}
        self.records: list[Mapping[str, Any]] = []
        self.ends = 0

    def on_start(self, info: Mapping[str, Any]) -> None:
        self.info = info

    def on_generation(self, record: Mapping[str, Any]) -> None:
        self.records.append(record)

    def on_end(self) -> None:
        self.ends += 1


def test_callbacks_are_told_every_generation(tmp_path: Path) -> None:
    seen, generations = Seen(), list[int]()
    result = run(tmp_path, callbacks=[seen, lambda record: generations.append(record["generation"])])
    assert generations == [record["generation"] for record in seen.records] == [1, 2, 3, 4]
    assert seen.info["run_dir"] == str(result.run_dir)
    assert seen.ends == 1
    last = seen.records[-1]
    assert last["pick"]["train_accuracy"] == result.best.train_accuracy
    assert "\n".join(last["formula"]) == result.export("dnf", minimize="none").rstrip("\n")


def test_what_a_callback_raises_ends_the_run_after_a_checkpoint(tmp_path: Path) -> None:
    def stop(record: Mapping[str, Any]) -> None:
        if record["generation"] == 2:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        run(tmp_path, callbacks=[stop])
    (folder,) = (tmp_path / "runs/seen").iterdir()
    with pytest.raises(CheckpointError, match="has no result yet"):
        evo.load(folder)
    generations = list[int]()
    after = evo.resume(folder, display="quiet", callbacks=[lambda record: generations.append(record["generation"])])
    assert generations == [3, 4]
    assert (folder / "metrics.jsonl").read_bytes() == (run(tmp_path).run_dir / "metrics.jsonl").read_bytes()
    assert evo.load(folder).best == after.best


def test_what_cannot_be_called_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"callbacks\[1\]: expected a function, or an object with on_generation, got int"
    ):
        run(tmp_path, callbacks=[print, 3])


def test_tensorboard_reads_what_is_logged(tmp_path: Path) -> None:
    pytest.importorskip("tensorboardX")
    from tensorboardX.proto.event_pb2 import Event  # noqa: PLC0415

    from evo.callbacks import TensorBoardLogger  # noqa: PLC0415

    result = run(tmp_path, callbacks=[TensorBoardLogger()])
    (file,) = (result.run_dir / "tensorboard").iterdir()
    content, place, scalars = file.read_bytes(), 0, dict[tuple[str, int], float]()
    while place < len(content):  # records: length, its checksum, an event, its checksum
        length = int.from_bytes(content[place : place + 8], "little")
        event = Event.FromString(content[place + 12 : place + 12 + length])
        scalars |= {(value.tag, event.step): value.simple_value for value in event.summary.value}
        place += 16 + length
    assert scalars["pick/train_accuracy", 4] == pytest.approx(result.best.train_accuracy)
    assert {step for tag, step in scalars if tag == "best_error"} == {1, 2, 3, 4}


def test_mlflow_reads_what_is_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mlflow = pytest.importorskip("mlflow")
    pytest.importorskip("sqlalchemy")
    from evo.callbacks import MLflowLogger  # noqa: PLC0415

    monkeypatch.chdir(tmp_path)
    result = run(tmp_path, callbacks=[MLflowLogger()])
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{result.run_dir / 'mlflow.db'}")
    (experiment,) = (e for e in client.search_experiments() if e.name == "seen")
    (logged,) = client.search_runs([experiment.experiment_id])
    assert logged.info.status == "FINISHED"
    assert logged.data.params["genome"] == "sop"
    assert logged.data.tags["formula"].startswith("y = 1 when")
    history = client.get_metric_history(logged.info.run_id, "pick/train_accuracy")
    assert [point.step for point in history] == [1, 2, 3, 4]
    assert history[-1].value == pytest.approx(result.best.train_accuracy)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs"], "nothing outside the run directory"


def test_loggers_without_their_package_say_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from evo.callbacks import MLflowLogger, TensorBoardLogger  # noqa: PLC0415

    for package, logger in (("tensorboardX", TensorBoardLogger), ("mlflow", MLflowLogger)):
        monkeypatch.setitem(__import__("sys").modules, package, None)
        with pytest.raises(UsageError, match=r"pip install \"evo-boolean\["):
            logger()


def test_evo_shows_its_public_names_only() -> None:
    assert dir(evo) == sorted(evo.__all__)
    assert {"run", "resume", "load", "SOPClassifier"} <= set(dir(evo))
