"""What errors on rows of each class weigh: `fitness.class_weight`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Task
from fitness.errors import DataError
from fitness.spec import FitnessSpec


def class_weights(task: Task, masses: NDArray[np.int64], fitness: FitnessSpec) -> NDArray[np.float64]:
    """float64[classes]; balanced is rows / (classes * rows of the class), as in scikit-learn, rows by their weight.

    masses: int64[classes], rows of each class.

    Raises:
        DataError: `fitness.class_weight` names a class that does not occur.
    """
    given = fitness.class_weight
    if isinstance(given, dict):
        unknown = sorted(set(given) - set(task.classes))
        if unknown:
            known = ", ".join(task.classes)
            raise DataError(
                f"no such class: {', '.join(unknown)}; the classes are {known}", where="fitness.class_weight"
            )
        return np.array([given.get(label, 1.0) for label in task.classes])
    if given == "balanced":
        counts = masses.astype(np.float64)
        return np.asarray(counts.sum() / (len(counts) * np.maximum(counts, 1.0)))
    return np.ones(len(task.classes))
