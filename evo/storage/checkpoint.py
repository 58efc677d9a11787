"""Checkpoints: the State on disk, and back.

The idea. ``gen_000120.npz`` holds the State's arrays (no pickle, readable by any NumPy); ``gen_000120.json`` beside it
holds the SHA-256 of that file, of the metrics journal up to that generation, and what is not part of the State: seconds
spent. Both are written tmp -> fsync -> rename, the JSON last, so a JSON without a sound npz means damage and not an
unfinished write. Loading walks from the newest to the oldest and takes the first checkpoint whose own bytes and whose
journal prefix both match; what it skips, it says. LATEST names the newest for people and scripts; loading ignores it.

Rejected: one growing file (a torn tail loses everything), pickle (unsafe, breaks between versions), file times.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evo.errors import CheckpointError, GenomeError
from evo.search.state import State
from evo.storage.atomic import write_atomic, write_json
from evo.storage.checkpoint_meta import Meta
from fitness.containers.npz import read_npz
from fitness.errors import ContainerError
from genomes.checks import Arrays

_NAME = re.compile("gen_[0-9]{6,18}")
#: Makes a State of arrays from disk; raises GenomeError.
Restore = Callable[[Arrays], State[Any]]


@dataclass(frozen=True, slots=True)
class Progress:
    """What belongs to a checkpoint beside the State: search seconds so far and the length of the metrics journal."""

    seconds: float
    cpu_seconds: float
    metrics_bytes: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A loaded checkpoint; `skipped` says in one line each which newer ones were unusable and why."""

    state: State[Any]
    progress: Progress
    name: str
    skipped: tuple[str, ...]


def save(folder: Path, state: State[Any], progress: Progress, metrics: Path, *, keep: int) -> str:
    """Write the state as a checkpoint and remove all but the `keep` newest up to it; returns its name.

    Later ones go too: a run saves a state only on its way there again, so `load_newest` found them unusable.

    Raises:
        StorageError: the disk is full; older checkpoints are untouched.
    """
    name = f"gen_{state.generation:06d}"
    content = io.BytesIO()
    np.savez(content, **state.to_arrays())  # type: ignore[arg-type]
    write_atomic(folder / f"{name}.npz", content.getvalue())
    meta = Meta(
        generation=state.generation,
        sha256=hashlib.sha256(content.getvalue()).hexdigest(),
        metrics_bytes=progress.metrics_bytes,
        metrics_sha256=_prefix_digest(metrics, progress.metrics_bytes),
        seconds=progress.seconds,
        cpu_seconds=progress.cpu_seconds,
    )
    write_json(folder / f"{name}.json", meta.to_plain())
    write_atomic(folder / "LATEST", name + "\n")
    written = names(folder)
    this = written.index(name)
    for old in written[:this] + written[this + keep :]:
        for suffix in (".json", ".npz"):
            (folder / f"{old}{suffix}").unlink(missing_ok=True)
    return name


def names(folder: Path) -> list[str]:
    """Names of the checkpoints that were written completely or damaged later, newest first."""
    stems = {path.stem for path in folder.glob("gen_*.json") if _NAME.fullmatch(path.stem)}
    return sorted(stems, key=lambda stem: int(stem[4:]), reverse=True)


def load_newest(folder: Path, metrics: Path, restore: Restore) -> Restored:
    """The newest checkpoint that is whole, whose metrics journal is whole up to it, and that `restore` takes.

    Raises:
        CheckpointError: there is none; the message lists what is wrong with each.
    """
    skipped: list[str] = []
    for name in names(folder):
        try:
            state, progress = _load(folder / name, metrics, restore)
        except (CheckpointError, GenomeError) as problem:
            skipped.append(f"checkpoint {name} skipped: {problem}")
            continue
        return Restored(state, progress, name, tuple(skipped))
    reasons = "; ".join(skipped) or "the folder holds no checkpoint"
    raise CheckpointError(f"no valid checkpoint to resume from ({reasons})", where=str(folder))


def _load(stem: Path, metrics: Path, restore: Restore) -> tuple[State[Any], Progress]:
    meta = Meta.from_bytes(_read_bytes(stem.with_suffix(".json")))
    content = _read_bytes(stem.with_suffix(".npz"))
    if hashlib.sha256(content).hexdigest() != meta.sha256:
        raise CheckpointError("its file does not match its sha256 (truncated or changed)")
    if _prefix_digest(metrics, meta.metrics_bytes) != meta.metrics_sha256:
        raise CheckpointError("metrics.jsonl is damaged or shorter than it was at this checkpoint")
    try:
        arrays = read_npz(content, limit=len(content))  # nothing in it is packed
    except ContainerError as problem:
        raise CheckpointError(problem.message) from None
    state = restore(arrays)
    if not state.generation == meta.generation == int(stem.name[4:]):
        raise CheckpointError("its name and its content are of different generations")
    return state, Progress(meta.seconds, meta.cpu_seconds, meta.metrics_bytes)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise CheckpointError(f"{path.name} cannot be read ({problem.strerror})") from None


def _prefix_digest(path: Path, length: int) -> str:
    """SHA-256 of the first `length` bytes; shorter files give the digest of what is there, which cannot match."""
    content = path.read_bytes() if path.exists() else b""
    return hashlib.sha256(content[:length]).hexdigest()
