"""A job: a config with its data read and its search built, ready to be run or resumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol

from typing_extensions import TypeVar

from evo.config.schema import RunConfig
from evo.kinds.common.finishing import AsItIs, Finishing
from evo.kinds.common.scorer import FrontScorer
from evo.kinds.common.selection import ByScore, Selection
from evo.kinds.kind import Kind
from evo.kinds.registry import kind_of
from evo.monitor import RunInfo
from evo.search.context import G, P
from evo.search.loop import Search
from evo.search.spec import UNMOVED, SearchSpec
from fitness.data.dataset import Dataset, Task
from fitness.data.encoder import Encoder
from fitness.data.tables.profile import Columns


class Counted(Protocol):
    """A split."""

    @property
    def n_rows(self) -> int:
        """Its rows."""


class Rows(Protocol):
    """What is known of any data, packed or not."""

    @property
    def task(self) -> Task:
        """What is predicted."""

    @property
    def n_features(self) -> int:
        """Raw columns."""

    @property
    def n_bits(self) -> int:
        """Inputs of a model."""

    def splits(self) -> Mapping[str, Counted]:
        """The splits that exist, by name."""

    def class_rows(self) -> Mapping[str, Mapping[str, int]]:
        """Rows of each class by split."""

    def sha256(self) -> str:
        """Digest of everything a result depends on."""


class Encoding(Protocol):
    """What a run directory keeps to read further rows."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data."""


D = TypeVar("D", bound=Rows, default=Dataset)
E = TypeVar("E", bound=Encoding, default=Encoder)
C = TypeVar("C", bound=RunConfig, default=RunConfig)


@dataclass(frozen=True, slots=True)
class Job(Generic[D, P, G, E, C]):
    """Everything `runner` needs that is not on disk in the run directory.

    kernels: modules of `fitness.kernels` to bring into the cache before the first generation; files: what else the
    run directory keeps, by name; finishing: what is done to the front at the end; selection: how the model is chosen;
    depends_on_units: whether its bytes depend on the vector units of the process; columns: what was understood of the
    table.
    """

    config: C
    dataset: D
    encoder: E
    search: Search[P, G]
    scorer: FrontScorer
    kernels: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    finishing: Finishing = field(default_factory=AsItIs)
    selection: Selection = field(default_factory=ByScore)
    depends_on_units: bool = False
    columns: Columns = field(default_factory=Columns)

    @property
    def kind(self) -> Kind:
        """The kind of its genomes."""
        return kind_of(self.config.genome.kind)

    def info(self, run_dir: str, start_generation: int) -> RunInfo:
        """What the display shows before the first generation."""
        return RunInfo(
            name=self.config.name,
            run_dir=run_dir,
            algorithm=describe_search(self.config.search),
            genome=self.config.genome.kind,
            metric=self.config.fitness.metric,
            task=describe(self.dataset.task),
            rows=self.rows(),
            features=self.dataset.n_features,
            bits=self.dataset.n_bits,
            start_generation=start_generation,
            inputs=self.kind.inputs,
        )

    def rows(self) -> dict[str, int]:
        """Rows per split, 0 where there is no such split."""
        return {"train": 0, "valid": 0, "test": 0} | {n: split.n_rows for n, split in self.dataset.splits().items()}


AnyJob = Job[Any, Any, Any, Any, Any]


def describe_search(search: SearchSpec) -> str:
    """The algorithm, and on how many islands it runs: ``memetic, 4 islands (ring)``."""
    islands = search.islands
    exchange = "no exchange" if search.algorithm in UNMOVED else islands.topology
    return search.algorithm + (f", {islands.count} islands ({exchange})" if islands.count > 1 else "")


def describe(task: Task) -> str:
    """The task in a few words."""
    if task.kind == "binary":
        return f"{task.outputs[0]}: {task.classes[1]} or {task.classes[0]}"
    if task.kind == "multiclass" and len(task.classes) == 2:
        return f"{task.outputs[0]}: votes for {task.classes[1]} or {task.classes[0]}"
    if task.kind == "multiclass":
        return f"{task.outputs[0]}: {len(task.classes)} classes"
    return f"{len(task.outputs)} outputs"
