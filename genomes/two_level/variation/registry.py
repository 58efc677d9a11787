"""The mutation operators and how often each is used; one line adds one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from genomes.two_level.cover import Cover, CoverSpace, canonical
from genomes.two_level.variation.literal_flips import flip_literal
from genomes.two_level.variation.samples import Samples
from genomes.two_level.variation.seeding import add_term
from genomes.two_level.variation.terms import drop_term, merge_terms, split_term

Mutation = Callable[[np.random.Generator, Cover, CoverSpace, Samples], Cover]

#: Operator and its relative frequency, in a fixed order (the order is part of every result).
MUTATIONS: Mapping[str, tuple[Mutation, float]] = MappingProxyType(
    {
        "flip_literal": (flip_literal, 0.50),
        "add_term": (add_term, 0.25),
        "drop_term": (drop_term, 0.13),
        "split_term": (split_term, 0.04),
        "merge_terms": (merge_terms, 0.08),
    }
)


def mutate(
    rng: np.random.Generator,
    cover: Cover,
    space: CoverSpace,
    samples: Samples,
    mean: float = 2.0,
    more: Sequence[Mutation] = (),
) -> Cover:
    """One or more random operators (a geometric number, `mean` >= 1 on average), then the canonical form.

    more: further operators; each is as frequent as `flip_literal`.
    """
    for _ in range(int(rng.geometric(1 / mean))):
        cover = _drawn(rng, more)(rng, cover, space, samples)
    return canonical(cover, space)


def _drawn(rng: np.random.Generator, more: Sequence[Mutation]) -> Mutation:
    """An operator by its frequency (those of the registry sum to 1)."""
    often = MUTATIONS["flip_literal"][1]
    left = rng.random() * (1.0 + often * len(more))
    for operator, frequency in (*MUTATIONS.values(), *((added, often) for added in more)):
        left -= frequency
        if left < 0:
            return operator
    return operator  # the frequencies' rounding error
