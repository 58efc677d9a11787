"""What `evo check` says of a search for masks: the network, and what a run will cost."""

from __future__ import annotations

import math

from evo.kinds.common.needs import total
from evo.kinds.mask.controls import Controls
from evo.kinds.mask.job import MaskJob, heading
from evo.kinds.mask.needs import masks
from fitness.masks.local import chosen
from fitness.masks.networks import extent_of

#: Measured on one 2.5 GHz core: seconds of a sweep per sample and weight, and per gradient of edge-popup.
SECONDS_PER_SWEEP = 8e-9
SECONDS_PER_GRADIENT = 2.5e-10


def mask_lines(job: MaskJob) -> list[str]:
    """Inputs, network, genes, memory and time."""
    problem, config, data = job.search.problem, job.config, job.dataset
    space, levels = problem.space, job.search.context.levels
    low, high = job.encoder.ends
    scaled = "bits" if job.encoder.binarizer is not None else "numbers"
    sparser = (
        f", and {len(levels)} sparsity levels down to {100 * levels[-1]:.0f} % of the weights" if len(levels) else ""
    )
    return [
        f"# inputs    {data.n_features:,} features -> {data.n_bits:,} {scaled} from {low:g} to {high:g}",
        f"# network   {heading(config, problem.network)}",
        f"# genome    {space.n_genes:,} genes over {space.n_weights:,} weights; local steps: {_step(job)}",
        f"# search    {config.search.population} masks{sparser}; logit scale {problem.network.scale:.3g}",
        f"# memory    about {total(masks(config, data, extent_of(problem.network))) / 1e6:,.0f} MB",
        f"# time      {_time(job)} (rough, one core)",
    ]


def _step(job: MaskJob) -> str:
    problem = job.search.problem
    kind = chosen(problem.network, len(problem.train), problem.space) if problem.local == "auto" else problem.local
    unit = "batches" if kind == "edge_popup" else "sweeps"
    return f"{kind}, {problem.steps} {unit} each"


def _time(job: MaskJob) -> str:
    problem, stop = job.search.problem, job.config.stop
    work = problem.space.n_weights * problem.steps
    slow = work * len(problem.train) * SECONDS_PER_SWEEP
    fast = work * 128 * SECONDS_PER_GRADIENT
    popup = "edge_popup" in _step(job)
    each = job.search.context.population * job.config.search.islands.count * (fast if popup else slow)
    limits = [None if stop.generations is None else each * stop.generations, stop.seconds]
    known = [limit for limit in limits if limit is not None]
    total = f"at most {math.ceil(min(known)):,} s" if known else "no limit known before the run"
    return f"{math.ceil(1000 * each):,} ms a generation, {total}{_controls(job)}"


def _controls(job: MaskJob) -> str:
    """What the controls take beside it."""
    controls = Controls.of(job.config)
    shares = controls.shares(job.search.problem.space)
    if not shares:
        return ""
    if controls.seconds is None:
        return "; then as much again for the controls (output.controls: 0 for none)"
    return f"; then {math.ceil(shares * controls.seconds):,} s for the controls (output.controls: 0 for none)"
