"""Local steps: a share of an algorithm's offspring is improved by the exact Boolean gradient before it competes.

Which candidates are improved, at what price per literal, and the seed of each descent are drawn per slot, once per
generation. NSGA-II keeps a whole front, so each of its candidates draws one of a path of prices from dear to cheap: the
dear ones improve its small formulas, the cheap ones the exact ones. Algorithms that go for the first objective alone
take the cheapest, at which almost every error saved is worth a literal.

Exact copies within a generation are improved once, and so is, over generations, everything that does the same on every
training row (`evo.search.known`). Lamarckian: the improved cover takes the candidate's place. Baldwinian: the candidate
keeps its genes and competes with the improved cover's objectives; the archive gets the improved cover itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from evo.search.arena import Arena, Survivors
from evo.search.breeding import Evaluated
from evo.search.known import Known
from evo.search.spec import SearchSpec
from evo.search.state import MEMORY, State
from fitness.local.tasks import RefinementTasks
from fitness.problem import Problem, Results
from genomes.batch import CoverBatch
from genomes.checks import Expected, within
from genomes.streams import Role
from genomes.two_level import CoverSpace

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

    def ask(self, arena: Arena, state: State) -> RefinementTasks:
        """The plain algorithm's candidates, some with a price; the first generation is no offspring and has none."""
        candidates = self.plain.ask(arena, state)
        rng = arena.stream(Role.REFINEMENT, state.generation)
        chosen = (rng.random(len(candidates)) < arena.local.wanted_share(SHARE)) & (state.generation > 0)
        drawn = rng.integers(len(arena.prices), size=len(candidates))
        prices = np.where(chosen, self._prices(arena, drawn), np.nan)
        draws = rng.integers(0, 2**64, size=len(candidates), dtype=np.uint64)
        known = Known.of(state.memory).sorted_keys()
        return RefinementTasks(candidates, without_copies(candidates, prices), draws, known)

    def work(self, arena: Arena, problem: Problem) -> Callable[[RefinementTasks], Results]:
        """Evaluation and local steps."""
        from fitness.local.work import refine  # noqa: PLC0415 - kernels load only when they are needed

        return partial(refine, problem, arena.layouts)

    def survive(self, arena: Arena, state: State, results: Results) -> Survivors:
        """As the plain algorithm decides; what was improved is remembered."""
        steps = results.refinement
        assert steps is not None
        heirs = results if arena.local.inheritance == "lamarckian" else replace(results, genomes=steps.candidates)
        survivors = self.plain.survive(arena, state, heirs)
        known = Known.of(state.memory).after(
            steps.keys[steps.made].reshape(-1), hits=int(steps.known.sum()), misses=int(steps.made.sum())
        )
        return replace(survivors, memory={**survivors.memory, **known.arrays()})

    def immigrate(self, arena: Arena, state: State, origins: Sequence[State], most: int) -> tuple[State, list[int]]:
        """As the plain algorithm does it."""
        return self.plain.immigrate(arena, state, origins, most)

    def layout(self, arena: Arena, generation: int) -> Mapping[str, Expected]:
        """What the plain algorithm remembers, and what was improved."""
        return {**self.plain.layout(arena, generation), **Known.layout(generation)}

    def check(self, arena: Arena, state: State) -> None:
        """As the plain algorithm does it, and distinct keys."""
        self.plain.check(arena, state)
        with within(MEMORY):
            Known.check(state.memory)

    def _prices(self, arena: Arena, drawn: NDArray[np.int64]) -> NDArray[np.float64]:
        """float64[P] from drawn places on the path."""
        return arena.prices[drawn] if self.plain.whole_front else np.full(len(drawn), arena.prices[-1])


def without_copies(candidates: CoverBatch, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """The prices float64[P], NaN for a candidate that is the same canonical cover as an earlier one at its price."""
    kept, seen = prices.copy(), set[tuple[bytes, float]]()
    for row in np.flatnonzero(np.isfinite(prices)).tolist():
        place = (candidates[row].key(), float(prices[row]))
        kept[row] = np.nan if place in seen else prices[row]
        seen.add(place)
    return kept
