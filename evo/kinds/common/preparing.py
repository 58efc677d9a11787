"""From a config to a job, whatever is evolved."""

from __future__ import annotations

from evo.config.schema import RunConfig
from evo.kinds.common.job import AnyJob
from evo.kinds.registry import kind_of


def prepare(config: RunConfig) -> AnyJob:
    """Read the data and build the search.

    Raises:
        ConfigError: it needs more memory than there is. DataError: the data cannot be learned from.
    """
    job: AnyJob = kind_of(config.genome.kind).prepare(config)
    return job
