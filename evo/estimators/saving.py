"""A fitted estimator as a run directory: the files of a finished run, and estimator.json beside them.

`evo show`, `predict`, `evaluate`, `export` and `evo.load` read the directory as that of any run. No rows are written,
so `evo resume` is refused there, and `evo report` has what the models and their files tell. Nothing in it is code:
labels and parameters are JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from evo.config.schema import RunConfig
from evo.errors import UsageError
from evo.estimators.fitting import Fitted
from evo.estimators.networks import FittedNetwork, Learned
from evo.estimators.origin import Origin
from evo.estimators.plain import classes_to_json, plain
from evo.kinds.network.records import to_record as network_record
from evo.kinds.registry import kind_of
from evo.monitor import FrontRow
from evo.records.estimators import FORMAT
from evo.records.formulas import to_json as formula_record
from evo.records.front import FORMULA, SCORES, front_columns
from evo.records.kept import stored_text
from evo.records.scorecards import scorecard_to_json
from evo.storage.creation import FolderTakenError, create
from evo.storage.known import BEST, CONFIG, ENCODER, ESTIMATOR, FRONT, METRICS, MODELS, RESOLVED, RESULT, RUN
from evo.storage.run_dir import RunDir
from evo.storage.texts import csv_file, dump_json, json_file

#: What a stored config says where the rows are.
ROWS = "rows given to fit, not kept"


def save(estimator: Any, fitted: Learned, path: Path) -> Path:
    """Write the directory; its path.

    Raises:
        ValueError: a parameter or a label is no JSON. UsageError: the folder is there already.
    """
    members = {row.id: fitted.picked(row.id) for row in fitted.front}
    record = _estimator_record(estimator, fitted, members)
    rows, pick = fitted.front, next(row for row in fitted.front if row.id == fitted.model.id)
    config = _stored(fitted, type(estimator).__name__)

    def fill(run: RunDir) -> None:
        origin, name = fitted.origin, path.absolute().name
        for file in (CONFIG, RESOLVED):
            run.replace(file, stored_text(path, config))
        run.replace(RUN, json_file(_run_record(name, config, type(estimator).__name__, origin)))
        run.replace(ENCODER, dump_json(fitted.encoder.to_json()))
        run.replace(METRICS, dump_json(_metrics(fitted, pick, config)) + "\n")
        run.replace(FRONT, _front(rows, config))
        run.make(MODELS)
        for row in rows:
            text = json_file(_model_record(members[row.id], row))
            run.replace(f"{MODELS}/{row.id}.json", text)
            if row.id == pick.id:
                run.replace(BEST, text)
        result = {"run_id": name, **origin.result, "best": origin.best(pick), "front": [row.to_json() for row in rows]}
        run.replace(RESULT, json_file(result))
        run.replace(ESTIMATOR, json_file(record))

    try:
        return create(path, fill).root
    except FolderTakenError:
        raise UsageError("already exists and is not empty; choose another folder", where=str(path)) from None


def _stored(fitted: Learned, name: str) -> RunConfig:
    """The config as files keep it: the rows came from a table that is not there. name: of the estimator's class."""
    config = fitted.origin.config
    data = replace(config.data, source="table", path=ROWS, target=fitted.encoder.task.outputs[0])
    return replace(config, data=data, name=name)


def _run_record(name: str, config: RunConfig, estimator: str, origin: Origin) -> dict[str, Any]:
    from evo.running.launch import run_record  # noqa: PLC0415 - it loads all of a run

    data, ended = origin.result["data"], {key: origin.result[key] for key in ("state", "stop_reason")}
    return run_record(name, config, [f"{estimator}.save"], data["sha256"], data["bits"]) | ended


def _metrics(fitted: Learned, pick: FrontRow, config: RunConfig) -> dict[str, Any]:
    """The one line of the journal, on the end: what `evo list` and `evo status` say of a run."""
    result, scores = fitted.origin.result, ("train_accuracy", "valid_accuracy", *SCORES)
    said = {name: getattr(pick, name) for name in ("id", *scores, *kind_of(config.genome.kind).journal)}
    known = {name: value for name, value in said.items() if value is not None or name not in SCORES}
    counts = {name: result[name] for name in ("evaluations", "failed")}
    best = {"best_error": fitted.front[0].error, "front": len(fitted.front), "stalled": 0}
    return {"generation": fitted.generations, **counts, **best, "pick": known}


def _front(rows: tuple[FrontRow, ...], config: RunConfig) -> str:
    """front.csv."""
    scores = [name for name in SCORES if any(getattr(row, name) is not None for row in rows)]
    words = [FORMULA] if any(row.formula for row in rows) else []
    columns = (*front_columns(kind_of(config.genome.kind).sizes), *scores, *words)
    return csv_file(columns, [[getattr(row, name) for name in columns] for row in rows])


def _model_record(fitted: Learned, row: FrontRow) -> dict[str, Any]:
    """The file of the model that is picked."""
    bits, scores = fitted.encoder.binarizer.bits, dict(fitted.origin.scores[row.id])
    sizes = {**row.sizes, "sparsity": row.sparsity}
    if isinstance(fitted, FittedNetwork):
        return network_record(fitted.model, bits, sizes, scores)
    return formula_record(fitted.model, bits, sizes, scores)


def _estimator_record(estimator: Any, fitted: Learned, members: Mapping[str, Learned]) -> dict[str, Any]:
    parameters = {**estimator.get_params(deep=False), "callbacks": None}
    if isinstance(parameters["random_state"], np.random.RandomState):
        parameters["random_state"] = fitted.origin.config.seed
    named = getattr(estimator, "feature_names_in_", None)
    return {
        "format": FORMAT,
        "estimator": type(estimator).__name__,
        "parameters": {name: plain(f"parameter {name}", value) for name, value in parameters.items()},
        "names": list(fitted.names),
        **({} if named is None else {"feature_names_in": list(map(str, named))}),
        "classes": classes_to_json(fitted.classes),
        "soft": isinstance(fitted, Fitted) and fitted.soft,
        "generations": fitted.generations,
        "members": {member: _member_record(of) for member, of in members.items()},
    }


def _member_record(fitted: Learned) -> dict[str, Any]:
    """What is known of the model that is picked."""
    influences = {"influences": dict(fitted.influences())}
    if isinstance(fitted, FittedNetwork):
        return influences | {"shares": fitted.shares.tolist()}
    evidence = {key: getattr(value, "tolist", lambda v=value: v)() for key, value in asdict(fitted.evidence).items()}
    return influences | {"evidence": evidence, "scorecard": scorecard_to_json(fitted.scorecard)}
