"""The tasks of every kind of genome: the types that an archive of a quarantined task may hold.

A kind is one line in `TASKS`: its name in `genomes.registry`, then each of its types of tasks by the name that is
stored. Types are imported when they are first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pkgutil import resolve_name
from types import MappingProxyType

import numpy as np

from fitness.tasks.protocol import StoredTasks
from genomes.batches import Space
from genomes.checks import Arrays, check_names
from genomes.errors import GenomeError

#: Where the types of tasks are: by kind of genome, then by `kind` in an archive.
TASKS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "two_level": {
            "candidates": "fitness.tasks.candidates:Candidates",
            "refinement": "fitness.local.tasks:RefinementTasks",
            "round": "fitness.memetic.tasks:MemeticTasks",
        },
        "mask": {"mask": "fitness.masks.tasks:MaskTasks"},
        "network": {"network": "fitness.networks.tasks:NetworkTasks"},
    }
)


def tasks_from_arrays(arrays: Arrays, space: Space) -> StoredTasks:
    """Inverse of `StoredTasks.to_arrays`; everything is checked, as an archive may come from anywhere.

    Raises:
        GenomeError: arrays that are missing or too many, or do not form tasks of `space`.
    """
    places, kind = TASKS[space.genome], arrays.get("kind", np.array(""))
    if kind.shape != () or kind.dtype.kind != "U" or str(kind) not in places:
        raise GenomeError(f"expected one of {', '.join(places)}", where="kind")
    tasks: StoredTasks = resolve_name(places[str(kind)]).from_arrays(arrays, space)
    check_names(arrays, tasks.to_arrays())
    return tasks
