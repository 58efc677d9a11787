"""Copies of run directories: what evo itself put there, as regular files of their own, and nothing through a link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from evo.storage.folder import Folder
from evo.storage.known import FOLDERS, GROWING, ROWS, limit_of, own_names
from evo.storage.lines import BLOCK, blocks


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file, as large as it may be."""
    while piece := file.read(BLOCK):
        yield piece


def copy_run(run: Folder, copy: Folder) -> None:
    """Copy evo's files of a run into an empty folder; of journals what comes before a line longer than any of evo's.

    Raises:
        CheckpointError: one of them is no regular file, or too large to be evo's.
        StorageError: the disk is full.
    """
    for folder in FOLDERS:
        if run.names(folder):
            copy.make(folder)
    for name in own_names(run):
        if name in GROWING:
            with run.opened(name) as file:
                copy.create(name, blocks(file))
        elif name in ROWS:
            with run.opened(name) as file:
                copy.create(name, pieces(file))
        else:
            copy.create(name, [run.read_bytes(name, limit=limit_of(name))])
