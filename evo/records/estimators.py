"""estimator.json: what a saved scikit-learn estimator is, beside the models, the encoder and the result of its run.

Members of the front are kept with what the training rows said of them, because no rows are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

from annotated_types import Ge, Le, Len, MaxLen
from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from evo.records.kinds import FIRST_FAULT, Count, Id, Name, Number, Text
from evo.records.reading import read_record
from evo.records.scorecards import ScorecardRecord, unfit
from evo.storage.folder import Folder
from evo.storage.known import ESTIMATOR
from fitness.data.task import MAX_CLASSES

FORMAT = "evo-estimator-1"
#: Columns at most.
MOST_COLUMNS = 10**6

Weight = Annotated[float, Ge(0), Le(1e300)]
Weights = Annotated[list[Weight], Len(2, MAX_CLASSES), FIRST_FAULT]
Rows = Annotated[list[Weights], FIRST_FAULT]
Cell = bool | int | Number | Text


@with_config(ConfigDict(extra="forbid"))
class ClassesRecord(TypedDict):
    """Labels as they were given: a NumPy dtype by its name, and a value per class."""

    dtype: Annotated[str, Len(1, 20)]
    values: Annotated[list[Cell], Len(2, MAX_CLASSES), FIRST_FAULT]


@with_config(ConfigDict(extra="forbid"))
class EvidenceRecord(TypedDict):
    """See `evo.estimators.evidence.Evidence`."""

    counts: Rows
    rest: Weights
    rows: Weights
    spoken: Annotated[int, Ge(0), Le(1)] | None
    tells: Annotated[list[bool], FIRST_FAULT]


class MemberRecord(TypedDict):
    """influences: by column; evidence, scorecard: of a formula; shares: of a network."""

    influences: dict[str, Weight]
    evidence: NotRequired[EvidenceRecord]
    scorecard: NotRequired[ScorecardRecord]
    shares: NotRequired[Rows]


class EstimatorRecord(TypedDict):
    """names: of all columns; feature_names_in: as scikit-learn keeps them, of columns with names; soft:
    whether probabilities are those of the scorecard.
    """

    format: Literal["evo-estimator-1"]
    estimator: Name
    parameters: dict[str, Any]
    names: Annotated[list[Text], Len(1, MOST_COLUMNS), FIRST_FAULT]
    feature_names_in: NotRequired[Annotated[list[Text], MaxLen(MOST_COLUMNS), FIRST_FAULT]]
    classes: ClassesRecord
    soft: bool
    generations: Count
    members: dict[Id, MemberRecord]


def read_estimator(run: Folder) -> dict[str, Any]:
    """estimator.json, checked.

    Raises:
        CheckpointError: missing or damaged, in one line with the key.
    """
    return read_record(run, ESTIMATOR, EstimatorRecord, _fault)


def _fault(record: dict[str, Any]) -> str | None:
    """What does not fit together in a record of the right shape."""
    n_classes = len(record["classes"]["values"])
    for member, of in record["members"].items():
        wrong = _unfit(of, n_classes)
        if wrong is not None:
            return f"members.{member}.{wrong}"
    return None


def _unfit(member: Mapping[str, Any], n_classes: int) -> str | None:
    if "shares" in member:
        rows = member["shares"]
        square = len(rows) == n_classes and all(len(row) == n_classes for row in rows)
        return None if square else f"shares: does not fit {n_classes} classes"
    if "evidence" not in member or "scorecard" not in member:
        return "evidence: is missing, or the scorecard"
    evidence = member["evidence"]
    counts = [evidence["rest"], evidence["rows"], *evidence["counts"]]
    if any(len(row) != n_classes for row in counts) or len(evidence["tells"]) != len(evidence["counts"]):
        return f"evidence: does not fit {n_classes} classes"
    wrong = unfit(member["scorecard"], n_classes)
    return None if wrong is None else f"scorecard: {wrong}"
