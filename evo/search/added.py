"""Mutations that packages of users add (`search.operators`): what they return is looked at before it is trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from fitness.machine.plugins import PluginError, failed, load
from genomes.bits import WORD, n_words
from genomes.two_level.cover import Cover, CoverSpace
from genomes.two_level.variation.registry import MUTATIONS, Mutation
from genomes.two_level.variation.samples import Samples


def added_mutations(names: Sequence[str]) -> tuple[Mutation, ...]:
    """The mutations of installed packages by their names.

    Raises:
        PluginError: see `fitness.machine.plugins.load`.
    """
    return tuple(_added(name) for name in names)


@cache
def _added(name: str) -> Mutation:
    return _Checked(name, load("evo.operators", name, tuple(MUTATIONS)))


@dataclass(frozen=True, slots=True)
class _Checked:
    """A mutation that raises PluginError where it fails, or where what it returns is no cover of the space."""

    name: str
    function: Mutation

    def __call__(self, rng: np.random.Generator, cover: Cover, space: CoverSpace, samples: Samples) -> Cover:
        try:
            mutant = self.function(rng, cover, space, samples)
        except Exception as problem:
            raise failed("evo.operators", self.name, problem) from problem
        wrong = _fault(mutant, space)
        if wrong is not None:
            raise PluginError(f"expected a cover of the space, got {wrong}", where=f"operator {self.name}")
        return mutant


def _fault(mutant: Any, space: CoverSpace) -> str | None:
    """Why something is no cover of the space; None where it is one."""
    if not isinstance(mutant, Cover):
        return f"{type(mutant).__name__} instead of Cover"
    if len(mutant.cubes) != space.n_outputs:
        return f"{len(mutant.cubes)} outputs, not {space.n_outputs}"
    if mutant.inverted not in space.phases:
        return f"inverted={mutant.inverted}, which is none of {space.phases}"
    return next((wrong for cubes in mutant.cubes if (wrong := _stack_fault(cubes, space)) is not None), None)


def _stack_fault(cubes: Any, space: CoverSpace) -> str | None:
    """The same of the terms of one output."""
    words = n_words(space.n_inputs)
    if not isinstance(cubes, np.ndarray) or cubes.dtype != np.uint64 or cubes.shape[1:] != (2, words):
        return f"cubes that are no uint64[terms, 2, {words}]"
    if len(cubes) > space.max_terms:
        return f"{len(cubes)} terms of an output, over {space.max_terms}"
    rest = space.n_inputs % WORD
    beyond = rest and len(cubes) and (cubes[..., -1] >> np.uint64(rest)).any()
    return f"a literal beyond the {space.n_inputs} inputs" if beyond else None
