"""Tasks as named arrays for an npz file, and back: what `evo replay` does again.

Whole, because a task is more than its genome: what a round makes of a cover depends on the pool it draws from. `kind`
names the type of the tasks; everything is checked when it is read, as an archive may come from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.masks.tasks import MaskTasks
from fitness.memetic_tasks import MemeticTasks
from fitness.refinement import RefinementTasks
from genomes.batch import CoverBatch
from genomes.batches import Space
from genomes.errors import GenomeError
from genomes.masks.batch import MaskBatch
from genomes.masks.space import MaskSpace
from genomes.term_lists import TermList, joined
from genomes.two_level import CoverSpace

Arrays = Mapping[str, NDArray[Any]]
#: Arrays of MemeticTasks with an entry per task.
PER_TASK = ("kappa", "lam", "width", "share", "scout", "slots", "descend", "last")
#: The same of MaskTasks.
PER_MASK = ("seeds", "targets", "prices", "slots")


def to_arrays(tasks: Any) -> dict[str, NDArray[Any]]:
    """Named arrays of CoverBatch, RefinementTasks, MemeticTasks or MaskTasks."""
    if isinstance(tasks, MaskTasks):
        steps = {name: getattr(tasks, name) for name in PER_MASK} | {"place": _place(tasks)}
        return {"kind": np.array("mask"), **steps, **tasks.starts.to_arrays("starts")}
    if isinstance(tasks, CoverBatch):
        return {"kind": np.array("candidates"), **tasks.to_arrays("candidates")}
    if isinstance(tasks, RefinementTasks):
        steps = {"prices": tasks.prices, "draws": tasks.draws, "known": tasks.known}
        return {"kind": np.array("refinement"), **steps, **tasks.candidates.to_arrays("candidates")}
    if isinstance(tasks, MemeticTasks):
        flat = [terms for of_side in tasks.pool for terms in of_side]
        terms, bounds = joined(flat), np.cumsum([0, *map(len, flat)])
        named: dict[str, NDArray[Any]] = {name: getattr(tasks, name) for name in PER_TASK}
        named |= {"pool.literals": terms.literals, "pool.lengths": terms.lengths, "pool.offsets": bounds}
        named |= {"known": tasks.known, "place": _place(tasks)}
        return {"kind": np.array("round"), **named, **tasks.starts.to_arrays("starts")}
    raise TypeError(f"unknown tasks: {type(tasks).__name__}")


def _place(tasks: MemeticTasks | MaskTasks) -> NDArray[np.int64]:
    return np.array([tasks.seed, tasks.generation, tasks.island], dtype=np.int64)


def from_arrays(arrays: Arrays, space: Space) -> Any:
    """Inverse of `to_arrays`.

    Raises:
        GenomeError: arrays that are missing, or do not form tasks of `space`.
    """
    try:
        return _READERS[str(arrays["kind"])](arrays, space)
    except (KeyError, ValueError, IndexError) as problem:
        raise GenomeError(f"not a stored task ({type(problem).__name__}: {problem})") from None


def _candidates(arrays: Arrays, space: CoverSpace) -> CoverBatch:
    return CoverBatch.from_arrays(arrays, "candidates", space)


def _refinement(arrays: Arrays, space: CoverSpace) -> RefinementTasks:
    candidates = CoverBatch.from_arrays(arrays, "candidates", space)
    return RefinementTasks(candidates, arrays["prices"], arrays["draws"], arrays["known"])


def _round(arrays: Arrays, space: CoverSpace) -> MemeticTasks:
    terms = TermList(arrays["pool.literals"], arrays["pool.lengths"])
    flat = [terms.take(range(start, stop)) for start, stop in pairwise(arrays["pool.offsets"].tolist())]
    n = space.n_outputs
    pool = tuple(tuple(flat[side * n : (side + 1) * n]) for side in range(len(space.sides)))
    seed, generation, island = arrays["place"].tolist()
    starts = CoverBatch.from_arrays(arrays, "starts", space)
    per_task: dict[str, Any] = {name: arrays[name] for name in PER_TASK}
    place = {"seed": seed, "generation": generation, "island": island}
    return MemeticTasks(starts=starts, pool=pool, known=arrays["known"], **place, **per_task)


def _mask(arrays: Arrays, space: MaskSpace) -> MaskTasks:
    seed, generation, island = arrays["place"].tolist()
    per_task: dict[str, Any] = {name: arrays[name] for name in PER_MASK}
    starts = MaskBatch.from_arrays(arrays, "starts", space)
    return MaskTasks(starts=starts, seed=seed, generation=generation, island=island, **per_task)


_READERS: Mapping[str, Callable[[Arrays, Any], Any]] = {
    "mask": _mask,
    "candidates": _candidates,
    "refinement": _refinement,
    "round": _round,
}
