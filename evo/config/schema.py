"""The whole config as one frozen value. Sections live beside the code that uses them; this file only composes them.

`RunConfig` has what all kinds of genomes share. Each kind has a class of its own below it, with sections of its own
(`evo/kinds/<kind>/config.py`), and a config that was read is always one of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal, Self

from annotated_types import Ge, Le, Len, MinLen

from distributed.spec import ComputeSpec
from evo.search.spec import LocalSpec, SearchSpec, StopSpec
from fitness.data.spec import STANDARD_INPUT, DataSpec
from fitness.spec import FitnessSpec
from genomes.bounds import LONGEST_PATH, Count
from genomes.spec import GenomeSpec
from genomes.strict import STRICT

#: Sections that make a run what it is; they cannot change on resume.
IDENTITY = ("seed", "data", "genome", "fitness", "search", "local")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSpec:
    """When the state is written, and how many states are kept."""

    __pydantic_config__ = STRICT

    every: Count = 10
    """Generations between checkpoints."""
    keep: Annotated[int, Ge(2), Le(10_000)] = 3
    """Newest checkpoints kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSpec:
    """Where runs are written."""

    __pydantic_config__ = STRICT

    root: Annotated[str, Len(1, LONGEST_PATH)] = "runs"
    """Folder of run directories, relative to the folder the command is started in."""
    report: Annotated[tuple[Literal["md", "html"], ...], Len(0, 2)] = ("md", "html")
    """Reports written at the end: report.md, report.html."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplaySpec:
    """What is shown while it runs."""

    __pydantic_config__ = STRICT

    mode: Literal["auto", "rich", "plain", "quiet"] = "auto"
    """auto: a live panel on a terminal, one plain line per interval elsewhere."""
    interval: Annotated[float, Ge(0.1), Le(3600)] = 5.0
    """plain: seconds between lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """One run, completely described."""

    __pydantic_config__ = STRICT

    schema: Literal[1]
    """Version of this file's format."""
    name: Annotated[str, MinLen(1)] = "run"
    """Name of the run's folder under output.root: at most 100 letters, digits, dots, dashes or underscores."""
    seed: Annotated[int, Ge(0), Le(2**63 - 1)] = 0
    """The only seed."""
    data: DataSpec
    """Where the rows come from."""
    genome: GenomeSpec = field(default_factory=GenomeSpec)
    """What is evolved."""
    fitness: FitnessSpec = field(default_factory=FitnessSpec)
    """What is optimised."""
    search: SearchSpec = field(default_factory=SearchSpec)
    """How candidates are proposed and kept."""
    local: LocalSpec = field(default_factory=LocalSpec)
    """How offspring are improved before they compete."""
    stop: StopSpec = field(default_factory=StopSpec)
    """When the run ends."""
    compute: ComputeSpec = field(default_factory=ComputeSpec)
    """Where candidates are evaluated."""
    checkpoint: CheckpointSpec = field(default_factory=CheckpointSpec)
    """When the state is written."""
    output: OutputSpec = field(default_factory=OutputSpec)
    """Where runs are written."""
    display: DisplaySpec = field(default_factory=DisplaySpec)
    """What is shown while it runs."""

    def files(self) -> Mapping[str, str | None]:
        """Files that the run reads, or the folder of a query's, by their keys; None where a key names none."""
        data = self.data
        folder = {} if data.query is None else {"data.folder": data.folder}
        paths = {"data.path": data.path, "data.valid_path": data.valid_path, "data.test_path": data.test_path}
        return {**paths, **folder}

    def with_files(self, change: Callable[[str | None], str | None]) -> Self:
        """The config with every path of `files` changed."""
        data = self.data
        path = data.path if data.path == STANDARD_INPUT else change(data.path)
        valid, test = change(data.valid_path), change(data.test_path)
        folder = data.folder if data.query is None else change(data.folder or ".")
        return replace(self, data=replace(data, path=path, valid_path=valid, test_path=test, folder=folder))
