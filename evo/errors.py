"""Errors of the top floor, and the root they share with the floors below."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

from distributed.errors import ComputeError
from fitness.errors import DataError
from genomes.errors import EvoError, GenomeError
from genomes.text.quoting import line_of

__all__ = [
    "CheckpointError",
    "ComputeError",
    "ConfigError",
    "DataError",
    "EvoError",
    "ExportError",
    "GenomeError",
    "StorageError",
    "UsageError",
]

#: Problems of a config that are listed; who has more mends these first.
MOST_PROBLEMS = 20


class UsageError(EvoError):
    """A command line that does not make sense."""

    exit_code = 2


class ConfigError(EvoError):
    """One or more problems in a config.

    problems: complete lines, location first, at most `MOST_PROBLEMS`; count: of all, with those listed neither there
    nor here (`unlisted`).
    """

    exit_code = 2

    def __init__(self, problems: Sequence[str], unlisted: int = 0) -> None:
        self.count = len(problems) + unlisted
        self.problems = tuple(map(line_of, problems[:MOST_PROBLEMS]))
        super().__init__("")
        self.args = ("\n".join(self.lines),)

    @property
    def lines(self) -> tuple[str, ...]:
        """The problems, and how many they are."""
        unlisted = self.count - len(self.problems)
        more = [f"and {unlisted:,} more"] if unlisted else []
        return (*self.problems, *more, f"{self.count:,} problem{'s' if self.count > 1 else ''}; nothing was run.")


class CheckpointError(EvoError):
    """A resume that is refused, or a run directory without a valid checkpoint."""

    exit_code = 4


class ExportError(EvoError):
    """A model that cannot be written in the asked format."""

    exit_code = 2


class StorageError(EvoError):
    """A run directory that cannot be written: the disk is full, or permission is missing."""

    exit_code = 1

    @classmethod
    def of(cls, problem: OSError, path: Path) -> StorageError:
        """The failure of writing `path` in one line."""
        if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            text = "no space left to write this file; what was saved before is intact: free some space, then evo resume"
        else:
            text = f"cannot write this file ({problem.strerror or problem}); check the folder's permissions"
        return cls(text, where=str(path))
