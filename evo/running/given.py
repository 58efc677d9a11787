"""Rows that are handed to a run instead of a file: standard input, or a frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from evo.config.schema import RunConfig
from evo.errors import CheckpointError
from evo.kinds.common.job import AnyJob
from evo.records.kept import kept_name, kept_path
from evo.storage.folder import Folder
from fitness.data.spec import STANDARD_INPUT
from fitness.data.tables.held import Held, held_frame, held_input


@contextmanager
def given_rows(config: RunConfig, frame: Any = None) -> Iterator[tuple[RunConfig, Held | None]]:
    """The config with a path under which the rows can be read, and the rows to keep; None where a file has them.

    Raises:
        DataError, ContainerError: see `held_input` and `held_frame`.
    """
    if frame is None and config.data.path != STANDARD_INPUT:
        yield config, None
        return
    with held_input(config.data.unpack_limit) if frame is None else held_frame(frame) as held:
        yield _with_columns(with_path(config, held.path), held), held


def _with_columns(config: RunConfig, held: Held) -> RunConfig:
    """With what the types of a frame say of its columns, where the user does not say something else."""
    data = config.data
    own = {name: kind for name, kind in held.columns.items() if name not in (*data.categorical, *data.ignore)}
    columns = {**own, **(data.columns or {})}
    return replace(config, data=replace(data, columns=columns)) if own else config


def with_path(config: RunConfig, path: str) -> RunConfig:
    """The config with its rows at `path`."""
    return replace(config, data=replace(config.data, path=path))


def job_with_path(job: AnyJob, path: str) -> AnyJob:
    """The job with its rows at `path`; they are not read again."""
    return replace(job, config=with_path(job.config, path))


def with_own_rows(run: Folder, config: RunConfig) -> RunConfig:
    """The config of a run that is there already: standard input stands for the rows that it keeps.

    Raises:
        CheckpointError: it keeps none.
    """
    if config.data.path != STANDARD_INPUT:
        return config
    name = kept_name(run)
    if name is None:
        text = "this run has no rows from standard input; -o data.path=FILE says where its rows are"
        raise CheckpointError(text, where=str(run.root))
    return with_path(config, kept_path(run.root, name))
