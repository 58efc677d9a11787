"""The registry of kinds: what has no say in genomes asks here, and every floor knows the same kinds."""

from __future__ import annotations

import subprocess
import sys
from pkgutil import resolve_name

import pytest

from fitness.registry import TASKS
from genomes import registry
from genomes.masks.samples import random_mask
from genomes.networks.space import NetworkSpace
from genomes.two_level.cover import CoverSpace, cover_from_literals
from tests.kits.layers import layered
from tests.masks.cases import rng_of

SPACES = {"two_level": CoverSpace("pos", 3, 1, 4), "mask": layered((3, 2)), "network": NetworkSpace(3, 2)}


@pytest.mark.parametrize("name", registry.KINDS)
def test_a_kind_is_found_by_its_space_under_its_name_on_every_floor(name: str) -> None:
    kind = registry.kind_of(SPACES[name])
    assert (kind.name, kind.space.genome, kind.space) == (name, name, type(SPACES[name]))
    assert TASKS.keys() == registry.KINDS.keys() == SPACES.keys()
    assert all(resolve_name(place) for place in TASKS[name].values())


@pytest.mark.parametrize("name", registry.KINDS)
def test_the_batch_without_genomes_is_stored_and_comes_back(name: str) -> None:
    batch = registry.empty(SPACES[name])
    again = registry.from_arrays(batch.to_arrays("genomes"), "genomes", SPACES[name])
    assert (len(batch), len(again)) == (0, 0)
    assert type(batch) is type(again) is registry.kind_of(SPACES[name]).batch


def test_a_genome_is_shown_as_its_kind_shows_it() -> None:
    space = SPACES["two_level"]
    assert isinstance(space, CoverSpace)
    cover = cover_from_literals([[[1, -3]]], space)
    assert registry.plain(cover, space) == {"inverted": False, "terms": [[[1, -3]]]}
    mask = random_mask(rng_of(0), layered((3, 2)), 1.0)
    assert registry.plain(mask, SPACES["mask"]) == {"mask": [["111", "111"]]}


def test_a_search_of_formulas_loads_no_masks() -> None:
    code = "import sys, evo.search.loop, evo.search.algorithms, evo.storage.quarantine; print(*sys.modules)"
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in listed if name.startswith(("fitness.masks", "evo.kinds.mask"))] == []
