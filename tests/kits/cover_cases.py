"""Covers as cases of the genome kit."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import Cover, CoverSpace, canonical, cover_from_literals, literals_by_cover
from genomes.two_level.variation.crossover import mix_terms
from genomes.two_level.variation.registry import MUTATIONS, mutate
from genomes.two_level.variation.samples import Samples
from genomes.two_level.variation.seeding import random_cover
from tests.kits import oracle
from tests.kits.genome_kit import Arrays, GenomeCase
from tests.kits.members import check_cover


def samples_for(space: CoverSpace, n_rows: int = 20) -> Samples:
    """Random rows, each wanted by about half of the outputs and unwanted by the others."""
    rng = np.random.default_rng(0)
    rows = [oracle.packed(row) for row in (rng.random((n_rows, space.n_inputs)) < 0.5).tolist()]
    labels = [rng.random(n_rows) < 0.5 for _ in range(space.n_outputs)]
    return Samples(np.stack(rows), tuple(map(np.flatnonzero, labels)), tuple(np.flatnonzero(~on) for on in labels))


def cover_case(space: CoverSpace) -> GenomeCase:
    samples = samples_for(space)

    def read(arrays: Arrays) -> CoverBatch:
        return CoverBatch.from_arrays(arrays, "p", space)

    def unary(operator: Any) -> Any:
        return lambda rng, first, second: operator(rng, first, space, samples)

    def function(genome: Cover) -> list[list[int]]:
        return oracle.function_of(genome, space.kind, space.n_inputs, votes=space.votes)

    return GenomeCase(
        name=f"{space.kind}{space.n_inputs}x{space.n_outputs}"
        + ("votes" if space.votes else "")
        + ("sides" if True in space.phases else ""),
        random=lambda rng: random_cover(rng, space, samples),
        operators={name: unary(operator) for name, (operator, _) in MUTATIONS.items()}
        | {"mutate": unary(mutate), "mix_terms": lambda rng, a, b: mix_terms(rng, a, b, space)},
        check=partial(check_cover, space=space),
        key=Cover.key,
        canonical=partial(canonical, space=space),
        function=function if space.n_inputs <= 6 else lambda genome: None,
        to_plain=lambda cover: (literals_by_cover(cover, space.kind), cover.inverted),
        from_plain=lambda plain: cover_from_literals(plain[0], space, inverted=plain[1]),
        to_arrays=lambda genomes: CoverBatch.of(genomes, space).to_arrays("p"),
        from_arrays=read,
        padding=lambda genome: [(cubes, space.n_inputs) for cubes in genome.cubes],
        size=lambda genome: len(genome.cubes[0]),
        smallest=1,
        largest=min(8, space.max_terms),
    )
