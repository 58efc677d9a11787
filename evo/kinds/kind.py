"""What the top floor asks of a kind of genome; `evo.kinds.registry` finds one by its name in `genome.kind`.

Types of rooms above this one are only named in words here, so that every room may ask a kind. Methods import what they
need where they are called: a run for formulas loads nothing of masks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar


class Kind(ABC):
    """One kind of genome, all that a run of it needs above the floors of genomes and fitness."""

    #: What a run of it reads, in messages.
    reads: ClassVar[str] = "data"
    #: What its starter file says where a key has no default, or a better value to start from; by key.
    starter: ClassVar[Mapping[str, Any]]

    @property
    @abstractmethod
    def config(self) -> Any:
        """Its class of config, below `RunConfig`."""

    @property
    @abstractmethod
    def rules(self) -> Sequence[Any]:
        """Rules between keys of its config: the sections that a rule reads, and the rule (`evo.config.rules`)."""

    @abstractmethod
    def prepare(self, config: Any) -> Any:
        """The `Job` of a config: the data read and the search built.

        Raises:
            ConfigError: it needs more memory than there is. DataError: the data cannot be learned from.
        """

    @abstractmethod
    def saved(self, path: Path) -> Any:
        """The `SavedRun` of a run directory.

        Raises:
            UsageError: not a run directory. CheckpointError: its records are damaged.
        """

    @abstractmethod
    def check_lines(self, job: Any) -> Sequence[str]:
        """What `evo check` says of a job: rows, genome, memory and time."""
