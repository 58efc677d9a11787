"""What `evo check` says of a search for networks: the data, the limits, and what a run will cost."""

from __future__ import annotations

import math

from evo.kinds.common.needs import total
from evo.kinds.network.job import NetworkJob, boosting_of, refit_of
from evo.kinds.network.needs import networks
from evo.report.tables import cut
from evo.text.numbers import counted
from fitness.networks.plan import LATER
from fitness.networks.wide.plan import table_gates

#: Measured on one 2.5 GHz core: seconds of a step at least, per training row, and per row and bit.
SECONDS_PER_STEP, SECONDS_PER_ROW, SECONDS_PER_CELL = 0.02, 1.5e-4, 2e-7
#: The same of a table of lut_boost, of each of its entries, and per training row.
SECONDS_PER_TABLE, SECONDS_PER_ENTRY, SECONDS_PER_TABLE_ROW = 3e-3, 1e-4, 6e-8


def check_lines(job: NetworkJob) -> list[str]:
    """Inputs, limits, memory and time."""
    bits = ", ".join(cut(bit.when_true, 40) for bit in job.dataset.bits[:3]) + ", ..." * (job.dataset.n_bits > 3)
    return [
        *_picture(job),
        f"# inputs    {job.dataset.n_features:,} features -> {job.dataset.n_bits:,} bits ({bits})",
        f"# genome    {_heads(job)}, {_limits(job)}",
        *_tables(job),
        f"# rows      {_rows(job)}",
        f"# memory    about {total(networks(job.config, job.dataset)) / 1e6:,.0f} MB",
        f"# time      {_time(job)} (rough, one core)",
    ]


def _picture(job: NetworkJob) -> list[str]:
    """The size of pictures, and copies of these."""
    picture, copies = job.dataset.picture, job.dataset.copies
    if picture is None:
        return []
    copied = f", {job.dataset.n_originals:,} to train on and {counted(copies, 'set')} of copies" if copies else ""
    return [f"# pictures  {picture.height} x {picture.width} pixels{copied}"]


def _tables(job: NetworkJob) -> list[str]:
    """The tables of a wide network, and how many gates they take."""
    if job.config.search.algorithm != "lut_boost":
        return []
    plan, heads, limit = boosting_of(job.config), job.dataset.task.n_covers, job.config.genome.gate_limit
    read = f"{job.dataset.n_bits + len(job.search.problem.patterns):,} columns"
    grown = f"{plan.units:,} of each of {counted(heads, 'head')}, {plan.inputs} of {read} each"
    gone = f"gone over {counted(plan.sweeps, 'time')}" if plan.sweeps else "never gone over again"
    gates = plan.units * heads * table_gates(plan.inputs)
    stop = f"; growth stops at {limit:,}" if gates > limit else ""
    return [
        f"# tables    {grown}; {plan.rounds} in a generation, {gone}",
        f"# gates     about {gates:,} at most{stop}",
    ]


def _heads(job: NetworkJob) -> str:
    task = job.dataset.task
    if task.kind == "multiclass":
        return f"{task.n_covers} classes vote"
    return f"{task.n_covers} output{'s' * (task.n_covers > 1)}"


def _limits(job: NetworkJob) -> str:
    genome = job.config.genome
    depth = "" if genome.depth_limit is None else f" on at most {genome.depth_limit:,} levels"
    return f"at most {genome.gate_limit:,} AND gates{depth}"


def _rows(job: NetworkJob) -> str:
    problem = job.search.problem
    refit = {"none": "no refit", "train": "a refit on both", "all": "a refit on both and the validation rows"}
    if problem.folds:
        refit = {"none": "no refit", "train": "no refit", "all": "a refit on the validation rows too"}
        said = (
            f"networks grow on all {len(problem.growing):,} training rows, {len(problem.folds)} folds judge their steps"
        )
        return f"{said}; {refit[job.config.genome.refit]}"
    if len(problem.growing) == problem.train.split.n_rows:
        return f"networks grow on all {len(problem.growing):,} training rows; {refit[refit_of(job.config)]}"
    said = f"networks grow on {len(problem.growing):,} training rows, {len(problem.judging):,} judge them"
    return f"{said}; {refit[refit_of(job.config)]}"


def seconds_per_generation(job: NetworkJob) -> float:
    """Estimated seconds of one generation."""
    rows, n_covers = job.dataset.train.n_rows, job.dataset.task.n_covers
    each = n_covers * (SECONDS_PER_STEP + rows * (SECONDS_PER_ROW + job.dataset.n_bits * SECONDS_PER_CELL))
    if job.config.search.algorithm == "random":
        return job.search.context.population * rows * SECONDS_PER_CELL * job.config.search.islands.count
    if job.config.search.algorithm == "lut_boost":
        entries = 1 << job.config.search.inputs
        table = SECONDS_PER_TABLE + entries * SECONDS_PER_ENTRY + rows * SECONDS_PER_TABLE_ROW
        return job.config.search.rounds * n_covers * table * job.config.search.islands.count
    return len(LATER) * each * job.config.search.islands.count


def _time(job: NetworkJob) -> str:
    each, stop = seconds_per_generation(job), job.config.stop
    limits = [None if stop.generations is None else each * stop.generations, stop.seconds]
    known = [limit for limit in limits if limit is not None]
    text = f"at most {math.ceil(min(known)):,} s" if known else "no limit known before the run"
    return f"{math.ceil(1000 * each):,} ms a generation, {text}"
