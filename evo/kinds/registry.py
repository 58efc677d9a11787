"""From a config or a run directory to what its kind of genome makes of it."""

from __future__ import annotations

from evo.config.schema import RunConfig
from evo.kinds.job import AnyJob
from evo.kinds.needs import require_before_data
from evo.kinds.two_level.job import prepare_formulas


def prepare(config: RunConfig) -> AnyJob:
    """Read the data and build the search.

    Raises:
        ConfigError: it needs more memory than there is.
        DataError: the data cannot be learned from.
    """
    require_before_data(config)
    if config.genome.kind == "mask":
        from evo.masks.job import prepare_masks  # noqa: PLC0415 - SciPy's and NumPy's larger parts only where needed

        return prepare_masks(config)
    return prepare_formulas(config)
