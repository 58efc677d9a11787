"""`evo` with one more kind of genome: its lines stand in the registries before anything asks them."""

from __future__ import annotations

import sys
from types import MappingProxyType

import evo.kinds.registry
import fitness.registry
import genomes.registry

fitness.registry.TASKS = MappingProxyType(
    {**fitness.registry.TASKS, "counting": {"candidates": "fitness.tasks.candidates:Candidates"}}
)
genomes.registry.KINDS = MappingProxyType({**genomes.registry.KINDS, "counting": "tests.kits.toy.genome"})
evo.kinds.registry.KINDS = MappingProxyType({**evo.kinds.registry.KINDS, "counting": "tests.kits.toy.kind"})

if __name__ == "__main__":
    from evo.__main__ import main

    sys.exit(main())
