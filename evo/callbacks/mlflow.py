"""Metrics, parameters and the formula for MLflow (extra `mlflow`), in a local database unless a URI says otherwise."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.callbacks.figures import figures, missing

#: What is known of a run at its start and is logged as parameters.
PARAMETERS = ("name", "algorithm", "genome", "metric", "features", "bits", "run_dir")


class MLflowLogger:
    """A callback that makes a run of an MLflow experiment.

    uri: of the tracking store; the file `mlflow.db` of the run directory where none is given, so that nothing leaves
    this machine. experiment: its name; that of evo's run where none is given.

    Raises:
        UsageError: mlflow is not installed.
    """

    def __init__(self, uri: str | None = None, experiment: str | None = None) -> None:
        self._uri, self._experiment, self._words = uri, experiment, list[str]()
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # or it tells its makers that it is used
        try:
            from mlflow import MlflowClient  # noqa: PLC0415 - an extra
            from mlflow.entities import Metric  # noqa: PLC0415
        except ModuleNotFoundError:
            raise missing("mlflow", "mlflow") from None
        self._open: Any = MlflowClient
        self._metric: Any = Metric
        self._client: Any = None
        self._run = ""

    def on_start(self, info: Mapping[str, Any]) -> None:
        """Make the run, in the experiment of that name, which is made where there is none."""
        folder = Path(info["run_dir"]).absolute()
        self._client = self._open(tracking_uri=self._uri or f"sqlite:///{folder / 'mlflow.db'}")
        name = self._experiment or info["name"]
        known = self._client.get_experiment_by_name(name)
        place = None if self._uri else (folder / "mlflow").as_uri()
        experiment = known.experiment_id if known else self._client.create_experiment(name, artifact_location=place)
        self._run = self._client.create_run(experiment, run_name=folder.name).info.run_id
        for key in PARAMETERS:
            self._client.log_param(self._run, key, info[key])

    def on_generation(self, record: Mapping[str, Any]) -> None:
        """A metric for every figure; the formula as a tag, where it is another."""
        stamp, step = int(1000 * time.time()), record["generation"]
        of_step = [self._metric(name, value, stamp, step) for name, value in figures(record).items()]
        self._client.log_batch(self._run, metrics=of_step)  # one by one they cost more than a generation
        if record["formula"] and record["formula"] != self._words:
            self._words = record["formula"]
            self._client.set_tag(self._run, "formula", "\n".join(record["formula"])[:5000])

    def on_end(self) -> None:
        """The run is over."""
        if self._run:
            self._client.set_terminated(self._run)
