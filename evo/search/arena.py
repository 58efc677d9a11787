"""What an algorithm is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from evo.search.hyper_genes import HyperGenes
from evo.search.spec import LocalSpec, SearchSpec
from evo.search.state import State
from fitness.evaluator import Evaluator
from fitness.problem import Problem, Results
from fitness.workbench import Benches
from genomes.batch import CoverBatch
from genomes.streams import Role, python_stream, stream
from genomes.two_level import CoverSpace
from genomes.variation.samples import Samples


@dataclass(frozen=True, slots=True)
class Arena:
    """What stays the same through a search: the seed, the space, the settings, the rows operators may look at.

    population: candidates (or slots) per generation; prices: float64[n], the path of prices per literal, dear to cheap;
    error_column: where the objective `error` is; n_samples: training samples that count; benches: the layout of
    compiled kernels, made when first used; evaluator: of the training rows; most_samples: about how many samples rounds
    look at in the end, where a part will do; None is all; island: whose search this is (0 where there is but one), with
    genes of its own.
    """

    seed: int
    space: CoverSpace
    samples: Samples
    spec: SearchSpec
    local: LocalSpec
    population: int
    prices: NDArray[np.float64]
    error_column: int
    n_samples: int
    benches: Benches
    evaluator: Evaluator
    most_samples: int | None = None
    island: int = 0
    genes: HyperGenes = HyperGenes()

    def stream(self, role: Role, generation: int, slot: int = 0) -> np.random.Generator:
        """The random stream of one place on this island."""
        return stream(self.seed, role, generation, self.island, slot)

    def python_stream(self, role: Role, generation: int) -> Random:
        """The same for DEAP's operators."""
        return python_stream(self.seed, role, generation, self.island)


@dataclass(frozen=True, slots=True)
class Survivors:
    """The next population with its objectives float64[P, M], and what the algorithm wants to remember, as arrays."""

    population: CoverBatch
    objectives: NDArray[np.float64]
    memory: Mapping[str, NDArray[Any]] = field(default_factory=dict)


class Algorithm(Protocol):
    """Proposes work (`ask`), does it (`work`) and decides who lives on (`survive`); keeps nothing between calls.

    compiled: whether its work runs compiled kernels; settles: generations after which a path of few prices has settled
    well enough to judge the prices.
    """

    compiled: ClassVar[bool]
    settles: ClassVar[int]

    def size(self, spec: SearchSpec, space: CoverSpace, n_prices: int) -> int:
        """Candidates or individuals per generation."""

    def ask(self, arena: Arena, state: State) -> Any:
        """Tasks of generation `state.generation`."""

    def work(self, arena: Arena, problem: Problem) -> Callable[[Any], Results]:
        """A pure function from a chunk of tasks to its results."""

    def survive(self, arena: Arena, state: State, results: Results) -> Survivors:
        """Who lives on after the results of a whole generation."""

    def immigrate(self, arena: Arena, state: State, origins: Sequence[State], most: int) -> tuple[State, list[int]]:
        """The state after up to `most` migrants from each of the islands `origins` joined it, and how many did."""
