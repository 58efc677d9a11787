"""Candidates that failed: a line in events.jsonl with the genome and its place, and the task itself to be replayed.

``quarantine/g12-t3.npz`` is task 3 of generation 12, whole (no pickle); its candidate got the worst objectives and the
run went on. A search whose every candidate fails would fill the disk, so after MOST of them the rest is only counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from evo.errors import CheckpointError, GenomeError, UsageError
from evo.search.failures import Failure
from evo.search.loop import Search
from evo.storage.known import EVENTS, LARGEST_WEIGHTS, QUARANTINE
from evo.storage.lines import Lines
from evo.storage.npz import npz
from evo.storage.run_dir import RunDir
from fitness.containers.npz import read_npz
from fitness.errors import ContainerError
from fitness.registry import tasks_from_arrays
from genomes import registry
from genomes.batches import Space
from genomes.checks import check_count

MOST = 100

_NAME = re.compile(r"g[0-9]{1,18}-t[0-9]{1,18}(-i[0-9]{1,18})?")


class Quarantine:
    """Records the failures of one attempt; `event` writes a line into events.jsonl."""

    def __init__(self, run: RunDir, seed: int, space: Space, event: Callable[..., None]) -> None:
        self._run, self._seed, self._space, self._event = run, seed, space, event
        self._seen = 0

    def __call__(self, failure: Failure) -> None:
        """Record one failure."""
        self._seen += 1
        if self._seen > MOST:
            if self._seen == MOST + 1:
                self._event("quarantine_full", generation=failure.generation, kept=MOST)
            return
        name = f"g{failure.generation}-t{failure.number}" + (f"-i{failure.island}" if failure.island else "")
        self._run.make(QUARANTINE)
        self._run.replace(f"{QUARANTINE}/{name}.npz", npz(failure.task.to_arrays()))
        self._event(
            "quarantine",
            id=name,
            generation=failure.generation,
            stream=stream_key(failure, self._seed),
            reason=failure.reason.strip().splitlines()[-1],
            traceback=failure.reason,
            genome=registry.plain(failure.genome, self._space),
        )


def stream_key(failure: Failure, seed: int) -> dict[str, Any]:
    """Where the random draws that made a candidate come from: see `genomes.streams`."""
    role, slot = failure.task.drawn_from(failure.generation, failure.number)
    place = {"generation": failure.generation, "island": failure.island, "slot": slot}
    return {"seed": seed, "role": role.name.lower(), **place}


def entries(run: RunDir) -> tuple[list[dict[str, Any]], str]:
    """What was quarantined, each once, oldest first; and what of events.jsonl cannot be read, in one line."""
    events, lines = Lines(run, EVENTS), dict[str, dict[str, Any]]()
    for line in events:
        if line.get("event") == "quarantine":
            if _is_entry(line):
                lines[line["id"]] = line
            else:
                events.leave_out()
    return list(lines.values()), events.complaint


def _is_entry(line: dict[str, Any]) -> bool:
    name, generation, reason = (line.get(key) for key in ("id", "generation", "reason"))
    named = isinstance(name, str) and _NAME.fullmatch(name) is not None
    return named and isinstance(generation, int) and isinstance(reason, str)


def read_task(run: RunDir, name: str, search: Search[Any, Any]) -> Any:
    """A quarantined task of `search`.

    Raises:
        UsageError: there is none of that name. CheckpointError: its file is missing or damaged.
    """
    known = [entry["id"] for entry in entries(run)[0]]
    if name not in known:
        listed = f"the ids are {', '.join(known[:10])}" if known else "nothing was quarantined"
        raise UsageError(f"no such id; {listed}", where=f"{run.root} {name}")
    path = f"{QUARANTINE}/{name}.npz"
    content = run.read_bytes(path, limit=LARGEST_WEIGHTS)
    try:
        task = tasks_from_arrays(read_npz(content, limit=len(content)), search.problem.space)
        check_count(len(task), 1, 1, "task")
        if not isinstance(task, search.algorithm.tasks):
            raise GenomeError("this is not what the run's algorithm works on", where="kind")
    except (ContainerError, GenomeError) as problem:
        raise CheckpointError(f"cannot be read ({problem})", where=run.where(path)) from None
    return task
