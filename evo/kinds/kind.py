"""What the top floor asks of a kind of genome; `evo.kinds.registry` finds one by its name in `genome.kind`.

Types of rooms above this one are only named in words here, so that every room may ask a kind. Methods import what they
need where they are called: a run for formulas loads nothing of masks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class SizeColumn:
    """A size of models: its name in stored records, what is counted, and a header where there is little room.

    formerly: its name in run directories of earlier versions; empty where it is the same.
    """

    name: str
    singular: str
    plural: str
    short: str
    formerly: str = ""

    def counted(self, n: int) -> str:
        """``1 term``, ``12 literals``."""
        return f"{n:,} {self.singular if n == 1 else self.plural}"


class Kind(ABC):
    """One kind of genome, all that a run of it needs above the floors of genomes and fitness.

    Attributes:
        noun: one genome in a word.
        sizes: size columns; the first is the size that ties, knees and charts go by, the first two are shown where
            there is little room.
        journal: what a line of metrics.jsonl says of the pick beside its accuracies.
        inputs: what models read, in the plural.
        sources: what a run reads from outside, in words.
        program: the export format that most users want.
        words: the export format that shows a model in words; empty where none does.
        starter: what its starter file says where a key has no default, or a better value to start from; by key.
    """

    noun: str
    sizes: tuple[SizeColumn, ...]
    journal: tuple[str, ...]
    inputs: str = "bits"
    sources: str = "data"
    program: str
    words: str = ""
    starter: Mapping[str, Any]

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
    def formats(self) -> Sequence[str]:
        """Names of the formats that models are exported in."""

    @abstractmethod
    def check_lines(self, job: Any) -> Sequence[str]:
        """What `evo check` says of a job after its task and rows: inputs, genome, memory and time."""

    @abstractmethod
    def reporter(self) -> Any:
        """Its sections of the reports: an `evo.report.reporter.Reporter`."""

    @abstractmethod
    def size_text(self, best: Mapping[str, Any]) -> str:
        """The sizes of the pick of a result.json in words."""

    def beside(self, result: Mapping[str, Any]) -> Sequence[str]:
        """Sentences on how the model of a result.json stands to what it is compared with; none where it is not."""
        return ()

    def result_fault(self, result: Mapping[str, Any]) -> str | None:
        """What is wrong with the kind's own part of a result.json; None where nothing is, or there is no such part."""
        return None

    def sparsity(self, run: Any, record: Mapping[str, Any], pick: Mapping[str, Any]) -> float | None:
        """The sparsity of the pick in a line of metrics.jsonl; run: its directory, record: its run.json as it is."""
        return pick.get("sparsity")
