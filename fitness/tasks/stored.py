"""Tasks as named arrays for an npz file, and back: what `evo replay` does again.

Whole, because a task is more than its genome: what a round makes of a cover depends on the pool it draws from. `kind`
names the type of the tasks; everything is checked when it is read, as an archive may come from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.local.tasks import RefinementTasks
from fitness.masks.tasks import MaskTasks
from fitness.memetic.tasks import WIDEST, MemeticTasks
from genomes.batches import Space
from genomes.checks import MOST, Arrays, Expected, check_array, check_names
from genomes.errors import GenomeError
from genomes.masks.batch import MaskBatch
from genomes.masks.space import MaskSpace
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace
from genomes.two_level.pools import check_lengths, checked_pool, pool_to_arrays

#: Prefix of the arrays of a pool.
POOL = "pool."
#: The least that counts as more than nothing.
TINY = 1e-12
#: Arrays of MemeticTasks with an entry per task, and what they may hold.
PER_ROUND: Mapping[str, Expected] = MappingProxyType(
    {
        "kappa": Expected(np.float64, (None,), low=TINY, high=MOST),
        "lam": Expected(np.float64, (None,), low=0.0, high=MOST),
        "width": Expected(np.int64, (None,), low=1, high=WIDEST),
        "share": Expected(np.float64, (None,), low=TINY, high=1.0),
        "scout": Expected(np.float64, (None,), low=0.0, high=1.0),
        "slots": Expected(np.int64, (None,), low=0, high=MOST),
        "descend": Expected(np.bool_, (None,)),
        "last": Expected(np.bool_, (None,)),
    }
)
#: The same of MaskTasks.
PER_MASK: Mapping[str, Expected] = MappingProxyType(
    {
        "seeds": Expected(np.bool_, (None,)),
        "targets": Expected(np.float64, (None,), low=TINY, high=1.0, nan=True),
        "prices": Expected(np.float64, (None,), low=0.0, high=np.inf),
        "slots": Expected(np.int64, (None,), low=0, high=MOST),
    }
)
#: The same of RefinementTasks.
PER_CANDIDATE: Mapping[str, Expected] = MappingProxyType(
    {
        "prices": Expected(np.float64, (None,), low=0.0, high=MOST, nan=True),
        "draws": Expected(np.uint64, (None,)),
    }
)
KNOWN, PLACE = Expected(np.uint64, (None,)), Expected(np.int64, (3,), low=0)


def to_arrays(tasks: Any) -> dict[str, NDArray[Any]]:
    """Named arrays of CoverBatch, RefinementTasks, MemeticTasks or MaskTasks."""
    if isinstance(tasks, MaskTasks):
        steps = {name: getattr(tasks, name) for name in PER_MASK} | {"place": _place(tasks)}
        return {"kind": np.array("mask"), **steps, **tasks.starts.to_arrays("starts")}
    if isinstance(tasks, CoverBatch):
        return {"kind": np.array("candidates"), **tasks.to_arrays("candidates")}
    if isinstance(tasks, RefinementTasks):
        steps = {name: getattr(tasks, name) for name in PER_CANDIDATE} | {"known": tasks.known}
        return {"kind": np.array("refinement"), **steps, **tasks.candidates.to_arrays("candidates")}
    if isinstance(tasks, MemeticTasks):
        named: dict[str, NDArray[Any]] = {name: getattr(tasks, name) for name in PER_ROUND}
        named |= pool_to_arrays(tasks.pool, POOL) | {"known": tasks.known, "place": _place(tasks)}
        return {"kind": np.array("round"), **named, **tasks.starts.to_arrays("starts")}
    raise TypeError(f"unknown tasks: {type(tasks).__name__}")


def _place(tasks: MemeticTasks | MaskTasks) -> NDArray[np.int64]:
    return np.array([tasks.seed, tasks.generation, tasks.island], dtype=np.int64)


def from_arrays(arrays: Arrays, space: Space) -> Any:
    """Inverse of `to_arrays`.

    Raises:
        GenomeError: arrays that are missing or too many, or do not form tasks of `space`.
    """
    kind = arrays.get("kind", np.array(""))
    readers = {name: read for name, (of, read) in _READERS.items() if isinstance(space, of)}
    if kind.shape != () or kind.dtype.kind != "U" or str(kind) not in readers:
        raise GenomeError(f"expected one of {', '.join(readers)}", where="kind")
    tasks = readers[str(kind)](arrays, space)
    check_names(arrays, to_arrays(tasks))
    return tasks


def _candidates(arrays: Arrays, space: CoverSpace) -> CoverBatch:
    return CoverBatch.from_arrays(arrays, "candidates", space)


def _refinement(arrays: Arrays, space: CoverSpace) -> RefinementTasks:
    candidates = CoverBatch.from_arrays(arrays, "candidates", space)
    return RefinementTasks(candidates, known=_known(arrays), **_each(arrays, PER_CANDIDATE, len(candidates)))


def _round(arrays: Arrays, space: CoverSpace) -> MemeticTasks:
    starts = CoverBatch.from_arrays(arrays, "starts", space)
    check_lengths(starts.cubes, space, "starts.cubes")
    pool, known = checked_pool(arrays, POOL, space), _known(arrays)
    per_task = _each(arrays, PER_ROUND, len(starts))
    return MemeticTasks(starts=starts, pool=pool, known=known, **_whereabouts(arrays), **per_task)


def _mask(arrays: Arrays, space: MaskSpace) -> MaskTasks:
    starts = MaskBatch.from_arrays(arrays, "starts", space)
    return MaskTasks(starts=starts, **_whereabouts(arrays), **_each(arrays, PER_MASK, len(starts)))


def _each(arrays: Arrays, expected: Mapping[str, Expected], n: int) -> dict[str, Any]:
    """The arrays with an entry for each of `n` tasks."""
    return {name: check_array(arrays, name, replace(what, shape=(n,))) for name, what in expected.items()}


def _known(arrays: Arrays) -> NDArray[np.uint64]:
    known = check_array(arrays, "known", KNOWN)
    if (known[1:] <= known[:-1]).any():
        raise GenomeError("expected keys that ascend", where="known")
    return known


def _whereabouts(arrays: Arrays) -> dict[str, Any]:
    return dict(zip(("seed", "generation", "island"), check_array(arrays, "place", PLACE).tolist(), strict=True))


_READERS: Mapping[str, tuple[type, Callable[[Arrays, Any], Any]]] = MappingProxyType(
    {
        "mask": (MaskSpace, _mask),
        "candidates": (CoverSpace, _candidates),
        "refinement": (CoverSpace, _refinement),
        "round": (CoverSpace, _round),
    }
)
