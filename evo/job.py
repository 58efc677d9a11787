"""A job: a config with its data read and its search built, ready to be run or resumed."""

from __future__ import annotations

from dataclasses import dataclass

from evo.config.schema import RunConfig
from evo.front import FrontBook
from evo.progress import RunInfo
from evo.search.build import build_search
from evo.search.loop import Search
from evo.search.spec import SearchSpec
from fitness.data.dataset import Dataset, Task
from fitness.data.encoder import Encoder
from fitness.data.load import load
from fitness.data.voting import as_votes


@dataclass(frozen=True, slots=True)
class Job:
    """Everything `runner` needs that is not on disk in the run directory."""

    config: RunConfig
    dataset: Dataset
    encoder: Encoder
    search: Search
    book: FrontBook

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
        )

    def rows(self) -> dict[str, int]:
        """Rows per split, 0 where there is no such split."""
        return {"train": 0, "valid": 0, "test": 0} | {n: split.n_rows for n, split in self.dataset.splits().items()}


def prepare(config: RunConfig) -> Job:
    """Read the data and build the search.

    Raises:
        DataError: the data cannot be learned from.
    """
    loaded = load(config.data, config.seed)
    if config.genome.output == "vote":
        loaded = as_votes(loaded)
    search = build_search(config, loaded.dataset)
    book = FrontBook(search.problem, loaded.dataset, config.genome.kind)
    return Job(config, loaded.dataset, loaded.encoder, search, book)


def describe_search(search: SearchSpec) -> str:
    """The algorithm, and on how many islands it runs: ``memetic, 4 islands (ring)``."""
    islands = search.islands
    return search.algorithm + (f", {islands.count} islands ({islands.topology})" if islands.count > 1 else "")


def describe(task: Task) -> str:
    """The task in a few words."""
    if task.kind == "binary":
        return f"{task.outputs[0]}: {task.classes[1]} or {task.classes[0]}"
    if task.kind == "multiclass" and len(task.classes) == 2:
        return f"{task.outputs[0]}: votes for {task.classes[1]} or {task.classes[0]}"
    if task.kind == "multiclass":
        return f"{task.outputs[0]}: {len(task.classes)} classes"
    return f"{len(task.outputs)} outputs"
