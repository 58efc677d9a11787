from __future__ import annotations

import numpy as np
import pytest

from distributed.local import LocalBackend
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace, empty_cover

SPACE = CoverSpace("sop", 3, 2, 4)


def batch_of(n: int) -> CoverBatch:
    return CoverBatch.of([empty_cover(SPACE)] * n, SPACE)


@pytest.mark.parametrize(("n", "sizes"), [(0, []), (1, [1]), (6, [6]), (7, [7]), (8, [7, 1]), (15, [7, 7, 1])])
def test_chunks_are_full_except_the_last(n: int, sizes: list[int]) -> None:
    assert [size for _, size in LocalBackend(7).map(len, batch_of(n))] == sizes


def test_the_default_chunk_is_the_grain_of_the_tasks() -> None:
    assert batch_of(65).grain == 64
    assert [size for _, size in LocalBackend().map(len, batch_of(65))] == [64, 1]


def test_chunks_share_the_memory_of_the_batch() -> None:
    cubes = np.zeros((9, 2, 1), dtype=np.uint64)
    batch = CoverBatch(cubes, np.arange(10, dtype=np.int64), 1, np.zeros(9, dtype=np.bool_))
    shared = LocalBackend(4).map(lambda chunk: np.shares_memory(chunk.cubes, cubes), batch)
    assert [one for _, one in shared] == [True, True, True]


def test_work_is_done_when_its_result_is_asked_for() -> None:
    seen: list[int] = []
    results = LocalBackend(7).map(lambda chunk: seen.append(len(chunk)), batch_of(15))
    assert seen == []
    next(results)
    assert seen == [7]
    list(results)
    assert seen == [7, 7, 1]
