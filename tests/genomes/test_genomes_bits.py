from __future__ import annotations

import random

import numpy as np
import pytest

from genomes.bits import n_words, pack, popcount, set_positions, unpack, valid_words
from tests.kits import oracle

LENGTHS = (0, 1, 2, 63, 64, 65, 127, 128, 129, 200)


def flags_of(n: int) -> list[list[bool]]:
    """All off, all on, only the last one, and some random ones."""
    rng = random.Random(n)
    drawn = [[rng.random() < 0.5 for _ in range(n)] for _ in range(5)]
    return [[False] * n, [True] * n, [i == n - 1 for i in range(n)], *drawn]


@pytest.mark.parametrize("n", LENGTHS)
def test_the_number_of_words_is_rounded_up(n: int) -> None:
    assert n_words(n) == len(range(0, n, 64))


@pytest.mark.parametrize("n", LENGTHS)
def test_element_i_is_bit_i_mod_64_of_word_i_div_64(n: int) -> None:
    for flags in flags_of(n):
        words = pack(np.array(flags, dtype=np.bool_))
        assert words.dtype == np.uint64
        assert words.tolist() == oracle.packed(flags).tolist()


@pytest.mark.parametrize("n", LENGTHS)
def test_unpack_inverts_pack(n: int) -> None:
    for flags in flags_of(n):
        assert unpack(pack(np.array(flags, dtype=np.bool_)), n).tolist() == flags


@pytest.mark.parametrize("n", LENGTHS)
def test_packing_goes_along_the_last_axis(n: int) -> None:
    rows = flags_of(n)
    stacked = np.array([rows, rows[::-1]], dtype=np.bool_).reshape(2, len(rows), n)
    words = pack(stacked)
    assert words.shape == (2, len(rows), n_words(n))
    assert words[1].tolist() == [oracle.packed(flags).tolist() for flags in rows[::-1]]
    assert unpack(words, n).tolist() == stacked.tolist()


@pytest.mark.parametrize("n", LENGTHS)
def test_uint8_flags_pack_as_booleans_do(n: int) -> None:
    for flags in flags_of(n):
        assert pack(np.array(flags, dtype=np.uint8)).tolist() == oracle.packed(flags).tolist()


def test_a_strided_view_packs_as_its_copy_does() -> None:
    flags = np.array(flags_of(130)).T
    assert pack(flags.T[:, ::2]).tolist() == [oracle.packed(row[::2]).tolist() for row in flags_of(130)]
    words = pack(flags.T)
    assert unpack(words[::2], 130).tolist() == flags_of(130)[::2]


@pytest.mark.parametrize("n", LENGTHS)
def test_valid_words_are_ones_without_padding(n: int) -> None:
    assert sum(int(word) << 64 * i for i, word in enumerate(valid_words(n))) == 2**n - 1


@pytest.mark.parametrize("n", LENGTHS)
def test_popcount_counts_set_bits(n: int) -> None:
    words = np.stack([oracle.packed(flags) for flags in flags_of(n)]).astype(np.uint64)
    counts = [sum(flags) for flags in flags_of(n)]
    assert popcount(words).tolist() == counts
    assert int(popcount(words, axis=(-2, -1))) == sum(counts)


@pytest.mark.parametrize("n", LENGTHS)
def test_set_positions_lists_the_set_bits_in_order(n: int) -> None:
    for flags in flags_of(n):
        assert set_positions(oracle.packed(flags)).tolist() == [i for i, flag in enumerate(flags) if flag]
