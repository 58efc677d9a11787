from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from genomes.batches import concatenate
from genomes.errors import GenomeError
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace
from tests.kits import oracle
from tests.kits.oracle import Covers
from tests.kits.tables import batch_of, random_terms, randoms

SPACE = CoverSpace("sop", 65, 2, 5)


def genomes_of(rng: random.Random, count: int) -> list[Covers]:
    return [random_terms(rng, 65, 2, 5) for _ in range(count)]


def packed(genomes: list[Covers]) -> CoverBatch:
    return CoverBatch.of([oracle.cover("sop", covers, 65) for covers in genomes], SPACE)


def unpacked(batch: CoverBatch) -> list[Covers]:
    return [oracle.terms_of(cover, "sop", 65) for cover in batch]


@given(randoms())
def test_a_batch_gives_its_covers_back_in_order(rng: random.Random) -> None:
    genomes = genomes_of(rng, 4)
    batch = packed(genomes)
    assert len(batch) == 4
    assert unpacked(batch) == genomes
    assert oracle.terms_of(batch[2], "sop", 65) == genomes[2]


@given(randoms())
def test_slices_are_those_of_a_list(rng: random.Random) -> None:
    genomes = genomes_of(rng, 4)
    for start in range(5):
        for stop in range(start, 5):
            assert unpacked(packed(genomes).slice(start, stop)) == genomes[start:stop]


@given(randoms())
def test_taking_rows_copies_them_in_the_asked_order(rng: random.Random) -> None:
    genomes = genomes_of(rng, 3)
    assert unpacked(packed(genomes).take([2, 0, 2], SPACE)) == [genomes[2], genomes[0], genomes[2]]
    assert unpacked(packed(genomes).take([], SPACE)) == []


@given(randoms())
def test_concatenating_is_that_of_lists(rng: random.Random) -> None:
    first, second = genomes_of(rng, rng.randint(0, 2)), genomes_of(rng, rng.randint(0, 2))
    assert unpacked(concatenate(packed(first), packed(second))) == first + second


@given(randoms())
def test_terms_are_counted_per_genome_and_output(rng: random.Random) -> None:
    genomes = genomes_of(rng, 3)
    assert packed(genomes).terms_per_output().tolist() == [[len(terms) for terms in covers] for covers in genomes]


@pytest.mark.parametrize("n_outputs", [1, 2, 3])
def test_arrays_give_the_batch_back(n_outputs: int) -> None:
    rng = random.Random(n_outputs)
    batch, space = batch_of("sop", [random_terms(rng, 65, n_outputs, 5) for _ in range(4)], 65)
    arrays = batch.to_arrays("front")
    assert set(arrays) == {"front.cubes", "front.offsets", "front.inverted"}
    again = CoverBatch.from_arrays(arrays, "front", space)
    assert again.cubes.tobytes() == batch.cubes.tobytes()
    assert again.offsets.tolist() == batch.offsets.tolist()


def damaged() -> dict[str, dict[str, NDArray[Any]]]:
    """Arrays of 2 genomes of 2 outputs, each wrong in one way."""
    good = packed([[[[1], [2]], [[3]]], [[], [[-65]]]]).to_arrays("p")
    cubes, offsets = good["p.cubes"], good["p.offsets"]
    padding, both = cubes.copy(), cubes.copy()
    padding[0, 0, 1] |= np.uint64(2)
    both[0, :, 0] = 1
    many = packed([[[[1]] * 6, []]]).to_arrays("p")
    return {
        **{
            f"no {name}": {key: good[key] for key in good if key != f"p.{name}"}
            for name in ("cubes", "offsets", "inverted")
        },
        "a side too few": good | {"p.inverted": good["p.inverted"][:1]},
        "type of the sides": good | {"p.inverted": good["p.inverted"].astype(np.uint8)},
        "a side that is not searched": good | {"p.inverted": ~good["p.inverted"]},
        "type of the cubes": good | {"p.cubes": cubes.astype(np.int64)},
        "width": good | {"p.cubes": cubes[:, :, :1]},
        "flat cubes": good | {"p.cubes": cubes.reshape(-1)},
        "padding": good | {"p.cubes": padding},
        "both polarities": good | {"p.cubes": both},
        "a cube too many": good | {"p.cubes": np.concatenate([cubes, cubes[:1]])},
        "too many terms": many,
        "type of the offsets": good | {"p.offsets": offsets.astype(np.float64)},
        "empty offsets": good | {"p.offsets": offsets[:0]},
        "scalar offsets": good | {"p.offsets": offsets[0]},
        "a genome cut in half": good | {"p.offsets": np.array([0, 4], dtype=np.int64)},
        "first offset": good | {"p.offsets": offsets + (np.arange(len(offsets)) == 0)},
        "last offset": good | {"p.offsets": offsets - (np.arange(len(offsets)) == len(offsets) - 1)},
        "descending offsets": good | {"p.offsets": np.array([0, 3, 2, 3, 4], dtype=np.int64)},
    }


@pytest.mark.parametrize("arrays", damaged().values(), ids=damaged().keys())
def test_damaged_arrays_are_refused(arrays: dict[str, NDArray[Any]]) -> None:
    with pytest.raises(GenomeError):
        CoverBatch.from_arrays(arrays, "p", SPACE)


def test_empty_offsets_of_single_outputs_are_refused_too() -> None:
    arrays = {"p.cubes": np.zeros((0, 2, 2), dtype=np.uint64), "p.offsets": np.zeros(0, dtype=np.int64)}
    arrays |= {"p.inverted": np.zeros(0, dtype=np.bool_)}
    with pytest.raises(GenomeError, match=r"^p\.offsets: expected numbers that rise from 0 to 0, the rows they cut$"):
        CoverBatch.from_arrays(arrays, "p", CoverSpace("sop", 65, 1, 5))


def test_a_missing_array_is_named() -> None:
    with pytest.raises(GenomeError, match=r"^p\.cubes: this array is missing$"):
        CoverBatch.from_arrays({}, "p", SPACE)
