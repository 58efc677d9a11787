"""A saved estimator as it was fitted, from its run directory; every file is checked when read, whoever wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from evo.errors import CheckpointError, UsageError
from evo.estimators.evidence import Evidence, Floats, cubes_of
from evo.estimators.fitting import Fitted
from evo.estimators.members import Member, Stored
from evo.estimators.networks import FittedNetwork, Learned, NetworkMember, NetworkMembers
from evo.estimators.origin import Origin
from evo.estimators.plain import classes_of_json, given
from evo.kinds.common.open_model import open_model
from evo.kinds.registry import kind_of
from evo.models.networks import NetworkModel
from evo.records.encoders import read_encoder
from evo.records.estimators import read_estimator
from evo.records.results import SplitScores, front_row, read_result
from evo.records.scorecards import scorecard_of_json
from evo.records.shapes import fault
from evo.records.trust import stored_config
from evo.storage.known import ESTIMATOR, MODELS
from evo.storage.run_dir import RunDir, open_run
from fitness.data.encoder import Encoder


def load(cls: type[Any], path: Path) -> Any:
    """The estimator of a directory.

    Raises:
        UsageError: it is not there, or holds another class. CheckpointError: it is damaged.
    """
    run = open_run(path)
    if not run.exists(ESTIMATOR):
        raise UsageError("no estimator was saved here; evo.load opens what evo run wrote", where=str(path))
    record = read_estimator(run)
    if record["estimator"] != cls.__name__:
        text = f"holds a {record['estimator']}; {record['estimator']}.load opens it"
        raise UsageError(text, where=str(path))
    try:
        estimator = cls(**{name: given(value) for name, value in record["parameters"].items()})
    except TypeError:
        raise CheckpointError("parameters: not those of this version", where=run.where(ESTIMATOR)) from None
    fitted = _fitted(run, record)
    estimator.n_features_in_ = len(fitted.names)
    if "feature_names_in" in record:
        estimator.feature_names_in_ = np.array(record["feature_names_in"], dtype=object)
    return estimator._learned(fitted)


def _fitted(run: RunDir, record: Mapping[str, Any]) -> Learned:
    """What the fit had left, but the end of its search."""
    result, encoder, saved = read_result(run), read_encoder(run), open_model(run.root)
    kind = kind_of(result["genome"])
    front = tuple(front_row(row, kind.sizes) for row in result["front"])
    unknown = {row.id for row in front} ^ set(record["members"])
    if unknown:
        raise CheckpointError(f"members: {min(unknown)} is not in both files", where=run.where(ESTIMATOR))
    models = {row.id: saved.model(row.id) for row in front}
    pick, known = result["best"]["id"], record["members"]
    shares = {member: of["influences"] for member, of in known.items()}
    ended = {key: value for key, value in result.items() if key not in ("run_id", "best", "front")}
    common: dict[str, Any] = {
        "names": tuple(record["names"]),
        "classes": classes_of_json(record["classes"], encoder.task.classes, run.where(ESTIMATOR)),
        "encoder": encoder,
        "model": models[pick],
        "front": front,
        "generations": record["generations"],
        "origin": Origin(stored_config(run), ended, {member: _scores(run, member) for member in models}),
        "begun": None,
    }
    if isinstance(models[pick], NetworkModel):
        networks = {
            member: NetworkMember(model, _shares(run, member, known[member]))
            for member, model in models.items()
            if isinstance(model, NetworkModel)
        }
        members = NetworkMembers(networks, shares, None)
        return FittedNetwork(**common, shares=networks[pick].shares, members=members)
    own = {member: _member(run, model, known[member], encoder) for member, model in models.items()}
    picked, stored = own[pick], Stored(own, shares)
    more = {"evidence": picked.evidence, "scorecard": picked.scorecard, "soft": record["soft"], "members": stored}
    return Fitted(**common, **more)


def _shares(run: RunDir, member: str, record: Mapping[str, Any]) -> Floats:
    if "shares" not in record:
        raise CheckpointError(f"members.{member}.shares: is missing", where=run.where(ESTIMATOR))
    return np.array(record["shares"], dtype=np.float64)


def _member(run: RunDir, model: Any, record: Mapping[str, Any], encoder: Encoder) -> Member:
    kept = record.get("evidence")
    if kept is None or len(kept["counts"]) != sum(map(len, cubes_of(model))):
        raise CheckpointError(f"members.{model.id}: is not that of models/{model.id}.json", where=run.where(ESTIMATOR))
    card = scorecard_of_json(record["scorecard"])
    if card.used and card.used[-1] > len(encoder.binarizer.bits):
        raise CheckpointError(f"members.{model.id}.scorecard: reads unknown inputs", where=run.where(ESTIMATOR))
    counts = np.array(kept["counts"], dtype=np.float64).reshape(len(kept["counts"]), len(kept["rest"]))
    rest, rows = (np.array(kept[name], dtype=np.float64) for name in ("rest", "rows"))
    return Member(model, Evidence(counts, rest, rows, kept["spoken"], np.array(kept["tells"], dtype=np.bool_)), card)


def _scores(run: RunDir, member: str) -> dict[str, Any]:
    """The scores in the file of a member."""
    name = f"{MODELS}/{member}.json"
    scores: dict[str, Any] = run.read_json(name).get("scores", {})
    wrong = fault(SplitScores, scores)
    if wrong is not None:
        raise CheckpointError(f"scores.{wrong}", where=run.where(name))
    return scores
