"""result.json: how a finished run came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired

from annotated_types import Len, MaxLen, MinLen
from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from evo.errors import CheckpointError
from evo.kinds.kind import SizeColumn
from evo.kinds.registry import kind_of
from evo.monitor import FrontRow
from evo.records.kinds import FIRST_FAULT, Count, Digest, Id, KindName, Name, Number, Score, Seconds, Text
from evo.records.reading import read_record
from evo.records.scorecards import ScorecardRecord
from evo.records.sizes import renamed, sizes_fault
from evo.storage.folder import Folder
from evo.storage.known import RESULT
from fitness.machine.plugins import LONGEST_NAME

SplitName = Literal["train", "valid", "test"]
Accuracies = Annotated[list[Score], MinLen(1)]
Rows = Annotated[list[Annotated[list[Count], FIRST_FAULT]], FIRST_FAULT]


@with_config(ConfigDict(extra="allow"))
class ScoresRecord(TypedDict):
    """confusion: int[tables, classes, classes]; loss: where the kind of genome has one.

    Nothing else stands there but the metric of the run, where a package added that (`_scored`).
    """

    accuracy: Score
    balanced_accuracy: Score
    f1: Score
    mcc: Score
    weighted: NotRequired[Score]
    confusion: Annotated[list[Rows], MinLen(1), FIRST_FAULT]
    loss: NotRequired[Number]


@with_config(ConfigDict(extra="forbid"))
class SplitScores(TypedDict):
    """Scores of the splits that there are."""

    train: ScoresRecord
    valid: NotRequired[ScoresRecord]
    test: NotRequired[ScoresRecord]


class FrontRecord(TypedDict):
    """A member of the front, as in front.csv, beside its sizes; see `evo.monitor.FrontRow`."""

    id: Id
    error: Score
    sparsity: Score
    train_accuracy: Score
    valid_accuracy: Score | None
    test_accuracy: NotRequired[Score | None]
    train_score: NotRequired[Score]
    valid_score: NotRequired[Score]
    test_score: NotRequired[Score]
    formula: NotRequired[Text]


class BestRecord(FrontRecord):
    """The pick."""

    balanced_accuracy: Score
    metric: Annotated[str, Len(1, LONGEST_NAME)]
    scores: SplitScores


class SplitRows(TypedDict):
    """Rows per split, 0 where there is none."""

    train: Count
    valid: Count
    test: Count


#: A column, and what there is to say of it.
SaidRecord = Annotated[list[Annotated[list[Text], Len(2, 2)]], MaxLen(1000), FIRST_FAULT]


class ColumnsRecord(TypedDict):
    """What was understood of columns, where that is more than their kind; notes: on the file."""

    left_out: NotRequired[SaidRecord]
    odd: NotRequired[SaidRecord]
    notes: NotRequired[Annotated[list[Text], MaxLen(1000), FIRST_FAULT]]


class DataRecord(TypedDict):
    """What was learned from."""

    rows: SplitRows
    features: Count
    bits: Count
    classes: Annotated[list[Text], MinLen(2)]
    outputs: Annotated[list[Text], MinLen(1)]
    sha256: Digest
    columns: NotRequired[ColumnsRecord]


class BackendRecord(TypedDict):
    """Where the work was done."""

    kind: Name
    workers: Count
    workers_lost: Count
    retries: Count


class SelectionRecord(TypedDict):
    """How the pick was chosen."""

    rule: Literal["holdout", "validation", "cross_validation", "price"]
    folds: NotRequired[Count]
    price: NotRequired[Number]


class CacheRecord(TypedDict):
    """Local steps that a known behaviour saved, and those made."""

    hits: Count
    misses: Count


class IslandsRecord(TypedDict):
    """The islands, and how many migrants arrived."""

    count: Count
    topology: Name
    migrants: Count
    every: Count
    migrated: Count


class ResultRecord(TypedDict):
    """What results of all kinds have; see docs/runs.md."""

    run_id: Name
    state: Name
    stop_reason: Name
    generations: Count
    evaluations: Count
    failed: Count
    seconds: Seconds
    cpu_seconds: Seconds
    genome: KindName
    best: BestRecord
    front: Annotated[list[FrontRecord], MinLen(1), FIRST_FAULT]
    data: DataRecord
    backend: BackendRecord
    selection: SelectionRecord
    cache: CacheRecord
    islands: NotRequired[IslandsRecord]
    scorecard: NotRequired[ScorecardRecord]


def read_result(run: Folder) -> dict[str, Any]:
    """result.json, checked, with the names that sizes have today; every reader of it asks here.

    Raises:
        CheckpointError: missing or damaged, in one line with the key.
    """
    result = read_record(run, RESULT, ResultRecord)
    sizes = kind_of(result["genome"]).sizes
    result |= {"best": renamed(result["best"], sizes), "front": [renamed(row, sizes) for row in result["front"]]}
    wrong = inconsistent(result)
    if wrong is not None:
        raise CheckpointError(wrong, where=run.where(RESULT))
    return result


def front_row(record: Mapping[str, Any], sizes: Sequence[SizeColumn]) -> FrontRow:
    """A member of the front, or the pick, without what else is said of it."""
    known = {name: record[name] for name in FrontRow.__dataclass_fields__ if name in record}
    return FrontRow(**known | {"sizes": {column.name: record[column.name] for column in sizes}})


def has_result(run: Folder) -> bool:
    """Whether the run has ended with a result."""
    return run.exists(RESULT)


def inconsistent(result: dict[str, Any]) -> str | None:
    """What does not fit together in a result of the right shape."""
    return next((wrong for find in _CHECKS if (wrong := find(result)) is not None), None)


def _confusions(result: dict[str, Any]) -> str | None:
    classes, outputs = len(result["data"]["classes"]), len(result["data"]["outputs"])
    for split, scores in result["best"]["scores"].items():
        tables = scores["confusion"]
        square = all(len(table) == classes and all(len(row) == classes for row in table) for table in tables)
        if len(tables) not in {1, outputs} or (outputs > 1 and len(tables) == 1) or not square:
            return f"best.scores.{split}.confusion: does not fit {outputs} outputs and {classes} classes"
    return None


def _scored(result: dict[str, Any]) -> str | None:
    best = result["best"]
    names = set(best["scores"]["train"])
    if best["metric"] not in names:
        return f"best.metric: {best['metric']} is not among the scores"
    for split, scores in best["scores"].items():
        value = scores.get(best["metric"], 0.0)
        strange = sorted(set(scores) - set(ScoresRecord.__annotations__) - {best["metric"]})
        if strange:
            return f"best.scores.{split}.{strange[0]}: is no score"
        if type(value) not in (int, float) or not -2 <= value <= 2:
            return f"best.scores.{split}.{best['metric']}: must be a number from -2 to 2"
    other = next((split for split, scores in best["scores"].items() if set(scores) != names), None)
    return None if other is None else f"best.scores.{other}: has not the same scores as best.scores.train"


def _front(result: dict[str, Any]) -> str | None:
    front, best = result["front"], result["best"]
    ids = [row["id"] for row in front]
    if len(set(ids)) < len(ids):
        return "front: an id stands there twice"
    if best["id"] not in ids:
        return f"best.id: {best['id']} is not in front"
    for key in ("valid_accuracy", "test_accuracy", "train_score", "valid_score", "test_score"):
        known = {row.get(key) is None for row in [*front, best]}
        if len(known) > 1:
            return f"front: {key} is there for some members only"
    return None


def _selection(result: dict[str, Any]) -> str | None:
    needed = {"cross_validation": "folds", "price": "price", "validation": "price"}.get(result["selection"]["rule"])
    return None if needed is None or needed in result["selection"] else f"selection.{needed}: is missing"


def _sizes(result: dict[str, Any]) -> str | None:
    sizes = kind_of(result["genome"]).sizes
    places = [("best", result["best"]), *((f"front[{i}]", row) for i, row in enumerate(result["front"]))]
    return next((f"{where}.{wrong}" for where, row in places if (wrong := sizes_fault(row, sizes)) is not None), None)


def _own(result: dict[str, Any]) -> str | None:
    return kind_of(result["genome"]).result_fault(result)


_CHECKS: tuple[Any, ...] = (_sizes, _confusions, _scored, _front, _selection, _own)
