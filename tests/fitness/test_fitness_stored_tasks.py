"""Tasks as they are quarantined: what comes back is the same, and nothing that would crash who does the work."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import numpy as np
import pytest

from benchmarks.fuzz.changes_arrays import OF_ARRAYS, packed
from evo.search.loop import Search
from fitness.containers.npz import read_npz
from fitness.errors import ContainerError
from fitness.networks.plan import STEPS
from fitness.registry import tasks_from_arrays
from genomes.errors import GenomeError
from genomes.networks.batch import NetworkBatch
from tests.kits.small_networks import THREE, small_networks
from tests.kits.small_search import arrays_bytes, small_search
from tests.kits.state_kit import exit_code
from tests.search.test_state_conformance import IRIS, masks, noisy

SEARCHES = {
    "candidates": lambda: small_search("generational"),
    "steps": lambda: small_search("nsga2 with local steps"),
    "rounds": noisy,
    "short terms": lambda: noisy(term_literals=2),
    "votes": lambda: small_search("memetic", data=IRIS, population=4),
    "edges": lambda: masks("edge"),
    "n of m": lambda: masks("n_of_m"),
    "networks": small_networks,
    "networks, votes": lambda: small_networks(THREE, every=6),
}
CHANGES = 40


@cache
def made(name: str) -> tuple[Search[Any, Any], Any]:
    """A search and one of its tasks."""
    search = SEARCHES[name]()
    state = search.step(search.step(search.start()))
    return search, search.algorithm.ask(search.context, state).slice(1, 2)


@pytest.mark.parametrize("name", SEARCHES)
def test_a_stored_task_comes_back(name: str) -> None:
    search, task = made(name)
    again = tasks_from_arrays(read_npz(packed(task.to_arrays())), search.problem.space)
    assert type(again) is search.algorithm.tasks
    stored, restored = task.to_arrays(), again.to_arrays()
    assert str(stored.pop("kind")) == str(restored.pop("kind"))
    assert arrays_bytes(stored) == arrays_bytes(restored)


@pytest.mark.parametrize("name", SEARCHES)
def test_a_changed_task_is_refused_or_can_be_worked_on(name: str) -> None:
    search, task = made(name)
    refused = 0
    for number in range(CHANGES):
        rng, arrays = random.Random(f"{name}/{number}"), task.to_arrays()
        words = rng.choice(OF_ARRAYS)(arrays, rng)
        try:
            again = tasks_from_arrays(read_npz(packed(arrays)), search.problem.space)
        except (GenomeError, ContainerError):
            refused += 1
            continue
        if isinstance(again, search.algorithm.tasks) and len(again):
            assert exit_code(lambda again=again: search.work.work(again)) == 0, words  # type: ignore[misc]
    assert refused > CHANGES / 3


@pytest.mark.parametrize("kind", ["mask", "none", "", "\x1b[31m"])
def test_a_task_for_another_kind_of_genome_is_refused(kind: str) -> None:
    search, task = made("rounds")
    with pytest.raises(GenomeError, match=r"^kind: expected one of candidates, refinement, round$"):
        tasks_from_arrays(task.to_arrays() | {"kind": np.array(kind)}, search.problem.space)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("width", 2**40, "width: expected values from 1 to 48, got 1099511627776"),
        ("share", 0.0, "share: expected values from 1e-12 to 1.0, got 0.0"),
        ("kappa", np.nan, "kappa: expected values from 1e-12 to 9007199254740992, got nan"),
        ("slots", -1, "slots: expected values from 0 to 9007199254740992, got -1"),
        ("pool.literals", 24, "pool.literals: expected values from -1 to 23, got 24"),
        ("pool.lengths", 33, "pool.lengths: expected values from 0 to 32, got 33"),
        ("pool.offsets", 10**6, "pool.offsets: expected numbers that rise from 0 to "),
    ],
)
def test_numbers_that_would_lead_a_round_astray_are_refused(name: str, value: float, message: str) -> None:
    search, task = made("rounds")
    arrays = task.to_arrays()
    arrays[name] = arrays[name].copy()
    arrays[name].flat[0] = value
    with pytest.raises(GenomeError) as caught:
        tasks_from_arrays(arrays, search.problem.space)
    assert str(caught.value).startswith(message)


def test_keys_that_do_not_ascend_are_refused() -> None:
    search, task = made("steps")
    with pytest.raises(GenomeError, match=r"^known: expected keys that ascend$"):
        tasks_from_arrays(task.to_arrays() | {"known": np.array([3, 2], dtype=np.uint64)}, search.problem.space)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("steps", len(STEPS), f"steps: expected values from 0 to {len(STEPS) - 1}, got {len(STEPS)}"),
        ("slots", -1, "slots: expected values from 0 to 9007199254740992, got -1"),
    ],
)
def test_numbers_that_name_no_step_are_refused(name: str, value: int, message: str) -> None:
    search, task = made("networks")
    with pytest.raises(GenomeError) as caught:
        tasks_from_arrays(task.to_arrays() | {name: np.array([value])}, search.problem.space)
    assert str(caught.value).startswith(message)


def test_a_step_with_one_parent_alone_is_refused() -> None:
    search, task = made("networks")
    second = NetworkBatch(()).to_arrays("second")
    with pytest.raises(GenomeError, match="expected two parents for each task"):
        tasks_from_arrays(task.to_arrays() | second, search.problem.space)
