"""Local steps: a share of an algorithm's offspring is improved by the exact Boolean gradient before it competes.

Which candidates are improved, at what price per literal, and the seed of each descent are drawn per slot, once per
generation. NSGA-II keeps a whole front, so each of its candidates draws one of a path of prices from dear to cheap: the
dear ones improve its small formulas, the cheap ones the exact ones. Algorithms that go for the first objective alone
take the cheapest, at which almost every error saved is worth a literal.

Exact copies within a generation are improved once, and so is, over generations, everything that does the same on every
training row (`evo.search.descent_cache`). The improved cover takes the candidate's place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from evo.search.breeding import Evaluated
from evo.search.context import Survivors, TwoLevelContext
from evo.search.descent_cache import DescentCache
from evo.search.spec import SearchSpec
from evo.search.stand_in import SimplestCovers
from evo.search.state import MEMORY, State
from fitness.evaluation.problem import Problem
from fitness.evaluation.results import Results
from fitness.local.results import Refinement
from fitness.local.tasks import RefinementTasks
from genomes.checks import Expected, within
from genomes.streams import Role
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace

#: Share of the offspring that is improved unless the config says.
SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Refined:
    """An algorithm whose offspring are improved; see the module text."""

    plain: Evaluated
    compiled: ClassVar[bool] = True
    settles: ClassVar[int] = 60
    tasks: ClassVar[type] = RefinementTasks

    def size(self, spec: SearchSpec, space: CoverSpace, n_prices: int) -> int:
        """Candidates per generation."""
        return self.plain.size(spec, space, n_prices)

    def ask(self, context: TwoLevelContext, state: State) -> RefinementTasks:
        """The plain algorithm's candidates, some with a price; the first generation is no offspring and has none."""
        candidates = self.plain.offspring(context, state)
        rng = context.stream(Role.REFINEMENT, state.generation)
        chosen = (rng.random(len(candidates)) < context.local.wanted_share(SHARE)) & (state.generation > 0)
        drawn = rng.integers(len(context.prices), size=len(candidates))
        prices = np.where(chosen, self._prices(context, drawn), np.nan)
        draws = rng.integers(0, 2**64, size=len(candidates), dtype=np.uint64)
        known = DescentCache.of(state.memory).sorted_keys()
        return RefinementTasks(candidates, without_copies(candidates, prices), draws, known)

    def work(self, context: TwoLevelContext, problem: Problem) -> Callable[[RefinementTasks], Results]:
        """A function from a chunk of tasks to their objectives after local steps."""
        from fitness.local.work import refine  # noqa: PLC0415 - kernels load only when they are needed

        return partial(refine, problem, context.layouts)

    def stand_in(self, context: TwoLevelContext, problem: Problem) -> Callable[[RefinementTasks], Results]:
        """The simplest covers in turn, without steps."""
        simple = SimplestCovers(context, problem)

        def unstepped(tasks: RefinementTasks) -> Results:
            return replace(simple.of(len(tasks)), payload=Refinement.of_unstepped(tasks.candidates))

        return unstepped

    def survive(self, context: TwoLevelContext, state: State, results: Results) -> Survivors:
        """As the plain algorithm decides; what was improved is remembered."""
        steps: Refinement = results.payload
        survivors = self.plain.survive(context, state, results)
        known = DescentCache.of(state.memory).after(
            steps.keys[steps.stepped].reshape(-1), hits=int(steps.known.sum()), misses=int(steps.stepped.sum())
        )
        return replace(survivors, memory={**survivors.memory, **known.arrays()})

    def immigrate(
        self, context: TwoLevelContext, state: State, origins: Sequence[State], most: int
    ) -> tuple[State, list[int]]:
        """As the plain algorithm does it."""
        return self.plain.immigrate(context, state, origins, most)

    def layout(self, context: TwoLevelContext, generation: int) -> Mapping[str, Expected]:
        """What the plain algorithm remembers, and what was improved."""
        return {**self.plain.layout(context, generation), **DescentCache.layout(generation)}

    def check(self, context: TwoLevelContext, state: State) -> None:
        """As the plain algorithm does it, and distinct keys."""
        self.plain.check(context, state)
        with within(MEMORY):
            DescentCache.check(state.memory)

    def _prices(self, context: TwoLevelContext, drawn: NDArray[np.int64]) -> NDArray[np.float64]:
        """float64[P] from drawn places on the path."""
        return context.prices[drawn] if self.plain.whole_front else np.full(len(drawn), context.prices[-1])


def without_copies(candidates: CoverBatch, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """The prices float64[P], NaN for a candidate that is the same canonical cover as an earlier one at its price."""
    kept, seen = prices.copy(), set[tuple[bytes, float]]()
    for row in np.flatnonzero(np.isfinite(prices)).tolist():
        place = (candidates[row].key(), float(prices[row]))
        kept[row] = np.nan if place in seen else prices[row]
        seen.add(place)
    return kept
