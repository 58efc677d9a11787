"""The vector units a run was computed with, where its bytes depend on them: recorded, and kept on resuming."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evo.errors import CheckpointError
from evo.kinds.common.job import AnyJob
from evo.records.runs import MOST_UNITS
from fitness.machine.vector_units import differing, vector_units

#: The key of run.json: names of units, in the order in which attempts began to use them.
KEY = "vector_units"


def check_units(job: AnyJob, record: Mapping[str, Any], where: str) -> None:
    """Whether this process may go on with the run that `record` (its run.json) tells of.

    Raises:
        CheckpointError: it has other vector units, and they are not declared free.
    """
    change = _change(job, record)
    nouns = f"{job.kind.noun}s"
    if change and job.config.compute.vector_units == "same":
        text = (
            f"resume refused: {change}, and {nouns} depend on them; -o compute.vector_units=any accepts other {nouns}"
        )
        raise CheckpointError(text, where=where)


def units_note(job: AnyJob, record: Mapping[str, Any]) -> tuple[str, ...]:
    """A warning where the run goes on with other units than before."""
    change = _change(job, record)
    return (f"warning: {change}; {job.kind.noun}s may differ from those of one machine",) if change else ()


def units_record(job: AnyJob, record: Mapping[str, Any]) -> dict[str, list[str]]:
    """What run.json says once this process works on the run."""
    if not job.depends_on_units:
        return {}
    known, here = list(record.get(KEY, [])), vector_units()
    return {KEY: known if known[-1:] == [here] else [*known, here][-MOST_UNITS:]}


def _change(job: AnyJob, record: Mapping[str, Any]) -> str:
    """What is other than before, in words; nothing where that is free, unknown or the same."""
    known = record.get(KEY, []) if job.depends_on_units else []
    if not known or known[-1] == vector_units():
        return ""
    before, here = differing(known[-1], vector_units())
    return f"vector units were {before}, here they are {here}"
