"""The `compute` section of a config as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from genomes.bounds import Amount, Count
from genomes.strict import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeSpec:
    """Where candidates are evaluated. Nothing here changes a result, except for masks under `vector_units: any`."""

    __pydantic_config__ = STRICT

    backend: Literal["auto", "local", "ray"] = "auto"
    """local: in this process; ray: on workers; auto: workers once 20 s of work are done, or where an address is set."""
    workers: Literal["auto"] | Annotated[int, Ge(1), Le(4096)] = "auto"
    """Ray workers, one core each; auto: every core of this machine, or of the cluster."""
    address: Annotated[str, MaxLen(300)] | None = None
    """host:port of a running Ray cluster's head; auto: that of RAY_ADDRESS; null: workers of this machine alone."""
    chunk: Literal["auto"] | Count = "auto"
    """Tasks sent to a worker at once; auto: as many as take about 60 ms."""
    timeout_s: Amount | None = None
    """Seconds a worker may take over one chunk before it is given up and replaced (Ray only); null is no limit."""
    retries: Annotated[int, Ge(0), Le(100)] = 3
    """Times that lost work is given to another worker; then the run saves a checkpoint and ends with exit code 5."""
    vector_units: Literal["same", "any"] = "same"
    """For masks, which depend on them: same: workers and resumed runs have those of the run; any: they may not."""
