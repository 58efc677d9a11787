"""The kind on the top floor: its config, search, front, saved runs and reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from typing_extensions import TypedDict

from distributed.choice import make_backend
from evo.config.schema import RunConfig
from evo.errors import ExportError
from evo.kinds.common.front import metric_table, model_scores
from evo.kinds.common.job import Job
from evo.kinds.common.saved import SavedRun, check_format, chosen_model, unpack_limit
from evo.kinds.common.scorer import Memory
from evo.kinds.kind import Kind, SizeColumn
from evo.monitor import FrontRow
from evo.records.encoders import read_encoder
from evo.records.kinds import Count, Id
from evo.records.models import read_model_record
from evo.report.html.front import front
from evo.report.html.provenance import provenance
from evo.report.html.scores import generalization
from evo.report.markdown import fenced
from evo.search.archive import Archive
from evo.search.context import SearchContext, Survivors
from evo.search.loop import Search
from evo.search.spec import Population, SearchSpec
from evo.search.state import State
from evo.storage.run_dir import RunDir, open_run
from fitness.data.dataset import Bit, Dataset, Task
from fitness.data.encoder import Encoder
from fitness.data.load import load
from fitness.evaluation.results import Results
from fitness.tasks.candidates import Candidates
from genomes.streams import Role
from tests.kits.toy.genome import CountingBatch, CountingSpace, CountingSpec, Genome, plain
from tests.kits.toy.worth import CountingFitness, CountingProblem, confusion, evaluate, predictions

SIZES = (SizeColumn("inputs", "input", "inputs", "inputs"), SizeColumn("need", "needed", "needed", "need"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingSearch(SearchSpec):
    """How candidates are proposed and kept."""

    algorithm: Literal["climb"] = "climb"
    """climb: as many climbers as the population has slots."""
    population: Population = 24
    """Climbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingConfig(RunConfig):
    """One run."""

    genome: CountingSpec = field(default_factory=CountingSpec)
    """What is evolved."""
    fitness: CountingFitness = field(default_factory=CountingFitness)
    """What is optimised."""
    search: CountingSearch = field(default_factory=CountingSearch)
    """How candidates are proposed and kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingContext(SearchContext):
    """The space, and the share of the inputs that first genomes count."""

    space: CountingSpace
    first: float


class Climb:
    """One mutant per climber, kept if it is not worse."""

    compiled: ClassVar[bool] = False
    settles: ClassVar[int] = 1
    tasks: ClassVar[type] = Candidates

    def size(self, spec: SearchSpec, space: Any, n_prices: int) -> int:
        return spec.population

    def ask(self, context: CountingContext, state: State[Any]) -> Candidates[CountingBatch]:
        role = Role.VARIATION if state.generation else Role.INITIAL
        streams = [context.stream(role, state.generation, slot) for slot in range(context.population)]
        if not state.generation:
            genomes = [context.space.random(rng, context.first) for rng in streams]
        else:
            genomes = [context.space.mutated(rng, old) for rng, old in zip(streams, state.population, strict=True)]
        return Candidates(CountingBatch.of(genomes, context.space))

    def work(self, context: CountingContext, problem: CountingProblem) -> Callable[[Any], Results[Any]]:
        return partial(evaluate, problem)

    def stand_in(self, context: CountingContext, problem: CountingProblem) -> Callable[[Any], Results[Any]]:
        return self.work(context, problem)

    def survive(self, context: CountingContext, state: State[Any], results: Results[Any]) -> Survivors[Any]:
        new, n = results.objectives, len(results.objectives)
        if not state.generation:
            return Survivors(results.genomes, new)
        rows = [n + i if tuple(new[i]) <= tuple(state.objectives[i]) else i for i in range(n)]
        both = state.population.followed_by(results.genomes)
        return Survivors(both.take(rows, context.space), np.concatenate([state.objectives, new])[rows])

    def immigrate(self, context: Any, state: Any, origins: Sequence[Any], most: int) -> tuple[Any, list[int]]:
        return state, [0] * len(origins)

    def layout(self, context: CountingContext, generation: int) -> Mapping[str, Any]:
        return {}

    def check(self, context: CountingContext, state: State[Any]) -> None:
        state.check_population(context.population, context.population)


def words(genome: Genome, bits: Sequence[Bit]) -> list[str]:
    """``at least 2 of:`` and a line per input."""
    return [f"at least {genome[1]} of:", *(f"  {bits[i].text(True)}" for i in np.flatnonzero(genome[0]))]


class CountingScorer(Memory):
    """What is known of members of the archive."""

    order = ("inputs",)

    def __init__(self, dataset: Dataset, problem: CountingProblem) -> None:
        super().__init__(problem.spec.metric, "valid" if dataset.valid else "train")
        self._dataset, self._problem = dataset, problem

    def rows(self, archive: Archive[CountingBatch]) -> tuple[FrontRow, ...]:
        names = archive.ids()
        return tuple(self._row(names[row], archive.genomes[row]) for row in archive.front().tolist())

    def record(self, archive: Archive[CountingBatch], row: FrontRow) -> dict[str, Any]:
        genome = archive.genomes[archive.ids().index(row.id)]
        own = {"format": "counting-1", "id": row.id, **plain(genome, self._problem.space)}
        return {**own, "sizes": dict(row.sizes), "scores": self.scores(row.id)}

    def lines(self, archive: Archive[CountingBatch], member: str) -> list[str]:
        return words(archive.genomes[archive.ids().index(member)], self._dataset.bits)

    def tests(self, archive: Archive[CountingBatch]) -> dict[str, Any]:
        if self._dataset.test is None:
            return {}
        tables = metric_table(confusion(archive.genomes, self._dataset.test), np.ones(2))
        return dict(zip(archive.ids(), tables, strict=True))

    def extras(self, archive: Any, pick: FrontRow, seconds: float, note: Any) -> dict[str, Any]:
        return {}

    def _row(self, member: str, genome: Genome) -> FrontRow:
        batch = CountingBatch.of([genome], self._problem.space)
        splits = {name: split for name, split in self._dataset.splits().items() if name != "test"}
        scores = {name: metric_table(confusion(batch, split), np.ones(2))[0] for name, split in splits.items()}
        sizes = {"inputs": int(genome[0].sum()), "need": genome[1]}
        self.remember(member, scores, sizes, 1.0 - float(genome[0].mean()))
        return self._rows[member]


class CountingRecord(TypedDict):
    """A stored genome."""

    format: Literal["counting-1"]
    id: Id
    inputs: list[Count]
    need: Count


@dataclass(frozen=True, slots=True)
class CountingModel:
    """A genome with its name."""

    id: str
    batch: CountingBatch


@dataclass(frozen=True, slots=True)
class SavedCounting(SavedRun):
    """A run directory."""

    run: RunDir
    encoder: Encoder

    @property
    def task(self) -> Task:
        return self.encoder.task

    def model(self, pick: str = "best") -> CountingModel:
        n = len(self.encoder.binarizer.bits)
        record = read_model_record(self.run, chosen_model(self.run, pick, SIZES), CountingRecord)
        chosen = np.isin(np.arange(n), record["inputs"])
        return CountingModel(record["id"], CountingBatch.of([(chosen, record["need"])], CountingSpace(n)))

    def rows(self, data: Path, *, labels: bool) -> Any:
        return self.encoder.read_rows(data, labels=labels, limit=unpack_limit(self.run))

    def predicted(self, split: Any, pick: str = "best") -> list[Any]:
        return [self.task.classes[int(value)] for value in predictions(self.model(pick).batch, split)[0]]

    def header(self) -> list[str]:
        return [f"predicted_{self.task.outputs[0]}"]

    def scored(self, split: Any, pick: str = "best") -> dict[str, Any]:
        model = self.model(pick)
        return {"id": model.id, "rows": split.n_rows, **model_scores(confusion(model.batch, split), 2)}

    def written(self, fmt: str, pick: str = "best", minimize: Any = "exact", *, trust: bool = False) -> Any:
        check_format(fmt, ("words", "json"))
        batch = self.model(pick).batch
        form = json.dumps(plain(batch[0], CountingSpace(batch.chosen.shape[1])))
        return (self.words(pick) if fmt == "words" else form + "\n"), ()

    def words(self, pick: str = "best") -> str:
        return "\n".join(words(self.model(pick).batch[0], self.encoder.binarizer.bits)) + "\n"

    def circuit(self, pick: str = "best") -> Any:
        raise ExportError("a count is no circuit here", where=str(self.run.root))


class CountingReporter:
    """What all kinds have, and the model in words."""

    parts = (generalization, front, provenance)

    def at_the_end(self, run: RunDir, config: RunConfig, dataset: Any) -> tuple[None, tuple[str, ...]]:
        return None, ()

    def again(self, run: RunDir, *, trust: bool) -> tuple[None, tuple[str, ...]]:
        return None, ()

    def markdown(self, run: Any, result: Any, lines: Sequence[str], dataset: Any, findings: Any) -> list[str]:
        return ["## What is counted\n\n" + fenced(list(lines))]

    def picked_by(self, result: Any) -> str | None:
        return None

    def verdict(self, facts: Any) -> list[str]:
        return []

    def cards(self, facts: Any) -> list[tuple[str, str]]:
        return [(str(facts.result["best"]["inputs"]), "inputs counted")]

    def compared(self, runs: Any, names: Any, *, trust: bool) -> list[Any]:
        return []


class Counting(Kind):
    """Yes where enough of some inputs are 1."""

    noun = "count"
    sizes = SIZES
    journal = ("inputs", "need")
    program = "words"
    starter: Mapping[str, Any] = {"name": "counting", "data.source": "sklearn", "data.name": "breast_cancer"}
    config = CountingConfig
    rules = ()

    def prepare(self, config: CountingConfig) -> Any:
        loaded = load(config.data, config.seed)
        space = CountingSpace(loaded.dataset.n_bits)
        problem = CountingProblem(space, loaded.dataset.train, config.fitness)
        context = CountingContext(
            seed=config.seed, spec=config.search, local=config.local, population=config.search.population,
            error_column=config.fitness.objectives.index("error"), space=space, first=config.genome.first,
        )  # fmt: skip
        search = Search(problem, context, Climb(), make_backend(config.compute))
        return Job(
            config,
            loaded.dataset,
            loaded.encoder,
            search,
            CountingScorer(loaded.dataset, problem),
            columns=loaded.columns,
        )

    def saved(self, path: Path) -> SavedCounting:
        run = open_run(path)
        return SavedCounting(run, read_encoder(run))

    def formats(self) -> Sequence[str]:
        return ("words", "json")

    def check_lines(self, job: Any) -> Sequence[str]:
        return [f"# genome    counts among {job.dataset.n_bits} bits"]

    def reporter(self) -> CountingReporter:
        return CountingReporter()

    def size_text(self, best: Mapping[str, Any]) -> str:
        return f"at least {best['need']} of {self.sizes[0].counted(best['inputs'])}"


KIND = Counting()
