"""What evo itself puts into a run directory: the names, and whether what is there may be worked on."""

from __future__ import annotations

import re

from evo.storage.folder import LIMIT, Folder

RUN = "run.json"
CONFIG, RESOLVED = "config.yaml", "resolved.yaml"
ENCODER, WEIGHTS = "encoder.json", "network.npz"
METRICS, TIMING, EVENTS = "metrics.jsonl", "timing.jsonl", "events.jsonl"
LOG, LOCK, STOP_REQUEST = "log.txt", ".lock", "stop"
FRONT, RESULT = "front.csv", "result.json"
#: What a saved scikit-learn estimator is beside its models.
ESTIMATOR = "estimator.json"
REPORT_MD, REPORT_HTML = "report.md", "report.html"
#: Rows that came from no file of the user's, as the run was given them.
ROWS = ("data.csv", "data.json", "data.parquet")
CHECKPOINTS, MODELS, QUARANTINE = "checkpoints", "models", "quarantine"
BEST = f"{MODELS}/best.json"

#: Bytes of the largest weights and checkpoints that are read.
LARGEST_WEIGHTS, LARGEST_CHECKPOINT = 2**30, 2**32

#: Written from an end to the next: gone when the run goes on.
CLOSING = (RESULT, REPORT_MD, REPORT_HTML)
#: Files that grow in place.
GROWING = (METRICS, TIMING, EVENTS, LOG)
#: Files that are replaced as a whole.
REPLACED = (RUN, CONFIG, RESOLVED, ENCODER, WEIGHTS, FRONT, ESTIMATOR, *CLOSING)
#: Folders, and the names of what evo puts into them.
FOLDERS = {
    CHECKPOINTS: re.compile(r"gen_[0-9]{1,18}\.(npz|json)|LATEST"),
    MODELS: re.compile(r"[^/]+\.json"),
    QUARANTINE: re.compile(r"[^/]+\.npz"),
}
#: What a kill during a `replace` leaves.
UNFINISHED = re.compile(r"\..+\.tmp", re.DOTALL)


def own_names(folder: Folder) -> list[str]:
    """Names of files that evo put there, those in its folders included; not the lock, a stop request or leftovers.

    Raises:
        CheckpointError: one of evo's folders is something else.
    """
    names = [name for name in (*REPLACED, *GROWING, *ROWS) if folder.exists(name)]
    for inner, pattern in FOLDERS.items():
        names += [f"{inner}/{name}" for name in folder.names(inner) if pattern.fullmatch(name)]
    return names


def limit_of(name: str) -> int:
    """Bytes of the largest file of that name that evo writes."""
    if name.startswith(f"{CHECKPOINTS}/"):
        return LARGEST_CHECKPOINT
    return LARGEST_WEIGHTS if name == WEIGHTS or name.startswith(f"{QUARANTINE}/") else LIMIT


def check(folder: Folder) -> None:
    """Make sure that a run can be worked on: evo's files are regular files, those that grow without another name.

    Raises:
        CheckpointError: the first that is not.
    """
    for name in (*own_names(folder), LOCK):
        folder.size(name)
    for name in GROWING:
        folder.check_alone(name)


def remove_unfinished(folder: Folder) -> None:
    """Remove what a kill during a `replace` left; only for the process that holds the run."""
    for inner in ("", *FOLDERS):
        for name in folder.names(inner):
            path = f"{inner}/{name}" if inner else name
            if UNFINISHED.fullmatch(name) and folder.is_file(path):
                folder.remove(path)
