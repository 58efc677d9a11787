"""The one door to the files of a run directory.

A run directory may come from anywhere: an archive, a shared disk, a stranger. What lies in it is then not what evo put
there, and a path promises nothing: `models` may be a link to a home folder, `timing.jsonl` a link to a shell's start
file, `events.jsonl` a pipe that nobody writes to, `result.json` a terabyte of zeros.

So nothing of evo opens a path inside a run directory. Files are named relative to its root (``models/best.json``), each
step below the root is taken relative to the descriptor of the step before and never through a link, and what is opened
must be a regular file. The root alone may be a link: the user typed it. A file that is replaced is written under an
unpredictable name and renamed over the old one, which touches only the folder's entry. A file that is changed in place
(appended to, cut) must have no other name, or that name's content would change too.

What is found wrong in the directory is a `CheckpointError`; what the disk refuses is a `StorageError`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from evo.errors import CheckpointError, StorageError
from evo.storage.steps import (
    MissingError,
    Wanted,
    create_file,
    holder,
    open_file,
    open_folder,
    parts_of,
    regular,
    sole,
    status,
    unreadable,
    wrong_step,
)

__all__ = ["LIMIT", "Folder", "MissingError"]

#: Bytes of a file that is read whole, unless the reader says otherwise.
LIMIT = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder whose content is not trusted. `root` is for showing; names are relative to it, with `/` between parts.

    Every method raises CheckpointError where the folder is at fault (a link, a pipe, a file that is too large) and
    StorageError where writing fails.
    """

    root: Path

    def where(self, name: str) -> str:
        """A file as messages name it."""
        return str(self.root / name)

    # Looking.

    def exists(self, name: str) -> bool:
        """Whether there is anything of that name, of whatever kind."""
        return self._status(name) is not None

    def is_file(self, name: str) -> bool:
        """Whether it is a regular file."""
        entry = self._status(name)
        return entry is not None and stat.S_ISREG(entry.st_mode)

    def check_alone(self, name: str) -> None:
        """Raise CheckpointError if a file has another name, so that it may not be changed in place."""
        entry = self._status(name)
        if entry is not None:
            sole(regular(entry, self.root, name), self.root, name)

    def size(self, name: str) -> int:
        """Bytes of a file; 0 if there is none."""
        entry = self._status(name)
        return 0 if entry is None else regular(entry, self.root, name).st_size

    def age(self, name: str) -> float | None:
        """Seconds since a file was last written to; None if there is none."""
        entry = self._status(name)
        return None if entry is None else max(0.0, time.time() - regular(entry, self.root, name).st_mtime)

    def names(self, folder: str = "") -> list[str]:
        """Sorted names of what a folder holds, of whatever kind; none if there is no such folder."""
        try:
            with self._looking(folder, "folder"):
                descriptor = open_folder(self.root, parts_of(folder))
        except MissingError:
            return []
        try:
            with os.scandir(descriptor) as entries:
                return sorted(entry.name for entry in entries)
        finally:
            os.close(descriptor)

    # Reading.

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[BufferedReader]:
        """A file to be read.

        Raises:
            MissingError: there is none.
        """
        with self._looking(name):
            descriptor = open_file(self.root, name, os.O_RDONLY)
        with os.fdopen(descriptor, "rb") as file, self._looking(name):
            yield file

    def read_bytes(self, name: str, *, limit: int = LIMIT) -> bytes:
        """A whole file of at most `limit` bytes.

        Raises:
            MissingError: there is none.
        """
        with self.opened(name) as file:
            size = os.fstat(file.fileno()).st_size
            content = file.read(size + 1) if size <= limit else b""  # what is asked for is what memory is taken for
        size = max(size, len(content))
        if size > limit:
            text = f"is too large ({size:,} bytes; at most {limit:,} are read): evo did not write it"
            raise CheckpointError(text, where=self.where(name))
        return content

    def read_text(self, name: str) -> str:
        """A whole text file in UTF-8.

        Raises:
            MissingError: there is none.
        """
        try:
            return self.read_bytes(name).decode("utf-8")
        except UnicodeDecodeError:
            raise CheckpointError("is not UTF-8 text; the file is damaged", where=self.where(name)) from None

    def read_end(self, name: str, n_bytes: int) -> bytes:
        """The last bytes of a file.

        Raises:
            MissingError: there is none.
        """
        with self.opened(name) as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - n_bytes))
            return file.read(min(size, n_bytes))

    # Changing.

    def replace(self, name: str, content: bytes | str) -> None:
        """Make a file hold `content`: a kill, a full disk or a power cut leaves the old file or the new, never half.

        It is written beside the old one, flushed to disk and renamed over it.
        """
        payload = content.encode() if isinstance(content, str) else content
        with self._changing(name), holder(self.root, name) as (folder, last):
            temporary = f".{last}.{secrets.token_hex(4)}.tmp"
            descriptor = create_file(folder, temporary)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(payload)
                    file.flush()
                    os.fsync(descriptor)
                os.rename(temporary, last, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary, dir_fd=folder)
                raise
            os.fsync(folder)

    def create(self, name: str, content: Iterable[bytes]) -> None:
        """Make a file that was not there, from parts; flushed to disk."""
        with self._changing(name), holder(self.root, name) as (folder, last):
            descriptor = create_file(folder, last)
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(content)
                file.flush()
                os.fsync(descriptor)

    def appendable(self, name: str) -> BinaryIO:
        """A file to be added to, unbuffered; made if there is none."""
        with self._changing(name):
            descriptor = open_file(self.root, name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, alone=True)
        return os.fdopen(descriptor, "ab", buffering=0)

    def truncate(self, name: str, length: int) -> None:
        """Cut a file to its first `length` bytes."""
        with self._changing(name):
            descriptor = open_file(self.root, name, os.O_WRONLY, alone=True)
            try:
                os.ftruncate(descriptor, length)
            finally:
                os.close(descriptor)

    def remove(self, name: str) -> None:
        """Remove an entry that is no folder, if it is there; of a link only the link itself."""
        with self._changing(name), contextlib.suppress(FileNotFoundError), holder(self.root, name) as (folder, last):
            os.unlink(last, dir_fd=folder)

    def make(self, name: str) -> None:
        """Make a folder, if it is not there."""
        with self._changing(name, "folder"):
            with contextlib.suppress(FileExistsError), holder(self.root, name) as (folder, last):
                os.mkdir(last, dir_fd=folder)
            os.close(open_folder(self.root, parts_of(name)))  # what is there is a folder, not a link to one

    # Failing.

    def _status(self, name: str) -> os.stat_result | None:
        try:
            return status(self.root, name)
        except OSError as problem:
            raise unreadable(problem, self.root, name, "file") from None

    @contextlib.contextmanager
    def _looking(self, name: str, wanted: Wanted = "file") -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            raise unreadable(problem, self.root, name, wanted) from None

    @contextlib.contextmanager
    def _changing(self, name: str, wanted: Wanted = "file") -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            raise wrong_step(self.root, name, wanted) or StorageError.of(problem, self.root / name) from None
