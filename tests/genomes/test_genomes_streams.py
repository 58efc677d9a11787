from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np

from genomes.streams import Role, python_stream, stream

ROOT = Path(__file__).parents[2]
PRINT_DRAWS = """
from genomes.streams import Role, python_stream, stream
print(stream(7, Role.VARIATION, 12, 1, 34).integers(0, 2**63, 4).tolist())
print(python_stream(7, Role.SELECTION, 12).getrandbits(128))
"""


def draws_in_another_process(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", PRINT_DRAWS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_distinct_places_give_distinct_streams() -> None:
    places = list(itertools.product([0, 1, 2**70], list(Role), [0, 1, 300], [0, 1], [0, 1, 7]))
    numpy_draws = {stream(*place).bytes(16) for place in places}
    without_slots = {place[:4] for place in places}
    python_draws = {python_stream(*place).getrandbits(128) for place in without_slots}
    assert len(numpy_draws) == len(places) and len(python_draws) == len(without_slots)


def test_swapping_generation_island_and_slot_changes_the_stream() -> None:
    places = set(itertools.permutations([1, 2, 3])) | {(1, 0, 0), (0, 1, 0), (0, 0, 1)}
    assert len({stream(5, Role.INITIAL, *place).bytes(16) for place in places}) == len(places)


def test_the_same_place_gives_the_same_draws() -> None:
    assert stream(7, Role.NOISE, 3, 0, 2).bytes(64) == stream(7, Role.NOISE, 3, 0, 2).bytes(64)
    assert python_stream(7, Role.NOISE, 3).random() == python_stream(7, Role.NOISE, 3).random()


def test_processes_with_different_hash_seeds_agree() -> None:
    expected = (
        f"{stream(7, Role.VARIATION, 12, 1, 34).integers(0, 2**63, 4).tolist()}\n"
        f"{python_stream(7, Role.SELECTION, 12).getrandbits(128)}\n"
    )
    assert draws_in_another_process("0") == draws_in_another_process("4711") == expected


def test_a_stream_is_the_documented_construction() -> None:
    sequence = np.random.SeedSequence(11, spawn_key=(int(Role.REFINEMENT), 5, 0, 9))
    assert stream(11, Role.REFINEMENT, 5, slot=9).bytes(32) == np.random.Generator(np.random.PCG64(sequence)).bytes(32)


def test_role_numbers_never_change() -> None:
    numbers = {"SPLIT": 1, "FUNCTION": 2, "NOISE": 3, "TEST_ROWS": 4}
    numbers |= {"INITIAL": 5, "SELECTION": 6, "VARIATION": 7, "REFINEMENT": 9}
    assert {role.name: role.value for role in Role if role.name in numbers} == numbers
    assert len({role.value for role in Role}) == len(Role)


def test_making_and_using_streams_leaves_the_global_generators_alone() -> None:
    before = random.getstate(), repr(np.random.get_state())  # noqa: NPY002 - the global state is what is checked
    stream(1, Role.INITIAL).random(5)
    python_stream(1, Role.INITIAL).random()
    assert (random.getstate(), repr(np.random.get_state())) == before  # noqa: NPY002
