from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomes.errors import GenomeError
from genomes.masks.batch import MaskBatch
from genomes.masks.canonical import canonical, mask_key
from genomes.masks.plain import mask_from_plain, mask_to_plain
from genomes.masks.samples import n_largest, random_mask
from genomes.masks.space import MaskSpace, check_mask
from genomes.masks.variation import mix_neurons, mutate
from tests.kits.layers import layered
from tests.masks.cases import rng_of

EDGE = layered((3, 2, 2))
PAIRS = layered((8, 4, 2), "n_of_m", n=2, m=4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"shapes": ((2, 3),), "granularity": "row"},
            "granularity must be one of edge, neuron, n_of_m, ternary, got row",
        ),
        ({"shapes": ()}, "expected layers of one neuron and one input at least, got shapes []"),
        ({"shapes": ((2, 0),)}, "expected layers of one neuron and one input at least, got shapes [(2, 0)]"),
        ({"shapes": ((2, 3), (4, 3))}, "a layer with 3 inputs per neuron cannot read a layer of 2 neurons"),
        ({"shapes": ((2, 3),), "granularity": "n_of_m", "n": 4}, "an n:m pattern needs 1 <= n < m, got 4:4"),
        ({"shapes": ((2, 3),), "granularity": "neuron"}, "a network without hidden layer has no neurons to prune"),
    ],
)
def test_a_space_that_cannot_be_is_one_clear_line(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(GenomeError) as caught:
        MaskSpace(**arguments)  # type: ignore[arg-type]
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("genes", "space", "message"),
    [
        (np.zeros(9, np.int8), EDGE, "expected a mask int8[10], got int8[9]"),
        (np.zeros(10, np.int64), EDGE, "expected a mask int8[10], got int64[10]"),
        (np.full(10, -1, np.int8), EDGE, "expected mask values from 0 to 1, got -1 to -1"),
        (np.zeros(40, np.int8), PAIRS, "expected 2 kept of 4, got 0: layer 0, neuron 0, inputs 0 to 3"),
    ],
)
def test_a_mask_of_another_space_is_one_clear_line(genes: np.ndarray, space: MaskSpace, message: str) -> None:
    with pytest.raises(GenomeError) as caught:
        check_mask(genes, space)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ("000", "expected a mask as texts of 2 layers"),
        ([["000", "000"]], "expected a mask as texts of 2 layers"),
        ([["000"], ["00", "00"]], "expected 2 texts in layer 0 of a mask"),
        ([["000", "000"], ["00", "002"]], "expected 2 of the characters - 0 1 in layer 1 of a mask, got '002'"),
        ([["00-", "000"], ["00", "00"]], "expected mask values from 0 to 1, got -1 to 0"),
    ],
)
def test_stored_texts_that_are_no_mask_are_one_clear_line(plain: object, message: str) -> None:
    with pytest.raises(GenomeError) as caught:
        mask_from_plain(plain, EDGE)
    assert str(caught.value) == message


def test_texts_show_one_character_per_connection() -> None:
    space = layered((3, 2), "ternary")
    assert mask_to_plain(np.array([1, 0, -1, 0, 0, 1], np.int8), space) == [["10-", "001"]]


@pytest.mark.parametrize("broken", ["missing", "size", "planes"])
def test_damaged_arrays_are_refused(broken: str) -> None:
    arrays = MaskBatch.of([random_mask(rng_of(0), EDGE)], EDGE).to_arrays("p")
    if broken == "missing":
        del arrays["p.planes"]
    else:
        arrays[f"p.{broken}"] = arrays[f"p.{broken}"][..., :1]
    with pytest.raises(GenomeError):
        MaskBatch.from_arrays(arrays, "p", EDGE)


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_random_mask_keeps_the_density_asked_for(seed: int, density: float) -> None:
    for granularity in ("edge", "ternary", "neuron"):
        space = layered((5, 7, 3), granularity)  # type: ignore[arg-type]
        genes = random_mask(rng_of(seed), space, density)
        assert np.count_nonzero(genes) == round(density * space.n_genes)


@given(st.integers(0, 10_000))
def test_a_child_takes_every_neuron_whole_from_one_parent(seed: int) -> None:
    rng, space = rng_of(seed), layered((6, 5, 4), "ternary")
    first, second = random_mask(rng, space), random_mask(rng, space)
    child = mix_neurons(rng, first, second, space)
    rows = zip(*(space.blocks(genes) for genes in (child, first, second)), strict=True)
    for mine, one, other in rows:
        for row, a, b in zip(mine.tolist(), one.tolist(), other.tolist(), strict=True):
            assert row in (a, b)


@given(st.integers(0, 10_000))
def test_a_mutation_changes_one_gene_or_exchanges_two(seed: int) -> None:
    for granularity, changed in (("edge", 1), ("ternary", 1), ("neuron", 1), ("n_of_m", 2)):
        space = layered((8, 8, 4), granularity)  # type: ignore[arg-type]
        genes = random_mask(rng_of(seed), space)
        assert np.count_nonzero(mutate(rng_of(seed + 1), genes, space) != genes) == changed


@given(st.integers(0, 10_000))
def test_the_n_largest_of_each_group_are_kept(seed: int) -> None:
    values, space = rng_of(seed).integers(0, 5, (3, 10)).astype(float), MaskSpace(((3, 10),), "n_of_m", 2, 4)
    kept = n_largest(values, space)
    for row, flags in zip(values.tolist(), kept.tolist(), strict=True):
        for start in range(0, 10, 4):
            group = range(start, min(start + 4, 10))
            best = sorted(group, key=lambda i: (-row[i], i))[:2]
            assert [i for i in group if flags[i]] == sorted(best)


def test_masks_that_differ_in_dead_connections_alone_have_one_key() -> None:
    first = np.array([1, 1, 1, 1, 0, 1, 0, 1, 0, 1], np.int8)  # neuron 0 of 2 leads nowhere
    second = first.copy()
    second[:3] = 0
    assert mask_key(first, EDGE) == mask_key(second, EDGE)
    alive = first.copy()
    alive[3] = 0
    assert mask_key(first, EDGE) != mask_key(alive, EDGE)


def test_deadness_spreads_down_from_layer_to_layer() -> None:
    space = layered((2, 2, 1, 1))
    genes = np.array([1, 1, 1, 1, 1, 1, 0], np.int8)
    assert canonical(genes, space).tolist() == [0] * 7


def test_a_closed_gate_closes_all_weights_into_and_out_of_its_neuron() -> None:
    space = MaskSpace(((2, 4), (3, 6), (2, 3)), "neuron")  # two filters at three places each, then neurons
    masks = space.weight_masks(np.array([0, 1, 1, 0, 1], np.int8))
    assert masks[0].tolist() == [[0] * 4, [1] * 4]
    assert masks[1].tolist() == [[0, 0, 0, 1, 1, 1], [0] * 6, [0, 0, 0, 1, 1, 1]]
    assert masks[2].tolist() == [[1, 0, 1]] * 2
    assert space.kept(np.array([0, 1, 1, 0, 1], np.int8)) == 4 + 6 + 4
