"""Checkpoints: the State on disk, and back.

The idea. ``gen_000120.npz`` holds the State's arrays (no pickle, readable by any NumPy); ``gen_000120.json`` beside it
holds the SHA-256 of that file, of the metrics journal up to that generation, and what is not part of the State: seconds
spent. Both are written tmp -> fsync -> rename, the JSON last, so a JSON without a sound npz means damage and not an
unfinished write. Loading walks from the newest to the oldest and takes the first checkpoint whose own bytes and whose
journal prefix both match; what it skips, it says. LATEST names the newest for people and scripts; loading ignores it.

Rejected: one growing file (a torn tail loses everything), pickle (unsafe, breaks between versions), file times.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from evo.errors import CheckpointError, EvoError, GenomeError
from evo.records.kinds import Count, Seconds
from evo.records.kinds import Digest as Sha256
from evo.records.reading import sound
from evo.search.state import State
from evo.storage.digest import Digest, beginnings
from evo.storage.folder import Folder
from evo.storage.known import CHECKPOINTS, LARGEST_CHECKPOINT, METRICS
from evo.storage.npz import npz
from evo.storage.texts import json_file
from fitness.containers.npz import read_npz
from fitness.errors import ContainerError
from genomes.checks import Arrays

_DESCRIPTION = re.compile(r"gen_[0-9]{6,18}\.json")
#: Bytes of the longest description that is read.
DESCRIPTION_BYTES = 2**16
#: Checkpoints that are tried, from the newest on.
MOST = 100

#: Makes a State of arrays from disk; raises GenomeError.
Restore = Callable[[Arrays], State[Any]]


@with_config(ConfigDict(extra="forbid"))
class CheckpointRecord(TypedDict):
    """generation: the State's; sha256: of the npz file; metrics_bytes, metrics_sha256: of the journal of metrics up to
    this generation; seconds, cpu_seconds: of search so far.
    """

    generation: Count
    sha256: Sha256
    metrics_bytes: Count
    metrics_sha256: Sha256
    seconds: Seconds
    cpu_seconds: Seconds


@dataclass(frozen=True, slots=True)
class Progress:
    """What belongs to a checkpoint beside the State: search seconds so far and the journal of metrics up to it."""

    seconds: float
    cpu_seconds: float
    metrics: Digest


@dataclass(frozen=True, slots=True)
class Restored:
    """A loaded checkpoint; `skipped` says in one line each which newer ones were unusable and why."""

    state: State[Any]
    progress: Progress
    name: str
    skipped: tuple[str, ...]


def save(run: Folder, state: State[Any], progress: Progress, *, keep: int) -> str:
    """Write the state as a checkpoint and remove all but the `keep` newest up to it; returns its name.

    Later ones go too: a run saves a state only on its way there again, so `load_newest` found them unusable.

    Raises:
        StorageError: the disk is full; older checkpoints are untouched.
    """
    name = f"gen_{state.generation:06d}"
    content = npz(state.to_arrays())
    run.replace(f"{CHECKPOINTS}/{name}.npz", content)
    record = CheckpointRecord(
        generation=state.generation,
        sha256=hashlib.sha256(content).hexdigest(),
        metrics_bytes=progress.metrics.n_bytes,
        metrics_sha256=progress.metrics.sha256,
        seconds=progress.seconds,
        cpu_seconds=progress.cpu_seconds,
    )
    run.replace(f"{CHECKPOINTS}/{name}.json", json_file(record))
    run.replace(f"{CHECKPOINTS}/LATEST", name + "\n")
    written = names(run)
    this = written.index(name)
    for old in written[:this] + written[this + keep :]:
        for suffix in (".json", ".npz"):
            run.remove(f"{CHECKPOINTS}/{old}{suffix}")
    return name


def names(run: Folder) -> list[str]:
    """Names of the checkpoints that were written completely or damaged later, newest first."""
    described = [name.removesuffix(".json") for name in run.names(CHECKPOINTS) if _DESCRIPTION.fullmatch(name)]
    return sorted(described, key=lambda name: int(name[4:]), reverse=True)


def load_newest(run: Folder, restore: Restore) -> Restored:
    """The newest checkpoint that is whole, whose metrics journal is whole up to it, and that `restore` takes.

    Raises:
        CheckpointError: there is none; the message says what is wrong with them.
    """
    newest, skipped = names(run)[:MOST], dict[str, str]()
    metrics = beginnings(run, METRICS, _lengths(run, newest))
    for name in newest:
        try:
            state, progress = _load(run, name, metrics, restore)
        except (CheckpointError, GenomeError) as problem:
            skipped[name] = _why(problem)
            continue
        lines = tuple(f"checkpoint {newer} skipped: {why}" for newer, why in skipped.items())
        return Restored(state, progress, name, lines)
    reasons = _reasons(skipped) or "the folder holds no checkpoint"
    raise CheckpointError(f"no valid checkpoint to resume from ({reasons})", where=run.where(CHECKPOINTS))


def _load(run: Folder, name: str, metrics: Mapping[int, Digest], restore: Restore) -> tuple[State[Any], Progress]:
    record = _described(run, name)
    content = _content(run, f"{CHECKPOINTS}/{name}.npz", record["sha256"])
    digest = metrics.get(record["metrics_bytes"])
    if digest is None or digest.sha256 != record["metrics_sha256"]:
        raise CheckpointError("metrics.jsonl is damaged or shorter than it was at this checkpoint")
    try:
        arrays = read_npz(content, limit=len(content))  # nothing in it is packed
    except ContainerError as problem:
        raise CheckpointError(problem.message) from None
    state = restore(arrays)
    if not state.generation == record["generation"] == int(name[4:]):
        raise CheckpointError("its name and its content are of different generations")
    return state, Progress(record["seconds"], record["cpu_seconds"], digest)


def _described(run: Folder, name: str) -> dict[str, Any]:
    """The `CheckpointRecord` beside a checkpoint."""
    content = run.read_bytes(f"{CHECKPOINTS}/{name}.json", limit=DESCRIPTION_BYTES)
    return sound(content, "its description", CheckpointRecord)


def _content(run: Folder, path: str, sha256: str) -> bytes:
    """The bytes of a checkpoint, taken into memory only where they are those that were written."""
    with run.opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_CHECKPOINT or not zipfile.is_zipfile(file) or _sha256(file) != sha256:
            raise CheckpointError("its file does not match its sha256 (truncated or changed)")
        file.seek(0)
        return file.read(size)


def _sha256(file: BufferedReader) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def _lengths(run: Folder, checkpoints: Sequence[str]) -> Iterator[int]:
    """How much of the journal of metrics belongs to each checkpoint that says so."""
    for name in checkpoints:
        with contextlib.suppress(CheckpointError):
            yield _described(run, name)["metrics_bytes"]


def _why(problem: EvoError) -> str:
    """What is wrong; of the place only the name of the file."""
    place = f"{Path(problem.where).name} " if isinstance(problem, CheckpointError) and problem.where else ""
    return f"{place}{problem.message}" if place or not problem.where else str(problem)


def _reasons(skipped: Mapping[str, str]) -> str:
    """Why each checkpoint was skipped, those with the same reason together."""
    groups: dict[str, list[str]] = {}
    for name, why in skipped.items():
        groups.setdefault(why, []).append(name)
    return "; ".join(f"{_listed(members)}: {why}" for why, members in groups.items())


def _listed(members: Sequence[str], most: int = 3) -> str:
    more = f" and {len(members) - most} more" if len(members) > most else ""
    return ", ".join(members[:most]) + more
