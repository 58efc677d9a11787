"""What an algorithm is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, ClassVar, Generic, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypeVar

from evo.search.formula_spec import FormulaLocalSpec, FormulaSearchSpec
from evo.search.hyper_genes import HyperGenes, genes_of
from evo.search.pricing import best_at, bits_price
from evo.search.spec import LocalSpec, SearchSpec
from evo.search.state import State
from fitness.evaluation.evaluator import Evaluator
from fitness.evaluation.problem import Posed, Problem
from fitness.evaluation.results import Results
from fitness.layouts.cache import LayoutCache
from genomes import portable
from genomes.batches import Genomes
from genomes.checks import Expected
from genomes.streams import Role, python_stream, stream
from genomes.two_level.cover import CoverSpace
from genomes.two_level.variation.samples import Samples

#: Training samples above which a search that says the labels in no fewer bits ends early.
LARGE = 16_384
#: Share of all errors that a literal must save at least to count as a gain there.
WORTH = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchContext:
    """What stays the same through a search, whatever its genomes: the seed, the settings, the island.

    population: candidates (or slots) per generation; error_column: the objective that a model without errors has 0 in;
    island: whose search this is (0 where there is but one).
    """

    seed: int
    spec: SearchSpec
    local: LocalSpec
    population: int
    error_column: int
    island: int = 0

    def stream(self, role: Role, generation: int, slot: int = 0) -> np.random.Generator:
        """The random stream of one place on this island."""
        return stream(self.seed, role, generation, self.island, slot)

    def python_stream(self, role: Role, generation: int) -> Random:
        """The same for DEAP's operators."""
        return python_stream(self.seed, role, generation, self.island)

    def quiet(self, state: State[Any]) -> int | None:
        """Generations since the front last got better where it matters; None where that ends no run."""
        return None

    def on_island(self, island: int) -> Self:
        """The context of one island: streams of its own."""
        return replace(self, island=island)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoLevelContext(SearchContext):
    """The context of a search for covers: also the space and the rows that operators may look at.

    prices: float64[n], the path of prices per literal, dear to cheap; n_samples: training samples that count; n_errors:
    see `ErrorPrices`; benches: the layout of compiled kernels, made when first used; evaluator: of the training rows;
    most_samples: about how many samples rounds look at in the end, where a part will do; None is all; genes: those of
    the island.
    """

    spec: FormulaSearchSpec
    local: FormulaLocalSpec
    space: CoverSpace
    samples: Samples
    prices: NDArray[np.float64]
    n_samples: int
    n_errors: float
    layouts: LayoutCache
    evaluator: Evaluator
    most_samples: int | None = None
    genes: HyperGenes = HyperGenes()

    def quiet(self, state: State[Any]) -> int | None:
        """Generations since a formula came that says the training labels in fewer bits; None on small tables.

        Formulas that learn large tables by heart get better without end: these count for nothing here.
        """
        if self.n_samples <= LARGE or self.spec.algorithm != "memetic":
            return None
        price = max(bits_price(self.space), WORTH * self.n_errors)
        row = best_at(state.archive, price, self.n_errors, self.error_column, self.space)
        return None if row is None else state.generation - 1 - int(state.archive.born[row, 0])

    def on_island(self, island: int) -> Self:
        """Streams, hyper-genes and prices of one island's own."""
        genes = genes_of(island)
        step = self.prices[1] / self.prices[0]
        spec = replace(self.spec, crossover=min(1.0, genes.crossover * self.spec.crossover))
        prices = self.prices * portable.power(float(step), genes.shift)
        return replace(self, island=island, genes=genes, spec=spec, prices=prices)


@dataclass(frozen=True, slots=True)
class Survivors(Generic[Genomes]):
    """The next population with its objectives float64[P, M], and what the algorithm wants to remember, as arrays."""

    population: Genomes
    objectives: NDArray[np.float64]
    memory: Mapping[str, NDArray[Any]] = field(default_factory=dict)


#: What an algorithm works on and with; where they are not named, those of covers.
G = TypeVar("G", bound=SearchContext, default=TwoLevelContext)
P = TypeVar("P", bound=Posed, default=Problem)
G_contra = TypeVar("G_contra", bound=SearchContext, contravariant=True, default=TwoLevelContext)
P_contra = TypeVar("P_contra", bound=Posed, contravariant=True, default=Problem)


class Algorithm(Protocol[G_contra, P_contra]):
    """Proposes work (`ask`), does it (`work`) and decides who lives on (`survive`); keeps nothing between calls.

    compiled: whether its work runs compiled kernels; settles: generations after which a path of few prices has settled
    well enough to judge the prices; tasks: the type of what it asks for.
    """

    compiled: ClassVar[bool]
    settles: ClassVar[int]
    tasks: ClassVar[type]

    def size(self, spec: SearchSpec, space: Any, n_prices: int) -> int:
        """Candidates or individuals per generation."""

    def ask(self, context: G_contra, state: State[Any]) -> Any:
        """Tasks of generation `state.generation`."""

    def work(self, context: G_contra, problem: P_contra) -> Callable[[Any], Results[Any]]:
        """A pure function from a chunk of tasks to its results."""

    def stand_in(self, context: G_contra, problem: P_contra) -> Callable[[Any], Results[Any]]:
        """A function from tasks of a first generation to what stands in for their results where time did not suffice:
        as many genomes per task as the work gives, cheap to have, some of them with finite objectives."""

    def survive(self, context: G_contra, state: State[Any], results: Results[Any]) -> Survivors[Any]:
        """Who lives on after the results of a whole generation."""

    def immigrate(
        self, context: G_contra, state: State[Any], origins: Sequence[State[Any]], most: int
    ) -> tuple[State[Any], list[int]]:
        """The state after up to `most` migrants from each of the islands `origins` joined it, and how many did."""

    def layout(self, context: G_contra, generation: int) -> Mapping[str, Expected]:
        """Every array that State.memory holds before `generation`: a checkpoint with others is refused."""

    def check(self, context: G_contra, state: State[Any]) -> None:
        """Raise GenomeError unless a state from disk, its arrays as `layout` says, fits this search and together."""
