"""What is counted of the pick of a run on the rows it is judged by, whatever its kind: as much as time allows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from evo.analysis.baselines import Baselines, baselines, judged_split
from evo.analysis.importance import importances
from evo.analysis.judging import Judge
from evo.analysis.robustness import Robustness, robustness
from evo.models.learned import Learned
from fitness.data.dataset import Dataset
from fitness.spec import FitnessSpec
from genomes.deadline import Interrupted, look

LATE = "Left out, as stop.seconds was over"
AGAIN = "`evo report` with `--html` counts it without a limit."


@dataclass(frozen=True, slots=True)
class OnRows:
    """None or empty where rows are not there, or time was over; drops: see `importances`; late: what time left out."""

    robustness: Robustness | None = None
    drops: Mapping[str, float] = field(default_factory=dict)
    baselines: Baselines | None = None
    late: tuple[str, ...] = ()

    @property
    def influences(self) -> Mapping[int, float] | None:
        """Of inputs by their numbers."""
        return None if self.robustness is None else self.robustness.influences


def on_rows(model: Learned, dataset: Dataset, seed: int, fitness: FitnessSpec | None = None) -> OnRows:
    """All of it, the cheapest first; fitness: what the run optimised, else accuracy."""
    where, fitness = judged_split(dataset), fitness or FitnessSpec()
    split, task, judge = dataset.splits()[where], dataset.task, Judge.of(dataset, fitness)
    late, noise, drops, learners = list[str](), None, dict[str, float](), None
    with in_time("what wrong input bits cost", late):
        look()
        noise = robustness(model, task, split, where, seed, judge)
    with in_time("what columns are worth", late):
        look()
        drops = dict(importances(model, task, dataset.bits, split, seed, judge))
    with in_time("simple learners beside the model", late):
        look()
        learners = baselines(model, dataset, seed, fitness)
    return OnRows(noise, drops, learners, tuple(late))


@contextlib.contextmanager
def in_time(what: str, late: list[str]) -> Iterator[None]:
    """Put `what` into `late` where time was over before it was counted, or while."""
    try:
        yield
    except Interrupted:
        late.append(what)


def late_note(late: tuple[str, ...]) -> tuple[str, ...]:
    """A note on what was left out; none where nothing was."""
    return (f"{LATE}: {', '.join(late)}. {AGAIN}",) if late else ()
