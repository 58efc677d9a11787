"""run.json: what a run is, who wrote it, and how far it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NotRequired

from annotated_types import MaxLen
from typing_extensions import TypedDict

from evo.records.kinds import Count, Digest, Name, Seed, Text
from evo.records.reading import read_record
from evo.storage.folder import Folder
from evo.storage.known import RUN

#: The version of what the files of a run directory are called and hold; earlier ones have none.
LAYOUT = 2
#: Marks in `written_by` that are kept: one for every value and machine.
MOST_MARKS = 100
#: Changes of vector units that are kept.
MOST_UNITS = 100


class AttemptRecord(TypedDict):
    """One process that worked on the run."""

    pid: NotRequired[Count]
    started: NotRequired[Name]
    ended: NotRequired[Name]
    state: NotRequired[Name]
    generation: NotRequired[Count]


class RunRecord(TypedDict):
    """layout: see `LAYOUT`; bits: inputs of a model; identity: the config sections that cannot change, less the
    folders of data; written_by: see `evo.records.trust`; vector_units: see `evo.running.vector_units`.
    """

    layout: NotRequired[Count]
    id: Name
    name: Name
    seed: Seed
    state: Name
    stop_reason: Text | None
    created: Name
    command: Annotated[list[Text], MaxLen(10_000)]
    identity_sha256: Digest
    identity: dict[str, Any]
    data_sha256: Digest
    bits: NotRequired[Count]
    versions: dict[str, Name]
    attempts: list[AttemptRecord]
    forked_from: NotRequired[Text]
    written_by: NotRequired[Annotated[list[Digest], MaxLen(MOST_MARKS)]]
    vector_units: NotRequired[Annotated[list[Name], MaxLen(MOST_UNITS)]]


def metric_of(record: Mapping[str, Any]) -> str:
    """The configured metric of a run.json; accuracy where it does not say."""
    identity = record.get("identity")
    fitness = identity.get("fitness") if isinstance(identity, dict) else None
    metric = fitness.get("metric") if isinstance(fitness, dict) else None
    return metric if isinstance(metric, str) else "accuracy"


def read_run(run: Folder) -> dict[str, Any]:
    """run.json, checked.

    Raises:
        CheckpointError: missing or damaged, in one line with the key.
    """
    return read_record(run, RUN, RunRecord)
